package io.sightlog.journal;

import org.jspecify.annotations.Nullable;

/**
 * An event, or the structure around it, is damaged. Names the position.
 *
 * <p>A reader that threw this has already moved past it: the next poll goes on behind it, where the journal can be read
 * again, or has nothing when that is nowhere. Should {@link #canGoOn} be false, the next poll throws again.
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

    public Position position() {
        return position;
    }

    public boolean canGoOn() {
        return canGoOn;
    }
}
