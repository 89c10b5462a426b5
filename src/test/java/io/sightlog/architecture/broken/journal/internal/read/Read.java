package io.sightlog.architecture.broken.journal.internal.read;

import io.sightlog.architecture.broken.journal.internal.mend.Mend;

/** Knows who comes before it. */
public class Read {
    Mend mend;
}
