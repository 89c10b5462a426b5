package io.sightlog.journal.internal.read;

import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.Filler;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.Signal;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.FileView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What is said of places where the documents of a cycle's file cannot be followed, or where all of them are gone. */
public final class Breaks {
    /** A writer makes a file at least this large before it writes into it. */
    private static final long SMALLEST_MADE = 64 << 10;
    /** How far into a file without a header the first event is looked for: after two pages of any index. */
    private static final long LOOKED_THROUGH = 2 << 20;

    private Breaks() {}

    /** @param behind where a reader goes on, or still at the break when it cannot */
    static DamageException of(CycleFile file, long position, long sequence, CycleCursor behind) {
        return new DamageException(
                file.file() + " is damaged at byte " + position + ": " + missing(file, position, sequence, behind),
                new Position(ExcerptIndex.of(file.cycle(), sequence), 0),
                true,
                null);
    }

    /** How much is missing at a break, as far as the file says. */
    public static String missing(CycleFile file, long position, long sequence, CycleCursor behind) {
        String first = name(file, sequence);
        if (behind.position() > position) {
            long lost = behind.sequence() - sequence;
            String goesOn = "; it goes on at byte " + behind.position() + " with " + name(file, behind.sequence());
            return lost == 0
                    ? "a document there cannot be followed, and none is missing before " + first
                    : lost == 1
                            ? "excerpt " + first + " cannot be read" + goesOn
                            : lost + " excerpts from " + first + " on cannot be read" + goesOn;
        }
        long claimed = file.claimedDocuments() - sequence;
        if (claimed > 0) {
            return "at least " + claimed + (claimed == 1 ? " excerpt from " : " excerpts from ") + first
                    + " on, up to byte " + file.claimedPosition() + ", cannot be read";
        }
        return file.claimsFrom(position)
                ? "what follows, from " + first + " on, cannot be read; the file says that there is more, up to byte "
                        + file.claimedPosition() + ", or that number is damaged"
                : "what follows, from " + first + " on, cannot be read: no document can be there";
    }

    /**
     * Moves past the fillers after one that was left, and reports all of them at once.
     *
     * @param first index of the one that was left
     */
    static DamageException pastFillers(CycleCursor cursor, long first) {
        cursor.carefully(true);
        try {
            while (cursor.peek() == CycleCursor.DATA && Filler.isOne(cursor.payload(), cursor.length())) {
                cursor.advance();
            }
        } catch (FileAccessException e) {
            // the next look meets it again; what was left already has to be reported
        } finally {
            cursor.carefully(false);
        }
        CycleFile file = cursor.file();
        long sequence = ExcerptIndex.sequence(first);
        return new DamageException(
                file.file() + ": " + Filler.text(file.cycle(), sequence, cursor.sequence() - sequence),
                new Position(first, 0),
                true,
                null);
    }

    private static String name(CycleFile file, long sequence) {
        return "0x" + Long.toHexString(ExcerptIndex.of(file.cycle(), sequence));
    }

    /** Whether sound events lie in the beginning of a file: one without a header has lost that, then. */
    public static boolean holdsEvents(Path path) throws IOException {
        try (FileView view = new FileView(path)) {
            EventScan scan = new EventScan(view::address, Math.min(view.size(), LOOKED_THROUGH));
            return scan.next(0, false) >= 0;
        }
    }

    /**
     * Why a cycle's file without a complete header is not just one that a writer is making, or died in making; null when it
     * may be.
     *
     * @throws FileAccessException when it cannot be read
     */
    static @Nullable public String lostHeader(Path path, JournalDirectory directory, Roll roll, int cycle) {
        long size;
        boolean events;
        try {
            size = Files.size(path);
            events = holdsEvents(path);
        } catch (NoSuchFileException e) {
            return null; // gone meanwhile: pruned
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + path, e);
        }
        boolean once = size < SMALLEST_MADE && Signal.lastCycle(directory, roll) >= cycle;
        if (!events && !once) {
            return null;
        }
        try (CycleFile ready = CycleFile.tryOpen(path, cycle)) {
            if (ready != null) {
                return null; // it got its header meanwhile
            }
        }
        return Disk.isThere(path)
                ? path + " is damaged at byte 0: it has no header (" + size
                        + " bytes), and events were written to it: all" + " from 0x"
                        + Long.toHexString(ExcerptIndex.of(cycle, 0)) + " on in this file cannot be read"
                : null;
    }
}
