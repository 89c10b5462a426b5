package io.sightlog.journal;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.Memory;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * A place in a journal, moving over its events: from excerpt to excerpt, through batches, and from file to file. It looks at
 * structure alone; whether an event is good is for who reads it. One thread at a time.
 */
final class Walk implements AutoCloseable {
    private final JournalDirectory directory;
    private final Event shown;
    private final Crc32c batchChecksum = new Crc32c();

    private @Nullable Metadata metadata;
    private @Nullable Cursor cursor;
    /** Events in the batch the cursor is at, 0 when it is at none. */
    private int batchCount;
    /** The next event in that batch. */
    private int place;
    /** Whether all bytes of that batch were checked, and are good. */
    private boolean batchSound;

    private @Nullable Skipped skipped;

    /** @param shown the view that must show nothing any more when the file under it is unmapped */
    Walk(JournalDirectory directory, Event shown) {
        this.directory = directory;
        this.shown = shown;
    }

    JournalDirectory directory() {
        return directory;
    }

    /** Opens the journal when it is complete; false while it is not. */
    boolean open() {
        if (metadata == null) {
            metadata = Metadata.tryOpen(directory);
        }
        return metadata != null;
    }

    boolean isOpen() {
        return metadata != null;
    }

    /**
     * Whether there is an event here, once the journal is open; goes on to the next file when this one has ended.
     *
     * @throws DamageException when a length leads nowhere
     */
    boolean peek() {
        if (batchCount > 0) {
            return true;
        }
        while (true) {
            if (cursor == null && !toFirstCycle()) {
                return false;
            }
            Cursor at = cursor();
            int found = at.peek();
            if (found == Cursor.DATA) {
                if (BatchLayout.isBatch(at.payload(), at.length())) {
                    openBatch(at);
                }
                return true;
            }
            if (metadata().highestCycle() <= at.file().cycle() || !toNextCycle(found == Cursor.NOTHING)) {
                return false;
            }
        }
    }

    /** A batch that is damaged stays closed: it counts as one event, and who reads it is told what is wrong with it. */
    private void openBatch(Cursor at) {
        if (BatchLayout.damage(at.payload(), at.length(), batchChecksum) == null) {
            batchCount = Memory.getInt(at.payload() + BatchLayout.COUNT);
            batchSound = false;
            place = 0;
        }
    }

    /** What is wrong with the excerpt that was left last, when it looked like a batch; else null. */
    @Nullable
    String batchDamage(long payload, int length) {
        return BatchLayout.isBatch(payload, length) ? BatchLayout.damage(payload, length, batchChecksum) : null;
    }

    // The event here, after peek said that there is one

    long index() {
        return cursor().index();
    }

    int place() {
        return place;
    }

    Position position() {
        return new Position(index(), place);
    }

    /** Where its bytes are. */
    long payload() {
        long excerpt = cursor().payload();
        return batchCount == 0 ? excerpt : excerpt + BatchLayout.offset(excerpt, place);
    }

    int length() {
        if (batchCount == 0) {
            return cursor().length();
        }
        long excerpt = cursor().payload();
        int end = place + 1 < batchCount ? BatchLayout.offset(excerpt, place + 1) : cursor().length();
        return end - BatchLayout.offset(excerpt, place);
    }

    boolean isInBatch() {
        return batchCount > 0;
    }

    /** Whether the event here needs no check of its own checksum, since that of the whole batch was looked at and is right. */
    boolean isSound() {
        if (batchCount > 0 && place == 0) {
            Cursor at = cursor();
            batchSound = BatchLayout.isSound(at.payload(), at.length(), batchChecksum);
        }
        return batchCount > 0 && batchSound;
    }

    /** Moves past it. */
    void leave() {
        place++;
        if (place >= batchCount) {
            leaveExcerpt();
        }
    }

    /** Moves past all of its excerpt, and says how many events were left of it. */
    int leaveExcerpt() {
        int left = Math.max(1, batchCount - place);
        place = 0;
        batchCount = 0;
        cursor().advance();
        return left;
    }

    // Files

    /** The cycles that have a file now, ascending. */
    int[] cycles() {
        return directory.cycles(metadata().roll());
    }

    int highestCycle() {
        return metadata().highestCycle();
    }

    /** Back to before the first file. */
    void rewind() {
        enter((Cursor) null);
    }

    /** Whether no file was entered since it was rewound. */
    boolean isRewound() {
        return cursor == null;
    }

    /** Goes to the start of a file; false when it is not there, or not complete. */
    boolean enter(int cycle) {
        CycleFile file = CycleFile.tryOpen(directory.cycleFile(metadata().roll(), cycle), cycle);
        if (file == null) {
            return false;
        }
        enter(file.start());
        return true;
    }

    private void enter(@Nullable Cursor other) {
        Cursor old = cursor;
        cursor = other;
        batchCount = 0;
        place = 0;
        if (old != null && (other == null || other.file() != old.file())) {
            shown.unwrap();
            old.file().close();
        }
    }

    private boolean toFirstCycle() {
        for (int cycle : cycles()) {
            if (enter(cycle)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Goes on in the next file. One without a complete header, which a writer that died in making it leaves, is passed when a
     * later one has events.
     *
     * @param abandoned when this one has no end mark: then only when a later one has events already, and this one still
     *     nothing more
     */
    private boolean toNextCycle(boolean abandoned) {
        Cursor from = cursor();
        boolean withEvents = abandoned;
        for (int cycle : cycles()) {
            if (cycle <= from.file().cycle()) {
                continue;
            }
            CycleFile file = CycleFile.tryOpen(directory.cycleFile(metadata().roll(), cycle), cycle);
            if (file == null) {
                withEvents = true;
                continue;
            }
            Cursor next = null;
            try {
                Cursor start = file.start();
                if (!withEvents || (start.peek() == Cursor.DATA && (!abandoned || from.peek() == Cursor.NOTHING))) {
                    next = start;
                }
            } finally {
                if (next == null) {
                    file.close();
                }
            }
            if (next != null) {
                if (Files.notExists(from.file().file())) {
                    skipped(Skips.passing(directory, from.file().cycle(), cycle));
                }
                enter(next);
                return true;
            }
        }
        return false;
    }

    /** What was passed last because it had been deleted, null while nothing was. */
    @Nullable
    Skipped skipped() {
        return skipped;
    }

    /** @param missed null when nothing was */
    void skipped(@Nullable Skipped missed) {
        skipped = missed == null ? skipped : missed;
    }

    /** The place in the file; after {@link #enter}, and after {@link #peek} said that there is an event. */
    Cursor cursor() {
        if (cursor == null) {
            throw new IllegalStateException("not at an event: call peek first");
        }
        return cursor;
    }

    private Metadata metadata() {
        if (metadata == null) {
            throw new IllegalStateException("this reader is closed, or has no journal yet");
        }
        return metadata;
    }

    @Override
    public void close() {
        rewind();
        shown.unwrap();
        if (metadata != null) {
            metadata.close();
            metadata = null;
        }
    }
}
