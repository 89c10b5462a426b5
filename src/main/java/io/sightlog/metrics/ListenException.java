package io.sightlog.metrics;

import java.io.IOException;
import java.net.BindException;
import java.util.Locale;

/** Nothing can listen there. The message is one line for people. */
public final class ListenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean isTaken;

    private ListenException(String message, Throwable cause, boolean isTaken) {
        super(message, cause);
        this.isTaken = isTaken;
    }

    /**
     * Words why an address cannot be had.
     *
     * @param what was to be done there, as "serve metrics"
     * @param cause what the system says: an IOException, or that the host's name is none
     */
    public static ListenException of(String what, ListenAddress address, Exception cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        boolean isTaken = cause instanceof BindException && text.contains("in use");
        String why;
        if (isTaken) {
            why = "something listens there already; take another port, or 0 for any that is free";
        } else if (cause instanceof BindException && text.contains("assign")) {
            why =
                    "no network of this machine has that address; take one of its own, or PORT alone for this machine only";
        } else if (cause instanceof BindException && text.contains("denied")) {
            why = "ports below 1024 need rights; take one above";
        } else if (!(cause instanceof IOException) || text.contains("nresolved")) {
            why = "there is no host " + address.host();
        } else {
            why = String.valueOf(cause.getMessage());
        }
        return new ListenException("cannot " + what + " at " + address + ": " + why, cause, isTaken);
    }

    /** Whether another program listens there, so that another port may do. */
    public boolean isTaken() {
        return isTaken;
    }
}
