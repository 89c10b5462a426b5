package io.sightlog.journal;

import org.jspecify.annotations.Nullable;

/**
 * The directory that a reader or writer has open, or a file in it, is not what its path leads to any more: it was replaced, moved or
 * removed. Nothing was read from, or written to, what is there now.
 */
public class JournalReplacedException extends JournalException {
    private static final long serialVersionUID = 1;

    public JournalReplacedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
