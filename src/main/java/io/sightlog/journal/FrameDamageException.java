package io.sightlog.journal;

/**
 * A kept frame is not what was kept: its bytes are others, its file ends before it does, or is another one. What the event says is sound,
 * and nothing else in the journal is affected.
 */
public final class FrameDamageException extends JournalException {
    private static final long serialVersionUID = 1;

    FrameDamageException(String message) {
        super(message);
    }
}
