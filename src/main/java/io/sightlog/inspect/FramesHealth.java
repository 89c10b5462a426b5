package io.sightlog.inspect;

import io.sightlog.inspect.Symptom.Area;
import io.sightlog.journal.FrameStatus;
import io.sightlog.journal.FrameUsage;
import io.sightlog.journal.Journal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The pictures that a journal keeps: room for more, and what nobody finds or needs. */
final class FramesHealth {
    private static final int MOST_NAMED = 5;

    private final Diagnosis diagnosis;

    FramesHealth(Diagnosis diagnosis) {
        this.diagnosis = diagnosis;
    }

    void look(Journal journal) {
        Path folder = journal.directory().resolve("frames");
        if (Files.isSymbolicLink(folder)) {
            diagnosis.add(
                    Area.FILES,
                    folder + " is a link, and none is followed: no frames are kept or found there",
                    "rm " + Diagnosis.quoted(folder) + ", mkdir it, and mount --bind the other folder there");
            return;
        }
        FrameStatus status = journal.frameStatus();
        if (status.all().files() > 0 && status.isShort() && !diagnosis.isReadOnly()) {
            diagnosis.add(
                    Area.SPACE,
                    String.format(
                            Locale.ROOT,
                            "no frames are kept for now: %,d MB are free, and %,d MB are reserved for events",
                            status.usableBytes() / 1_000_000,
                            status.reserveBytes() / 1_000_000),
                    "sightlog prune -q " + diagnosis.quoted() + " --keep-for 7d --execute");
        }
        unneeded(status.unneeded());
        problems(status.problems());
    }

    private void unneeded(FrameUsage unneeded) {
        if (unneeded.files() > 0) {
            diagnosis.add(
                    Area.LEFTOVERS,
                    String.format(
                            Locale.ROOT,
                            "no event points at %,d %s of kept frames, %,d MB",
                            unneeded.files(),
                            unneeded.files() == 1 ? "file" : "files",
                            unneeded.diskBytes() / 1_000_000),
                    "sightlog prune -q " + diagnosis.quoted() + " --keep-for 36500d --execute");
        }
    }

    private void problems(List<FrameStatus.Problem> problems) {
        for (int i = 0; i < Math.min(MOST_NAMED, problems.size()); i++) {
            FrameStatus.Problem problem = problems.get(i);
            int more = i == MOST_NAMED - 1 ? problems.size() - MOST_NAMED : 0;
            diagnosis.add(
                    Area.FILES,
                    problem.file() + ": " + problem.text() + "; its pictures are not found, and it is never pruned"
                            + (more > 0 ? "; and " + more + " more such files" : ""),
                    "rm -r " + Diagnosis.quoted(problem.file()));
        }
    }
}
