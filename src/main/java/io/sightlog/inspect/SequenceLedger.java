package io.sightlog.inspect;

import io.sightlog.journal.Position;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows the sequence numbers of one producer, and tells ranges that are lost, repeated or out of order. Keeps at most {@value
 * #MOST_OPEN} gaps: beyond that the oldest is told as lost at once, and a number of it that comes later as repeated.
 */
final class SequenceLedger {
    static final int MOST_OPEN = 1000;

    private final Sink sink;
    private final TreeMap<Long, Gap> open = new TreeMap<>();
    private long first = -1;
    private long next;
    private @Nullable Run run;

    /** What is told. */
    interface Sink {
        /**
         * @param from the first number
         * @param to the last number
         * @param firstAt where the first of them is or, of lost ones, what came in their place
         * @param lastAt where the last of them is
         */
        void tell(What what, long from, long to, Position firstAt, Position lastAt);
    }

    enum What {
        LOST,
        REPEATED,
        REORDERED
    }

    private record Gap(long to, Position at) {}

    /** Numbers in a row of one kind. */
    private static final class Run {
        private final What what;
        private final long from;
        private final Position firstAt;
        private long to;
        private Position lastAt;

        Run(What what, long number, Position at) {
            this.what = what;
            this.from = number;
            this.to = number;
            this.firstAt = at;
            this.lastAt = at;
        }
    }

    SequenceLedger(Sink sink) {
        this.sink = sink;
    }

    /** An event with the next number, which is nearly every one, costs nothing but this. */
    void saw(long number, long index, int place) {
        if (number == next && first >= 0 && run == null) {
            next++;
        } else {
            sawOther(number, new Position(index, place));
        }
    }

    private void sawOther(long number, Position at) {
        if (first < 0) {
            first = number;
            next = number + 1;
        } else if (number == next) {
            endRun();
            next++;
        } else if (number > next) {
            endRun();
            open(next, number - 1, at);
            next = number + 1;
        } else if (number < first) {
            in(What.REORDERED, number, at);
            if (number + 1 < first) {
                open(number + 1, first - 1, at);
            }
            first = number;
        } else {
            in(fill(number) ? What.REORDERED : What.REPEATED, number, at);
        }
    }

    private void open(long from, long to, Position at) {
        open.put(from, new Gap(to, at));
        if (open.size() > MOST_OPEN) {
            lost(open.pollFirstEntry());
        }
    }

    private boolean fill(long number) {
        Map.Entry<Long, Gap> gap = open.floorEntry(number);
        if (gap == null || gap.getValue().to() < number) {
            return false;
        }
        open.remove(gap.getKey());
        if (gap.getKey() < number) {
            open(gap.getKey(), number - 1, gap.getValue().at());
        }
        if (number < gap.getValue().to()) {
            open(number + 1, gap.getValue().to(), gap.getValue().at());
        }
        return true;
    }

    private void in(What what, long number, Position at) {
        Run current = run;
        if (current != null && current.what == what && current.to + 1 == number) {
            current.to = number;
            current.lastAt = at;
        } else {
            endRun();
            run = new Run(what, number, at);
        }
    }

    private void endRun() {
        if (run != null) {
            sink.tell(run.what, run.from, run.to, run.firstAt, run.lastAt);
            run = null;
        }
    }

    private void lost(Map.@Nullable Entry<Long, Gap> gap) {
        if (gap != null) {
            Position at = gap.getValue().at();
            sink.tell(What.LOST, gap.getKey(), gap.getValue().to(), at, at);
        }
    }

    /** Tells what is still open. */
    void end() {
        endRun();
        open.entrySet().forEach(this::lost);
        open.clear();
    }
}
