package io.sightlog.architecture.broken.detect.internal.recognise;

import io.sightlog.architecture.broken.detect.internal.darknet.Darknet;

/** Knows one that need not be told apart. */
public class Recognise {
    Darknet other;
}
