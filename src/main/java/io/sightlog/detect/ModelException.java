package io.sightlog.detect;

import org.jspecify.annotations.Nullable;

/** A model or its card cannot be used. The message is one line for people: what, which value, what to try. */
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
