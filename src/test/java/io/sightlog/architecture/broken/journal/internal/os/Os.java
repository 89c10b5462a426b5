package io.sightlog.architecture.broken.journal.internal.os;

import io.sightlog.architecture.broken.journal.internal.format.Format;

/** Knows who comes before it. */
public class Os {
    Format format;
}
