package io.sightlog.architecture.broken.journal.internal.mend;

import io.sightlog.architecture.broken.journal.JournalWriter;
import io.sightlog.architecture.broken.journal.internal.append.Append;

/** Knows who comes before it, and the face's writer. */
public class Mend {
    Append append;
    JournalWriter journalWriter;
}
