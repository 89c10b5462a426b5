package io.sightlog.bridge;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What will never be possible, however often it is tried: the message says what was tried, and what to do. */
public final class UndeliverableException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean ofOne;

    private UndeliverableException(String message, boolean ofOne, @Nullable Throwable cause) {
        super(message, cause);
        this.ofOne = ofOne;
    }

    /** One event or record cannot pass, as it is too large; others can. */
    public static UndeliverableException ofOne(String message, @Nullable Throwable cause) {
        return new UndeliverableException(message, true, cause);
    }

    /** None can pass: it is not allowed, or there is no such topic. */
    public static UndeliverableException ofAll(String message, @Nullable Throwable cause) {
        return new UndeliverableException(message, false, cause);
    }

    /** Whether it is about one alone, which can be passed over. */
    public boolean isOfOne() {
        return ofOne;
    }
}
