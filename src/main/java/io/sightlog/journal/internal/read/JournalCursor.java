package io.sightlog.journal.internal.read;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.Memory;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalReplacedException;
import io.sightlog.journal.Missed;
import io.sightlog.journal.Position;
import io.sightlog.journal.internal.format.BatchLayout;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.os.FileView;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * A place in a journal, moving over its events: from excerpt to excerpt, through batches, and from file to file. It looks at
 * structure alone; whether an event is good is for who reads it. One thread at a time.
 */
public final class JournalCursor implements AutoCloseable {
    private final JournalDirectory directory;
    private final Event shown;
    private final Crc32c batchChecksum = new Crc32c();

    private final JournalFiles files;
    private @Nullable CycleCursor cursor;
    /** Events in the batch the cursor is at, 0 when it is at none. */
    private int batchCount;
    /** The next event in that batch. */
    private int place;
    /** Whether all bytes of that batch were checked, and are good. */
    private boolean batchSound;

    private @Nullable Missed missed;
    /** The first file that is entered when none is. */
    private int firstCycle;
    /** The break that was reported last. */
    private long reportedPosition = -1;

    private int reportedCycle = -1;

    /** @param shown the view that must show nothing any more when the file under it is unmapped */
    public JournalCursor(JournalDirectory directory, Event shown) {
        this.directory = directory;
        this.shown = shown;
        this.files = new JournalFiles(directory);
    }

    JournalDirectory directory() {
        return directory;
    }

    /** Opens the journal when it is complete; false while it is not. */
    public boolean open() {
        return files.open();
    }

    public boolean isOpen() {
        return files.isOpen();
    }

    /**
     * Whether the journal is the one that was opened, and what is mapped of it is what its writers write to. For quiet times.
     *
     * @throws JournalReplacedException when it is not
     */
    public void checkSame() {
        files.checkSame(cursor);
    }

    /**
     * Whether there is an event here, once the journal is open; goes on to the next file when this one has ended.
     *
     * @throws DamageException where documents cannot be followed, or fewer are there than should be: once; the next call goes
     *     on after it
     * @throws FileAccessException when a file cannot be read, and nothing of it is known; the next call tries it again
     */
    public boolean peek() {
        if (batchCount > 0) {
            return true;
        }
        while (true) {
            if (cursor == null && !toFirstCycle()) {
                return false;
            }
            CycleCursor at = cursor();
            int found = at.peek();
            if (found == CycleCursor.DATA) {
                if (BatchLayout.isBatch(at.payload(), at.length())) {
                    openBatch(at);
                }
                return true;
            }
            if (found == CycleCursor.BROKEN && !goOn(at)) {
                continue;
            }
            if (!files.mayHaveAfter(at.file().cycle()) || !toNextCycle(found == CycleCursor.NOTHING)) {
                return false;
            }
        }
    }

    /** Reports a break, once; true when it was reported before and nothing in this file can be read after it. */
    private boolean goOn(CycleCursor at) {
        long position = at.position();
        long sequence = at.sequence();
        boolean reported = position == reportedPosition && at.file().cycle() == reportedCycle;
        if (!at.resync()) {
            if (reported) {
                return true;
            }
        } else if (reported) {
            return false; // a writer went on after it
        }
        at.file().confirm(position, DocumentHeader.BYTES);
        reportedPosition = position;
        reportedCycle = at.file().cycle();
        throw Breaks.of(at.file(), position, sequence, at);
    }

    /** Whether there is an event here, in this file, and before any break: goes nowhere and reports nothing. */
    boolean peekHere() {
        if (batchCount > 0) {
            return true;
        }
        CycleCursor at = cursor;
        if (at == null || at.peek() != CycleCursor.DATA) {
            return false;
        }
        if (BatchLayout.isBatch(at.payload(), at.length())) {
            openBatch(at);
        }
        return true;
    }

    /** A batch that is damaged stays closed: it counts as one event, and whoever reads it learns what is wrong with it. */
    private void openBatch(CycleCursor at) {
        if (BatchLayout.damage(at.payload(), at.length(), batchChecksum) == null) {
            batchCount = Memory.getInt(at.payload() + BatchLayout.COUNT);
            batchSound = false;
            place = 0;
        }
    }

    /** What is wrong with the excerpt that was left last, when it looked like a batch; else null. */
    @Nullable
    public String batchDamage(long payload, int length) {
        return BatchLayout.isBatch(payload, length) ? BatchLayout.damage(payload, length, batchChecksum) : null;
    }

    /** Back to an excerpt that was left just now, and is not sound; false when it may be passed. Else it is a break. */
    public boolean back() {
        return cursor().back();
    }

    /** Before the excerpt here is called damaged: see {@link FileView#confirm}. */
    public void confirm() {
        CycleCursor at = cursor();
        at.file().confirm(at.position(), DocumentHeader.BYTES + at.length());
    }

    /** Moves past the fillers after one that was left just now, and reports all of them at once. */
    public DamageException pastFillers(long first) {
        return Breaks.pastFillers(cursor(), first);
    }

    // The event here, after peek said that there is one

    public long index() {
        return cursor().index();
    }

    public int place() {
        return place;
    }

    public Position position() {
        return new Position(index(), place);
    }

    /** Where its bytes are. */
    public long payload() {
        long excerpt = cursor().payload();
        return batchCount == 0 ? excerpt : excerpt + BatchLayout.offset(excerpt, place);
    }

    public int length() {
        if (batchCount == 0) {
            return cursor().length();
        }
        long excerpt = cursor().payload();
        int end = place + 1 < batchCount ? BatchLayout.offset(excerpt, place + 1) : cursor().length();
        return end - BatchLayout.offset(excerpt, place);
    }

    public boolean isInBatch() {
        return batchCount > 0;
    }

    /** Whether the event here needs no check of its own checksum, since that of the whole batch was looked at and is right. */
    public boolean isSound() {
        if (batchCount > 0 && place == 0) {
            CycleCursor at = cursor();
            batchSound = BatchLayout.isSound(at.payload(), at.length(), batchChecksum);
        }
        return batchCount > 0 && batchSound;
    }

    /** Moves past it. */
    public void leave() {
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
    public int[] cycles() {
        return files.cycles();
    }

    int highestCycle() {
        return files.highestCycle();
    }

    /** Back to before the first file. */
    void rewind() {
        rewindTo(0);
    }

    /** Back to before the first file from a cycle on, which then is entered, or reported, when it is read. */
    void rewindTo(int cycle) {
        firstCycle = cycle;
        enter((CycleCursor) null);
    }

    /** Whether no file was entered since it was rewound. */
    public boolean isRewound() {
        return cursor == null && firstCycle == 0;
    }

    public boolean isInFile() {
        return cursor != null;
    }

    /** Goes to the start of a file; false when it is not there, or not complete. */
    boolean enter(int cycle) {
        CycleFile file;
        try {
            file = files.tryOpen(cycle);
        } catch (DamageException e) {
            return false; // reported when it is read
        }
        if (file == null) {
            return false;
        }
        enter(file.start());
        return true;
    }

    private void enter(@Nullable CycleCursor other) {
        CycleCursor old = cursor;
        cursor = other;
        batchCount = 0;
        place = 0;
        if (old != null && (other == null || other.file() != old.file())) {
            shown.unwrap();
            old.file().close();
        }
    }

    private boolean toFirstCycle() {
        int[] cycles = cycles();
        for (int cycle : cycles) {
            CycleFile file = cycle < firstCycle ? null : files.openOrReport(cycle);
            if (file != null) {
                enter(file.start());
                return true;
            }
        }
        files.reportMissing(cycles);
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
        CycleCursor from = cursor();
        from.lookClosely();
        boolean withEvents = abandoned;
        int[] cycles = cycles();
        for (int cycle : cycles) {
            if (cycle <= from.file().cycle()) {
                continue;
            }
            CycleFile file = files.openOrReport(cycle);
            if (file == null) {
                withEvents = true;
                continue;
            }
            CycleCursor next = null;
            try {
                CycleCursor start = file.start();
                int found = withEvents ? start.peek() : CycleCursor.DATA;
                boolean has = found == CycleCursor.DATA || found == CycleCursor.BROKEN;
                if (has && (!abandoned || from.peek() == CycleCursor.NOTHING)) {
                    next = start;
                }
            } finally {
                if (next == null) {
                    file.close();
                }
            }
            if (next != null) {
                if (Files.notExists(from.file().file())) {
                    missed(MissedEvents.passing(directory, from.file().cycle(), cycle));
                }
                enter(next);
                return true;
            }
        }
        files.reportMissing(cycles);
        return false;
    }

    /** What was passed last because it had been deleted, null while nothing was. */
    @Nullable
    public Missed missed() {
        return missed;
    }

    /** @param newest null when nothing was */
    public void missed(@Nullable Missed newest) {
        missed = newest == null ? missed : newest;
    }

    /** The place in the file; after {@link #enter}, and after {@link #peek} said that there is an event. */
    CycleCursor cursor() {
        if (cursor == null) {
            throw new IllegalStateException("not at an event: call peek first");
        }
        return cursor;
    }

    @Override
    public void close() {
        rewind();
        shown.unwrap();
        files.close();
    }
}
