package io.sightlog.capture;

import org.jspecify.annotations.Nullable;

/** There is nothing to look at where somebody pointed. The message is one line for people. */
public final class SourceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SourceException(String message) {
        super(message);
    }

    public SourceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
