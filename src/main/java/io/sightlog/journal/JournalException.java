package io.sightlog.journal;

import org.jspecify.annotations.Nullable;

/** Something about a journal that its user can act upon. The message is one line, meant to be shown as it is. */
public class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public JournalException(String message) {
        super(message);
    }

    public JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
