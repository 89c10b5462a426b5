package io.sightlog.architecture.broken.detect.internal.engine;

import io.sightlog.architecture.broken.detect.internal.decode.Decode;

/** Knows who reads what it gives. */
public class Engine {
    Decode other;
}
