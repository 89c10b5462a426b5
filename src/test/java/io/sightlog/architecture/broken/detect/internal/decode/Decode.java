package io.sightlog.architecture.broken.detect.internal.decode;

import io.sightlog.architecture.broken.detect.internal.recognise.Recognise;

/** Knows who chooses it. */
public class Decode {
    Recognise other;
}
