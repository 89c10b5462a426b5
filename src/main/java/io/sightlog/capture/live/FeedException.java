package io.sightlog.capture.live;

import org.jspecify.annotations.Nullable;

/** A camera is gone, or does not come. The message is the reason, one line for people, without credentials. */
final class FeedException extends Exception {
    private static final long serialVersionUID = 1;

    FeedException(String reason) {
        this(reason, null);
    }

    FeedException(String reason, @Nullable Throwable cause) {
        super(reason.replaceAll("\\s+", " ").strip(), cause);
    }
}
