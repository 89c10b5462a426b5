package io.sightlog.architecture.broken.detect.internal.darknet;

import io.sightlog.architecture.broken.detect.internal.recognise.Recognise;

/** Knows how others are told apart. */
public class Darknet {
    Recognise other;
}
