package io.sightlog.architecture.broken.detect.internal.picture;

import io.sightlog.architecture.broken.detect.internal.engine.Engine;

/** Knows who runs what it prepares. */
public class Picture {
    Engine other;
}
