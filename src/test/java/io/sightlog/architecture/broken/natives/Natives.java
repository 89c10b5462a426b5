package io.sightlog.architecture.broken.natives;

import io.sightlog.architecture.broken.event.Event;
import org.slf4j.Logger;

/** Knows what its libraries are for, and a library. */
public class Natives {
    Event event;
    Logger log;
}
