package io.sightlog.architecture.broken.journal;

import io.sightlog.architecture.broken.journal.audit.Audit;

/** Belongs to the face, and knows the audit. */
public class JournalWriter {
    Audit audit;
}
