package io.sightlog.journal.internal.append;

import io.sightlog.journal.DamageException;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.nio.file.Path;

/** Whether readers find what is appended next. Under the write lock only. */
final class ReachableEnd {
    private ReachableEnd() {}

    /**
     * Looks at the newest file, when it is the one that is appended to.
     *
     * @param current the cycle that is appended to
     * @throws DamageException when readers do not come to where the next document will be
     */
    static void check(JournalDirectory directory, Roll roll, int current) throws IOException {
        int[] cycles = directory.cycles(roll);
        int newest = cycles.length == 0 ? -1 : cycles[cycles.length - 1];
        if (newest < current) {
            return;
        }
        Path path = directory.cycleFile(roll, newest);
        try (CycleFile file = CycleFile.tryOpen(path, newest)) {
            if (file == null) {
                return;
            }
            CycleCursor cursor = file.start();
            cursor.toEnd();
            boolean reached = cursor.peek() != CycleCursor.BROKEN;
            if (!reached || CyclePreallocation.nextDocument(path) != cursor.position()) {
                throw new DamageException(
                        path + " is damaged at byte " + cursor.position()
                                + ": readers do not get to its end, and would not find what is appended there; "
                                + "sightlog recover --into NEW saves what can be read",
                        new Position(cursor.index(), 0),
                        false,
                        null);
            }
        }
    }
}
