package io.sightlog.serve;

import java.time.Duration;

/** What askers may take. */
final class Limits {
    /** All but those of the index and of live events; two are always busy with accepting and with what comes in. */
    static final int THREADS = 32;

    static final int THREADS_KEPT = 4;

    /** Of the API, that are made at once. */
    static final int ANSWERS = 16;

    /** Of the API, that wait to be made. */
    static final int WAITING_ANSWERS = 64;

    /** How long they wait. */
    static final Duration WAIT = Duration.ofSeconds(2);

    /** The request's line and headers. */
    static final int HEADER_BYTES = 8 * 1024;

    static final long IDLE_MILLIS = 15_000;

    private Limits() {}
}
