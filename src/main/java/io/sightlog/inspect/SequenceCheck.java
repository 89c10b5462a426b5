package io.sightlog.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whether the sequence numbers of one producer are all there, once, and in order. */
public final class SequenceCheck {
    /** First and last missing number of a run, by the first. */
    private final TreeMap<Long, Long> missing = new TreeMap<>();

    private final int mostRuns;

    /** Numbers of runs that were forgotten. */
    private long missingBefore;

    private long first = -1;
    private long next;
    private long events;
    private long repeated;
    private long reordered;

    /**
     * Numbers that never came.
     *
     * @param first the first of them
     * @param last the last of them
     */
    public record Range(long first, long last) {
        public long count() {
            return last - first + 1;
        }

        @Override
        public String toString() {
            return first == last ? Long.toString(first) : first + "-" + last;
        }
    }

    SequenceCheck() {
        this(Integer.MAX_VALUE);
    }

    /** @param mostRuns of so many runs is known which they are; a number of an older one that comes after all counts as repeated */
    SequenceCheck(int mostRuns) {
        this.mostRuns = mostRuns;
    }

    void saw(long sequence) {
        events++;
        see(sequence);
        while (missing.size() > mostRuns) {
            Map.Entry<Long, Long> oldest = missing.firstEntry();
            missing.remove(oldest.getKey());
            missingBefore = plus(missingBefore, new Range(oldest.getKey(), oldest.getValue()).count());
        }
    }

    private void see(long sequence) {
        if (first < 0) {
            first = sequence;
            next = sequence;
        }
        if (sequence == next) {
            next++;
        } else if (sequence > next) {
            missing.put(next, sequence - 1);
            next = sequence + 1;
        } else if (fill(sequence)) {
            reordered++;
        } else if (sequence < first) {
            if (sequence + 1 < first) {
                missing.put(sequence + 1, first - 1);
            }
            first = sequence;
            reordered++;
        } else {
            repeated++;
        }
    }

    private boolean fill(long sequence) {
        Map.Entry<Long, Long> run = missing.floorEntry(sequence);
        if (run == null || run.getValue() < sequence) {
            return false;
        }
        missing.remove(run.getKey());
        if (run.getKey() < sequence) {
            missing.put(run.getKey(), sequence - 1);
        }
        if (sequence < run.getValue()) {
            missing.put(sequence + 1, run.getValue());
        }
        return true;
    }

    /** Events of this producer. */
    public long events() {
        return events;
    }

    /** The lowest number there is, -1 when there is none. 0 unless the beginning was pruned, filtered or lost. */
    public long first() {
        return first;
    }

    /** The highest number there is. */
    public long last() {
        return next - 1;
    }

    /** Numbers between the first and the last that are not there. */
    public List<Range> missing() {
        List<Range> ranges = new ArrayList<>();
        missing.forEach((from, to) -> ranges.add(new Range(from, to)));
        return ranges;
    }

    /** How many numbers those are, and those of runs that are not known any more. */
    public long missingCount() {
        long count = missingBefore;
        for (Map.Entry<Long, Long> run : missing.entrySet()) {
            count = plus(count, new Range(run.getKey(), run.getValue()).count());
        }
        return count;
    }

    /** Numbers may be made up. */
    private static long plus(long some, long more) {
        long sum = some + more;
        return sum < 0 || more < 0 ? Long.MAX_VALUE : sum;
    }

    /** The newest of them, at most so many, ascending. */
    public List<Range> newestMissing(int most) {
        List<Range> ranges = new ArrayList<>();
        for (Map.Entry<Long, Long> run : missing.descendingMap().entrySet()) {
            if (ranges.size() == most) {
                break;
            }
            ranges.add(0, new Range(run.getKey(), run.getValue()));
        }
        return ranges;
    }

    /** Events whose number was there before. */
    public long repeated() {
        return repeated;
    }

    /** Events that came behind one with a higher number. */
    public long reordered() {
        return reordered;
    }
}
