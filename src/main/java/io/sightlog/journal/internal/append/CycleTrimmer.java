package io.sightlog.journal.internal.append;

import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Cuts the files of cycles that have ended to what they use.
 *
 * <p>Safe beside readers and writers: only files with an end mark are cut, after that mark, and nobody reads past it. A
 * writer that still has an older cycle open finds the mark, and goes on to the next.
 */
final class CycleTrimmer {
    /** What a cycle's file grows by, and is mapped in for writing. */
    static final long BLOCK = 64L << 20;

    static final long OVERLAP = 16L << 20;
    private static final int PAGE = 4096;
    /** The mark and the word after it. */
    private static final int END_BYTES = 8;

    private CycleTrimmer() {}

    /** All cycles before one. What cannot be cut stays as it is: it costs room, and nothing else. */
    static void trim(JournalDirectory directory, JournalIdentity identity, Roll roll, int before) {
        int[] cycles;
        try {
            cycles = directory.cycles(roll);
        } catch (JournalException e) {
            return; // the event that brought us here is appended, whatever becomes of this
        }
        for (int cycle : cycles) {
            Path file = directory.cycleFile(roll, cycle);
            if (cycle < before && (file.toFile().length() - OVERLAP) % BLOCK == 0) {
                trim(file, identity, cycle);
            }
        }
    }

    private static void trim(Path path, JournalIdentity identity, int cycle) {
        long used;
        try (CycleFile file = CycleFile.tryOpen(path, cycle)) {
            if (file == null) {
                return;
            }
            CycleCursor cursor = file.start();
            cursor.toEnd();
            if (cursor.peek() != CycleCursor.ENDED) {
                return;
            }
            used = (cursor.position() + END_BYTES + PAGE - 1) / PAGE * PAGE;
            if (used >= file.size()) {
                return;
            }
        } catch (JournalException e) {
            return;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            if (identity.isSame()) {
                channel.truncate(used);
            }
        } catch (IOException e) {
            // stays as large as it is
        }
    }
}
