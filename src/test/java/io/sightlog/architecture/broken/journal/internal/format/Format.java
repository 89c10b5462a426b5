package io.sightlog.architecture.broken.journal.internal.format;

import io.sightlog.architecture.broken.journal.internal.read.Read;

/** Knows who comes before it. */
public class Format {
    Read read;
}
