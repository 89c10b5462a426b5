package io.sightlog.event;

import java.util.Locale;

/** What an excerpt of the journal holds. */
public enum EventKind {
    /** A frame that was looked at, with 0 or more detections. */
    FRAME(1),
    /** A frame that was not looked at, and why. */
    SKIP(2),
    /** Text or bytes under a topic. */
    MESSAGE(3),
    /** Several events in one excerpt. */
    BATCH(4);

    private static final EventKind[] KINDS = values();

    private final int code;

    EventKind(int code) {
        this.code = code;
    }

    /** The byte that stands for it in an event. */
    public int code() {
        return code;
    }

    /** Lower case, as NDJSON has it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static EventKind of(int code) {
        return KINDS[code - 1];
    }

    static boolean known(int code) {
        return code >= 1 && code <= KINDS.length;
    }
}
