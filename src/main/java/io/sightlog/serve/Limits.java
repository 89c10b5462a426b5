package io.sightlog.serve;

import java.time.Duration;

/** What askers may take. */
final class Limits {
    /** All but those of the index and of live events; two are always busy with accepting and with what comes in. */
    static final int THREADS = 32;

    static final int THREADS_KEPT = 4;

    /** Of the API, that are made at once. */
    static final int ANSWERS = 16;

    /** Of these, pictures: those of videos take long. */
    static final int PICTURES = 6;

    /** Of the API, that wait to be made. */
    static final int WAITING_ANSWERS = 64;

    /** How long they wait. */
    static final Duration WAIT = Duration.ofSeconds(2);

    /** Those beyond are closed at once. */
    static final int CONNECTIONS = 512;

    /** The request's line and headers. */
    static final int HEADER_BYTES = 8 * 1024;

    /** From the first byte of a connection to the end of its first request, with the handshake of TLS. */
    static final long FIRST_MILLIS = 10_000;

    /** From the end of an answer to the end of the next request. */
    static final long NEXT_MILLIS = 30_000;

    /** Until a short answer is with the asker. */
    static final long SHORT_MILLIS = 15_000;

    /** Of a long answer, that are sent at once. */
    static final int PIECE_BYTES = 32 * 1024;

    /** Until such a piece is on its way. */
    static final long PIECE_MILLIS = 10_000;

    /** Longer than all of these: for what is forgotten by them, and for live events, which come every 15 s at least. */
    static final long IDLE_MILLIS = 60_000;

    /** Between two looks for connections that have taken too long. */
    static final long LOOK_MILLIS = 500;

    private Limits() {}
}
