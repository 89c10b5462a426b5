package io.sightlog.architecture.broken.event;

import io.sightlog.architecture.broken.journal.Journal;
import org.slf4j.Logger;

/** Knows where it is kept, and a library. */
public class Event {
    Journal journal;
    Logger log;
}
