package io.sightlog.serve;

/** What askers may take of room; {@link Patience} has how long. */
final class Limits {
    /** All but those of the index and of live events; two are always busy with accepting and with what comes in. */
    static final int THREADS = 64;

    static final int THREADS_KEPT = 4;

    static final int THREAD_IDLE_MILLIS = 10_000;

    /** Until threads that still work when the server closes are left to themselves. */
    static final long CLOSE_MILLIS = 600;

    /** Of the API, that are made at once. */
    static final int ANSWERS = 16;

    /** Of these, pictures: those of videos take long. */
    static final int PICTURES = 6;

    /** Of pictures, that wait to be made; those beyond are refused. */
    static final int WAITING_PICTURES = 10;

    /** Of the API, whose askers do not read just now; of more, the one that has not read for the longest is cut. */
    static final int STALLED = 32;

    /** Who takes no piece for so long does not read. */
    static final long STALL_MILLIS = 100;

    /** Who takes no piece for so long, while others wait for memory, is cut. */
    static final long HOLDING_MILLIS = 1_000;

    /** Of the API, that wait to be made. */
    static final int WAITING_ANSWERS = 64;

    /** Those beyond are closed at once. */
    static final int CONNECTIONS = 512;

    /** That the system has taken in before the server looks at them; beyond, they try again after a second. */
    static final int QUEUED_CONNECTIONS = 256;

    /** The request's line and headers. */
    static final int HEADER_BYTES = 16 * 1024;

    /** Of a long answer, that are sent at once. */
    static final int PIECE_BYTES = 32 * 1024;

    /** Longer than all patience: for what is forgotten by them, and for live events, whose heartbeat comes more often. */
    static final long IDLE_MILLIS = 60_000;

    /** Between two looks for connections that have taken too long. */
    static final long LOOK_MILLIS = 250;

    private Limits() {}
}
