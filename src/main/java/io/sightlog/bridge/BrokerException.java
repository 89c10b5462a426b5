package io.sightlog.bridge;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A broker cannot be reached, or does not answer as it should: it may later. */
public final class BrokerException extends IOException {
    private static final long serialVersionUID = 1;

    public BrokerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
