package io.sightlog.journal.internal.mend;

import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.util.List;
import java.util.function.Consumer;

/**
 * Consumers that stand past the end of a journal: the events that they have read last are gone, after a loss of power or since
 * somebody has deleted files, and those that come next get the same numbers. They are moved to the end, or they would take
 * those for read. Under the write lock only.
 */
public final class ConsumersPastEnd {
    private static final long UNKNOWN = -1;

    private ConsumersPastEnd() {}

    /** @param notice gets a line for people about each */
    public static void moveBack(
            JournalDirectory directory, JournalIdentity identity, Roll roll, Consumer<String> notice) {
        long end = UNKNOWN;
        for (String name : names(directory, notice)) {
            end = end == UNKNOWN ? end(directory, roll) : end;
            if (end != UNKNOWN && isBehind(directory, name, end, notice)) {
                moveBack(directory, identity, name, end, notice);
            }
        }
    }

    private static List<String> names(JournalDirectory directory, Consumer<String> notice) {
        try {
            return ConsumerFile.names(directory);
        } catch (JournalException e) {
            notice.accept("cannot see whether a consumer is past the end, which would miss the next events: "
                    + e.getMessage());
            return List.of();
        }
    }

    /** The index of what is appended next to the newest cycle, 0 when there is none; unknown where that is damaged. */
    private static long end(JournalDirectory directory, Roll roll) {
        int[] cycles = directory.cycles(roll);
        for (int i = cycles.length - 1; i >= 0; i--) {
            try (CycleFile file = CycleFile.tryOpen(directory.cycleFile(roll, cycles[i]), cycles[i])) {
                if (file != null) {
                    CycleCursor cursor = file.start();
                    cursor.toEnd();
                    return cursor.peek() == CycleCursor.BROKEN ? UNKNOWN : cursor.index();
                }
            } catch (FileAccessException e) {
                throw e;
            } catch (JournalException e) {
                return UNKNOWN;
            }
        }
        return 0;
    }

    private static boolean isBehind(JournalDirectory directory, String name, long end, Consumer<String> notice) {
        try {
            ConsumerFile.State state = ConsumerFile.read(directory, name);
            return state != null && isBehind(state, end);
        } catch (FileAccessException e) {
            notice.accept(
                    "whether consumer \"" + name + "\" would miss what comes next cannot be seen: " + e.getMessage());
            return false;
        } catch (JournalException e) {
            return false; // damaged: it is reported when it is used
        }
    }

    private static boolean isBehind(ConsumerFile.State state, long end) {
        return state.state() != ConsumerFile.AT_START
                && state.place() >= 0
                && (state.index() > end || (state.index() == end && state.state() == ConsumerFile.BEHIND));
    }

    private static void moveBack(
            JournalDirectory directory, JournalIdentity identity, String name, long end, Consumer<String> notice) {
        try (ConsumerFile held = ConsumerFile.hold(directory, name, NanoClock.SYSTEM)) {
            identity.check(); // before anything is written to it
            ConsumerFile.State state = held.state();
            if (isBehind(state, end)) {
                held.countReset(); // the next events get the numbers of those that are gone
                held.save(end == 0 ? ConsumerFile.AT_START : ConsumerFile.AT, end, 0, NanoClock.SYSTEM.nanos());
                notice.accept("consumer \"" + name + "\" was at " + state.position() + ", past the end of "
                        + directory.path() + ": events that it has read are gone; it was moved back to the end, "
                        + new Position(end, 0));
            }
        } catch (JournalException e) {
            notice.accept("consumer \"" + name + "\" is past the end of " + directory.path()
                    + ", and would miss the next events: it cannot be moved: " + e.getMessage()
                    + "; then sightlog consumers reset " + name
                    + " --to end --execute moves it");
        }
    }
}
