package io.sightlog.journal;

import org.jspecify.annotations.Nullable;

/** There is no room for what a writer wanted to write: the device is full, or a quota is used up. Nothing was written. */
public class JournalFullException extends JournalException {
    private static final long serialVersionUID = 1;

    public JournalFullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
