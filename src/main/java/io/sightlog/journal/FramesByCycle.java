package io.sightlog.journal;

import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.frames.FrameFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which of a journal's kept frames go with which cycle. */
final class FramesByCycle {
    /** At n: what goes once n cycles are gone; at 0 what no cycle needs that is there. */
    private final FrameUsage[] going;

    private FrameUsage all = FrameUsage.NONE;
    private final List<FrameStatus.Problem> problems = new ArrayList<>();

    /**
     * @param cycles those that have a file, ascending
     * @throws FileAccessException when the files of kept frames cannot be listed or read
     */
    FramesByCycle(JournalDirectory directory, int... cycles) {
        going = new FrameUsage[cycles.length];
        Arrays.fill(going, FrameUsage.NONE);
        FrameFolder folder = new FrameFolder(directory);
        for (FrameFolder.Entry entry : folder.entries()) {
            if (entry.problem() != null) {
                Path file = directory.path().resolve(entry.name().path());
                problems.add(new FrameStatus.Problem(file, entry.problem()));
            }
            FrameUsage usage = new FrameUsage(1, entry.diskBytes());
            all = all.plus(usage);
            int older = 0;
            while (older < cycles.length && cycles[older] <= entry.lastCycle()) {
                older++;
            }
            if (older < cycles.length && folder.isFree(entry.name())) {
                going[older] = going[older].plus(usage);
            }
        }
    }

    /** What goes with a cycle, by its place among them. */
    FrameUsage with(int cycle) {
        return going[cycle + 1];
    }

    /** What nothing points at any more. */
    FrameUsage left() {
        return going.length == 0 ? FrameUsage.NONE : going[0];
    }

    /** What is wrong with files that never go for that. */
    List<FrameStatus.Problem> problems() {
        return problems;
    }

    FrameUsage all() {
        return all;
    }
}
