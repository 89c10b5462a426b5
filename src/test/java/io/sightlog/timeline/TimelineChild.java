package io.sightlog.timeline;

import io.sightlog.journal.Journal;
import java.nio.file.Path;
import java.util.List;

/** Indexes a journal and asks about all of it, in a process of its own; prints what there is of each source. */
final class TimelineChild {
    private TimelineChild() {}

    public static void main(String[] args) {
        try (Journal journal = Journal.open(Path.of(args[0]));
                Timeline timeline = new Timeline(journal, Path.of(args[1]))) {
            timeline.refresh(() -> false);
            long frames = 0;
            long detections = 0;
            for (int columns : new int[] {1, 40, 1200, 8000}) {
                for (float confidence : new float[] {0, 0.5f}) {
                    Filter filter = new Filter(List.of(), confidence, List.of(), List.of());
                    frames = total(timeline, columns, Lanes.SOURCE, Filter.ALL);
                    detections = Math.max(detections, total(timeline, columns, Lanes.LABEL, filter));
                }
            }
            System.out.println("frames " + frames + " detections " + detections);
        }
    }

    private static long total(Timeline timeline, int columns, Lanes by, Filter filter) {
        long start = TimelineJournal.START;
        Answer answer = timeline.query(start, start + 40 * 3600L * TimelineJournal.SECOND, columns, by, filter);
        long total = answer.others() == null ? 0 : answer.others().total();
        for (Answer.Lane lane : answer.lanes()) {
            total += lane.total();
        }
        return answer.unknown().isEmpty() ? total : -1;
    }
}
