package io.sightlog.journal.internal.read;

import io.sightlog.journal.DamageException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReplacedException;
import io.sightlog.journal.Position;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.format.Metadata;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of a journal that one {@link JournalCursor} moves over: which there are, opened as those of the journal that was opened
 * and no other. Those that are missing, or have lost their header, are reported once each.
 */
final class JournalFiles implements AutoCloseable {
    private final JournalDirectory directory;
    private @Nullable JournalIdentity identity;
    private @Nullable Metadata metadata;

    /** The cycle after which the directory was looked through. */
    private int lookedAfter = -1;
    /** The last file whose header is lost, and that was reported. */
    private int reportedLost = -1;
    /** The last file without a header that was looked into. */
    private int lookedAtHeader = -1;
    /** The newest file that is not there, and was reported. */
    private int reportedMissing = -1;

    JournalFiles(JournalDirectory directory) {
        this.directory = directory;
    }

    /** Opens the journal when it is complete; false while it is not. */
    boolean open() {
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

    boolean isOpen() {
        return metadata != null;
    }

    /**
     * See {@link JournalCursor#checkSame}.
     *
     * @param cursor where it is read, null when no file is open
     */
    void checkSame(@Nullable CycleCursor cursor) {
        if (identity != null && metadata != null) {
            identity.check();
            if (metadata.isStale() || (cursor != null && cursor.isStale())) {
                throw JournalIdentity.replaced(
                        directory.path(), "its files are other copies, as an overlay makes them,", null);
            }
        }
    }

    /** The cycles that have a file now, ascending. */
    int[] cycles() {
        try {
            return directory.cycles(metadata().roll());
        } catch (JournalException e) {
            identity().check(); // which says better what happened
            throw e;
        }
    }

    /** The highest cycle that a writer has opened. */
    int highestCycle() {
        return metadata().highestCycle();
    }

    /**
     * Whether a later file may be there: looked up in the directory, too, when the end of a file is met for the first time,
     * so that a wrong number in the metadata does not hide files.
     */
    boolean mayHaveAfter(int cycle) {
        if (highestCycle() > cycle) {
            return true;
        }
        if (lookedAfter == cycle) {
            return false;
        }
        int[] cycles = cycles();
        lookedAfter = cycle;
        return cycles.length > 0 && cycles[cycles.length - 1] > cycle;
    }

    /**
     * Opens a file; null when it is not there, or not complete.
     *
     * @throws DamageException when its header is damaged
     * @throws JournalReplacedException when it would be that of another journal, which has taken the place of this one
     */
    @Nullable
    CycleFile tryOpen(int cycle) {
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

    /**
     * Likewise; null also when its header is lost or damaged and that was reported before.
     *
     * @throws DamageException when it is, once
     */
    @Nullable
    CycleFile openOrReport(int cycle) {
        Path path = directory.cycleFile(metadata().roll(), cycle);
        try {
            CycleFile file = tryOpen(cycle);
            if (file == null && cycle > lookedAtHeader) {
                String lost = Breaks.lostHeader(path, directory, metadata().roll(), cycle);
                lookedAtHeader = cycle;
                if (lost != null) {
                    throw new DamageException(lost, new Position(ExcerptIndex.of(cycle, 0), 0), true, null);
                }
            }
            return file;
        } catch (DamageException e) {
            if (cycle > reportedLost) {
                reportedLost = cycle;
                throw e;
            }
            return null;
        }
    }

    /**
     * Looks whether the newest file that a writer has opened is there.
     *
     * @param cycles those that are
     * @throws DamageException when it is not, once
     */
    void reportMissing(int[] cycles) {
        int highest = highestCycle();
        if (highest < 0 || highest == reportedMissing || (cycles.length > 0 && cycles[cycles.length - 1] >= highest)) {
            return;
        }
        Path file = directory.cycleFile(metadata().roll(), highest);
        if (Files.notExists(file)) {
            identity().check();
            reportedMissing = highest;
            throw new DamageException(
                    file + " is missing: the journal's newest events were in it (metadata.cq4t says so)",
                    new Position(ExcerptIndex.of(highest, 0), 0),
                    true,
                    null);
        }
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
