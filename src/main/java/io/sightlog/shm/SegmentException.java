package io.sightlog.shm;

/** A segment cannot be used; the message says which, why, and what to try. */
public final class SegmentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SegmentException(String message) {
        super(message);
    }

    SegmentException(String message, Throwable cause) {
        super(message, cause);
    }
}
