package io.sightlog.timeline;

import java.util.Arrays;

/** Counts of one key in an {@link IndexTable}: of the bucket at hand on each level, and encoded of those before. One thread at a time. */
final class Series {
    private static final long NONE = -1;

    final int id;
    final Key key;
    /** By level; of the shortest what {@link IndexTable} has not handed to the others yet. */
    final Bucket[] buckets;

    /** By level, what is in the block that is open: gaps, counts and highest confidences. */
    final ByteRun[] plain;
    /** Likewise: counts by step. */
    final ByteRun[] steps;
    /** By level, the bucket that was encoded last in this block, {@link #NONE} before the first. */
    final long[] encoded;

    /** Whether the table has to flush it. */
    boolean isTouched;

    /** Counts of one bucket. */
    static final class Bucket {
        long number = NONE;
        long count;
        int highest;
        /** Bit n: there are some of step n. */
        int mask;

        final long[] steps;

        Bucket(boolean hasSteps) {
            steps = new long[hasSteps ? Steps.COUNT : 0];
        }

        boolean isEmpty() {
            return number == NONE;
        }

        void one(int step, int confidence) {
            count++;
            highest = Math.max(highest, confidence);
            steps[step]++;
            mask |= 1 << step;
        }

        void add(long more, int confidence, long[] bySteps) {
            count += more;
            highest = Math.max(highest, confidence);
            for (int i = 0; i < bySteps.length && i < steps.length; i++) {
                if (bySteps[i] != 0) {
                    steps[i] += bySteps[i];
                    mask |= 1 << i;
                }
            }
        }

        void add(Bucket other) {
            count += other.count;
            highest = Math.max(highest, other.highest);
            mask |= other.mask;
            for (int bits = other.mask; bits != 0; bits &= bits - 1) {
                int step = Integer.numberOfTrailingZeros(bits);
                steps[step] += other.steps[step];
            }
        }

        void clear() {
            number = NONE;
            count = 0;
            highest = 0;
            if (mask != 0) {
                Arrays.fill(steps, 0);
            }
            mask = 0;
        }
    }

    Series(int id, Key key, int levels) {
        this.id = id;
        this.key = key;
        boolean hasSteps = key.kind.hasSteps();
        buckets = new Bucket[levels];
        plain = new ByteRun[levels];
        steps = new ByteRun[levels];
        encoded = new long[levels];
        for (int i = 0; i < levels; i++) {
            buckets[i] = new Bucket(hasSteps);
            plain[i] = new ByteRun();
            steps[i] = new ByteRun();
            encoded[i] = NONE;
        }
    }

    /**
     * Encodes a bucket behind those before.
     *
     * @param first bucket at which the block begins
     * @return how many bytes that took
     */
    int encode(int level, Bucket bucket, long first) {
        ByteRun to = plain[level];
        ByteRun by = steps[level];
        int before = to.size() + by.size();
        to.varint(bucket.number - (encoded[level] == NONE ? first : encoded[level] + 1));
        to.varint(bucket.count);
        if (key.kind.hasSteps()) {
            to.add(bucket.highest);
            by.varint(bucket.mask);
            for (int bits = bucket.mask; (bits & (bits - 1)) != 0; bits &= bits - 1) { // what the last has is the rest
                by.varint(bucket.steps[Integer.numberOfTrailingZeros(bits)]);
            }
        }
        encoded[level] = bucket.number;
        return to.size() + by.size() - before;
    }

    /** The block was closed. */
    void forget(int level) {
        plain[level].clear();
        steps[level].clear();
        encoded[level] = NONE;
    }
}
