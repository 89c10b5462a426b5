package io.sightlog.journal.internal.read;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.Memory;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReplacedException;
import io.sightlog.journal.Missed;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.BatchLayout;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.Filler;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.format.Metadata;
import io.sightlog.journal.internal.os.FileView;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A place in a journal, moving over its events: from excerpt to excerpt, through batches, and from file to file. It looks at
 * structure alone; whether an event is good is for who reads it. One thread at a time.
 */
public final class JournalCursor implements AutoCloseable {
    private final JournalDirectory directory;
    private final Event shown;
    private final Crc32c batchChecksum = new Crc32c();

    private @Nullable JournalIdentity identity;
    private @Nullable Metadata metadata;
    private @Nullable CycleCursor cursor;
    /** Events in the batch the cursor is at, 0 when it is at none. */
    private int batchCount;
    /** The next event in that batch. */
    private int place;
    /** Whether all bytes of that batch were checked, and are good. */
    private boolean batchSound;

    private @Nullable Missed skipped;
    /** The first file that is entered when none is. */
    private int firstCycle;
    /** The break that was told last. */
    private long toldPosition = -1;

    private int toldCycle = -1;
    /** The cycle behind which the directory was looked through. */
    private int lookedBehind = -1;
    /** The last file whose header is lost, and that was told. */
    private int toldLost = -1;
    /** The last file without a header that was looked into. */
    private int lookedAtHeader = -1;
    /** The newest file that is not there, and was told. */
    private int toldMissing = -1;

    /** @param shown the view that must show nothing any more when the file under it is unmapped */
    public JournalCursor(JournalDirectory directory, Event shown) {
        this.directory = directory;
        this.shown = shown;
    }

    JournalDirectory directory() {
        return directory;
    }

    /** Opens the journal when it is complete; false while it is not. */
    public boolean open() {
        if (metadata == null) {
            JournalIdentity now = JournalIdentity.tryOpen(directory);
            Metadata opened = null;
            try {
                opened = now == null ? null : Metadata.tryOpen(directory);
                if (opened != null && now != null && now.isSame()) { // else it was made anew while we looked
                    metadata = opened;
                    identity = now;
                }
            } finally {
                if (metadata == null) {
                    close(opened);
                    close(now);
                }
            }
        }
        return metadata != null;
    }

    private static void close(@Nullable AutoCloseable part) {
        try {
            if (part != null) {
                part.close();
            }
        } catch (Exception e) {
            throw new JournalException("cannot close a journal's file: " + e.getMessage(), e);
        }
    }

    /**
     * Whether the journal is the one that was opened, and what is mapped of it is what its writers write to. For quiet times.
     *
     * @throws JournalReplacedException when it is not
     */
    public void checkSame() {
        if (identity != null && metadata != null) {
            identity.check();
            if (metadata.isStale() || (cursor != null && cursor.isStale())) {
                throw JournalIdentity.replaced(
                        directory.path(), "its files are other copies, as an overlay makes them,", null);
            }
        }
    }

    public boolean isOpen() {
        return metadata != null;
    }

    /**
     * Whether there is an event here, once the journal is open; goes on to the next file when this one has ended.
     *
     * @throws DamageException where documents cannot be followed, or fewer are there than should be: once; the next call goes
     *     on behind it
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
            if (!mayHaveNext(at.file().cycle()) || !toNextCycle(found == CycleCursor.NOTHING)) {
                return false;
            }
        }
    }

    /** Tells a break, once; true when it was told before and nothing in this file can be read behind it. */
    private boolean goOn(CycleCursor at) {
        long position = at.position();
        long sequence = at.sequence();
        boolean told = position == toldPosition && at.file().cycle() == toldCycle;
        if (!at.resync()) {
            if (told) {
                return true;
            }
        } else if (told) {
            return false; // a writer went on behind it
        }
        at.file().confirm(position, DocumentHeader.BYTES);
        toldPosition = position;
        toldCycle = at.file().cycle();
        throw Breaks.of(at.file(), position, sequence, at);
    }

    /**
     * Whether a later file may be there: looked up in the directory, too, when the end of a file is met for the first time,
     * so that a wrong number in the metadata does not hide files.
     */
    private boolean mayHaveNext(int cycle) {
        int highest = metadata().highestCycle();
        if (highest > cycle) {
            return true;
        }
        if (lookedBehind == cycle) {
            return false;
        }
        int[] cycles = cycles();
        lookedBehind = cycle;
        return cycles.length > 0 && cycles[cycles.length - 1] > cycle;
    }

    /** Whether there is an event here, in this file, and before any break: goes nowhere and tells nothing. */
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

    /** A batch that is damaged stays closed: it counts as one event, and who reads it is told what is wrong with it. */
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

    /** Moves past the fillers behind one that was left just now, and tells all of them at once. */
    public DamageException pastFillers(long first) {
        CycleCursor at = cursor();
        at.carefully(true);
        try {
            while (at.peek() == CycleCursor.DATA && Filler.isOne(at.payload(), at.length())) {
                at.advance();
            }
        } catch (FileAccessException e) {
            // the next look meets it again; what was left already has to be told
        } finally {
            at.carefully(false);
        }
        int cycle = at.file().cycle();
        long sequence = Roll.sequence(first);
        return new DamageException(
                at.file().file() + ": " + Filler.text(cycle, sequence, at.sequence() - sequence),
                new Position(first, 0),
                true,
                null);
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
        try {
            return directory.cycles(metadata().roll());
        } catch (JournalException e) {
            identity().check(); // which says better what happened
            throw e;
        }
    }

    int highestCycle() {
        return metadata().highestCycle();
    }

    /** Back to before the first file. */
    void rewind() {
        rewindTo(0);
    }

    /** Back to before the first file from a cycle on, which then is entered, or told of, when it is read. */
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
            file = tryOpen(cycle);
        } catch (DamageException e) {
            return false; // told when it is read
        }
        if (file == null) {
            return false;
        }
        enter(file.start());
        return true;
    }

    /** One of the journal that is open, and not of another one that has taken its place. */
    private @Nullable CycleFile tryOpen(int cycle) {
        CycleFile file = CycleFile.tryOpen(directory.cycleFile(metadata().roll(), cycle), cycle);
        boolean done = false;
        try {
            identity().check();
            done = true;
        } finally {
            if (!done && file != null) {
                file.close();
            }
        }
        return file;
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
            CycleFile file = cycle < firstCycle ? null : openOrTell(cycle);
            if (file != null) {
                enter(file.start());
                return true;
            }
        }
        tellMissing(cycles);
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
            CycleFile file = openOrTell(cycle);
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
                    skipped(MissedEvents.passing(directory, from.file().cycle(), cycle));
                }
                enter(next);
                return true;
            }
        }
        tellMissing(cycles);
        return false;
    }

    /** What was passed last because it had been deleted, null while nothing was. */
    @Nullable
    public Missed missed() {
        return skipped;
    }

    /** @param missed null when nothing was */
    public void skipped(@Nullable Missed missed) {
        skipped = missed == null ? skipped : missed;
    }

    /** Opens a file; null when its header is not complete, or damaged and that was told. */
    private @Nullable CycleFile openOrTell(int cycle) {
        Path path = directory.cycleFile(metadata().roll(), cycle);
        try {
            CycleFile file = tryOpen(cycle);
            if (file == null && cycle > lookedAtHeader) {
                String lost = Breaks.lostHeader(path, directory, metadata().roll(), cycle);
                lookedAtHeader = cycle;
                if (lost != null) {
                    throw new DamageException(lost, new Position(Roll.index(cycle, 0), 0), true, null);
                }
            }
            return file;
        } catch (DamageException e) {
            if (cycle > toldLost) {
                toldLost = cycle;
                throw e;
            }
            return null;
        }
    }

    /** Tells, once, when the newest file that a writer has opened is not there. */
    private void tellMissing(int[] cycles) {
        int highest = metadata().highestCycle();
        if (highest < 0 || highest == toldMissing || (cycles.length > 0 && cycles[cycles.length - 1] >= highest)) {
            return;
        }
        Path file = directory.cycleFile(metadata().roll(), highest);
        if (Files.notExists(file)) {
            identity().check();
            toldMissing = highest;
            throw new DamageException(
                    file + " is missing: the journal's newest events were in it (metadata.cq4t says so)",
                    new Position(Roll.index(highest, 0), 0),
                    true,
                    null);
        }
    }

    /** The place in the file; after {@link #enter}, and after {@link #peek} said that there is an event. */
    CycleCursor cursor() {
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

    private JournalIdentity identity() {
        if (identity == null) {
            throw new IllegalStateException("this reader is closed, or has no journal yet");
        }
        return identity;
    }

    @Override
    public void close() {
        rewind();
        shown.unwrap();
        if (identity != null) {
            identity.close();
            identity = null;
        }
        if (metadata != null) {
            metadata.close();
            metadata = null;
        }
    }
}
