package io.sightlog.architecture.broken.shm;

import io.sightlog.architecture.broken.journal.Journal;

/** Knows journals. */
public class Shm {
    Journal journal;
}
