package io.sightlog.timeline;

import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Where a piece of a level lies: some buckets of all series.
 *
 * @param level place of its level
 * @param first its first bucket, from the beginning of what the index is of
 * @param buckets how many
 * @param offset of its first byte, from that of the first block
 * @param plainBytes gaps, counts and highest confidences
 * @param stepBytes counts by step, which follow those
 * @param plainCrc CRC-32C of the former
 * @param stepCrc of the latter
 */
record Block(int level, int first, int buckets, long offset, int plainBytes, int stepBytes, int plainCrc, int stepCrc) {
    /** A block is closed when it has more than a mebibyte; what one bucket of all series may add to that is less than this. */
    static final int MOST_BYTES = 8 << 20;

    private static final long MOST_COUNT = 1L << 42;
    private static final int MOST_MASK = (1 << Steps.COUNT) - 1;

    static int crc(byte[] bytes, int from, int count) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, count);
        return (int) crc.getValue();
    }

    /** Bytes to read: with counts by step, or without. */
    int bytes(boolean withSteps) {
        return withSteps ? plainBytes + stepBytes : plainBytes;
    }

    /** @throws BadIndexException when these are not its bytes */
    void check(byte[] bytes, boolean withSteps) throws BadIndexException {
        if (crc(bytes, 0, plainBytes) != plainCrc || (withSteps && crc(bytes, plainBytes, stepBytes) != stepCrc)) {
            throw new BadIndexException("the checksum of a block is wrong");
        }
    }

    /**
     * Hands out what is in it.
     *
     * @param bytes its own, from the first on
     * @param startSecond when what the index is of begins, since the epoch
     * @param levelSeconds how long a bucket is
     */
    void decode(byte[] bytes, List<Key> keys, long startSecond, int levelSeconds, Cells cells)
            throws BadIndexException {
        boolean withSteps = cells.wantsSteps();
        long base = startSecond + (long) first * levelSeconds;
        cells.block(base);
        ByteReader plain = new ByteReader().over(bytes, 0, plainBytes);
        ByteReader steps = new ByteReader().over(bytes, plainBytes, withSteps ? plainBytes + stepBytes : plainBytes);
        Entries entries = new Entries();
        int series = -1;
        while (plain.hasMore()) {
            series += 1 + plain.varint(keys.size());
            if (series >= keys.size()) {
                throw new BadIndexException("series " + series + " of " + keys.size());
            }
            boolean hasSteps = keys.get(series).kind.hasSteps();
            int own = plain.varint(plainBytes);
            int from = plain.at();
            plain.skip(own);
            int ownSteps = hasSteps && withSteps ? steps.varint(stepBytes) : 0;
            int stepsFrom = steps.at();
            steps.skip(ownSteps);
            if (cells.wants(series)) {
                entries.plain.over(bytes, from, from + own);
                entries.steps.over(bytes, stepsFrom, stepsFrom + ownSteps);
                entries.decode(series, hasSteps, withSteps && hasSteps, base, buckets, levelSeconds, cells);
            }
        }
        if (steps.hasMore()) {
            throw new BadIndexException("there are counts by step of no series");
        }
    }

    /** Entries of one series in one block. */
    static final class Entries {
        final ByteReader plain = new ByteReader();
        final ByteReader steps = new ByteReader();
        private final long[] counts = new long[Steps.COUNT];

        void decode(
                int series,
                boolean hasSteps,
                boolean withSteps,
                long baseSecond,
                int buckets,
                int levelSeconds,
                Cells cells)
                throws BadIndexException {
            int bucket = -1;
            while (plain.hasMore()) {
                bucket += 1 + plain.varint(buckets);
                if (bucket >= buckets) {
                    throw new BadIndexException("bucket " + bucket + " of " + buckets);
                }
                long count = plain.varint();
                if (count < 1 || count > MOST_COUNT) {
                    throw new BadIndexException("a count of " + count);
                }
                int highest = hasSteps ? Math.min(Steps.HIGHEST, plain.next()) : 0;
                if (withSteps) {
                    steps(count);
                }
                cells.cell(
                        series, baseSecond + (long) bucket * levelSeconds, count, highest, withSteps ? counts : null);
            }
        }

        private void steps(long count) throws BadIndexException {
            Arrays.fill(counts, 0);
            int mask = steps.varint(MOST_MASK);
            long left = count;
            for (; (mask & (mask - 1)) != 0; mask &= mask - 1) {
                long some = steps.varint();
                left -= some;
                counts[Integer.numberOfTrailingZeros(mask)] = some;
                if (some > count || left < 0) {
                    throw new BadIndexException("counts by step are more than all");
                }
            }
            if (mask == 0) {
                throw new BadIndexException("a count of no step");
            }
            counts[Integer.numberOfTrailingZeros(mask)] = left;
        }
    }
}
