package io.sightlog.event;

/** Bytes that are not a good event. The message says what is wrong with them; a reader adds where. */
public final class UnreadableEventException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why bytes could not be read as an event. */
    public enum Cause {
        /** Not written by Sightlog. */
        FOREIGN,
        /** Written by a newer Sightlog. */
        NEWER,
        /** Written by Sightlog and changed since. */
        DAMAGED
    }

    private final Cause why;

    public UnreadableEventException(Cause why, String message) {
        super(message);
        this.why = why;
    }

    public Cause why() {
        return why;
    }
}
