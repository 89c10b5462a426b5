package io.sightlog.architecture.broken.journal.internal.frames;

import io.sightlog.architecture.broken.journal.internal.read.Read;

/** Knows who comes before it. */
public class Frames {
    Read read;
}
