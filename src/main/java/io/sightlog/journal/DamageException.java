package io.sightlog.journal;

import org.jspecify.annotations.Nullable;

/**
 * An event, or the structure around it, is damaged. Names the position.
 *
 * <p>A reader that threw this has already moved past it: the next poll goes on where the journal can be read again, or finds
 * nothing when that is nowhere. When {@link #canGoOn} is false, the next poll throws again.
 */
public final class DamageException extends JournalException {
    private static final long serialVersionUID = 1;

    private final Position position;
    private final boolean canGoOn;

    public DamageException(String message, Position position, boolean canGoOn, @Nullable Throwable cause) {
        super(message, cause);
        this.position = position;
        this.canGoOn = canGoOn;
    }

    /** Where the damage begins: the first event that cannot be read. */
    public Position position() {
        return position;
    }

    /** Whether the next poll goes on; else it throws the same again. */
    public boolean canGoOn() {
        return canGoOn;
    }
}
