package io.sightlog.natives;

/** A native library cannot be had; the message is one line that says why, and what to try. */
public class NativesException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NativesException(String message) {
        super(message);
    }

    NativesException(String message, Throwable cause) {
        super(message, cause);
    }
}
