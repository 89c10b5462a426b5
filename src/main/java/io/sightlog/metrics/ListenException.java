package io.sightlog.metrics;

/** Nothing can listen there. The message is one line for people. */
public final class ListenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ListenException(String message, Throwable cause) {
        super(message, cause);
    }
}
