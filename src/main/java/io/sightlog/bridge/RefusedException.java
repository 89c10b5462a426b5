package io.sightlog.bridge;

import io.sightlog.bridge.BridgeCounts.Reason;

/** What was delivered cannot be taken in, now or later. The message is the rest of a sentence. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
