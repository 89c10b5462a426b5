package io.sightlog.timeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The index of a span while it is made: counts come in ascending by time, and lie encoded, in blocks, on every level at once. What is
 * in it can be read at any time. Its heap is bounded by the number of series, whatever comes in. One thread at a time.
 */
final class IndexTable implements AutoCloseable {
    private static final int BLOCK_BUCKETS = 3600;
    private static final int BLOCK_BYTES = 1 << 20;

    final long startSecond;
    final long seconds;
    final int[] levels;
    final List<Series> series = new ArrayList<>();
    final List<Block> blocks = new ArrayList<>();
    final BlockStore store;

    private final KeyTable keys = new KeyTable();
    private final Level[] open;
    private Series[] touched = new Series[64];
    private int touchedCount;
    /** The shortest bucket at hand. */
    private long now = -1;

    private final ByteRun plain = new ByteRun();
    private final ByteRun steps = new ByteRun();
    private byte[] read = {};

    /** The block of a level that is open. */
    private static final class Level {
        long first;
        long last = -1;
        int bytes;
    }

    /** @param levels seconds, ascending */
    IndexTable(long startSecond, long seconds, int[] levels, BlockStore store) {
        this.startSecond = startSecond;
        this.seconds = seconds;
        this.levels = levels;
        this.store = store;
        open = new Level[levels.length];
        Arrays.setAll(open, level -> new Level());
    }

    /** The series of a key, which is made when there is none; that of the others when there is no room for it. */
    Series series(Key key) {
        int id = keys.idOf(key);
        if (id == series.size()) {
            series.add(new Series(id, keys.all().get(id), levels.length));
        }
        return series.get(id);
    }

    /** Second up to which all is in it, since the epoch. */
    long nowSecond() {
        return startSecond + Math.max(0, now) * levels[0];
    }

    /** Moves on in time: what comes is not before this second. An earlier one, or one outside of the span, is taken for the nearest. */
    void at(long second) {
        long within = Math.max(0, Math.min(seconds - 1, second - startSecond));
        if (within / levels[0] > now) {
            flush();
            now = within / levels[0];
            for (int level = 0; level < levels.length; level++) {
                Level block = open[level];
                long bucket = within / levels[level];
                boolean isFull = bucket - block.first >= BLOCK_BUCKETS || block.bytes > BLOCK_BYTES;
                if (block.last >= 0 && bucket > block.last && isFull) {
                    close(level);
                }
                block.first = block.last < 0 ? bucket : block.first;
            }
        }
    }

    /** One more in the bucket at hand. */
    void one(Series of) {
        touch(of, now).count++;
    }

    /** One more detection in the bucket at hand. */
    void one(Series of, int step, int highest) {
        touch(of, now).one(step, highest);
    }

    /** Counts of a second that is not before that of {@link #at}, nor before what came of this series. */
    void add(Series of, long second, long count, int highest, long[] bySteps) {
        touch(of, (second - startSecond) / levels[0]).add(count, highest, bySteps);
    }

    private Series.Bucket touch(Series of, long number) {
        Series.Bucket bucket = of.buckets[0];
        if (bucket.number != number) {
            if (!bucket.isEmpty()) {
                handOn(of);
            }
            bucket.number = number;
            if (!of.isTouched) {
                of.isTouched = true;
                if (touchedCount == touched.length) {
                    touched = Arrays.copyOf(touched, 2 * touchedCount);
                }
                touched[touchedCount++] = of;
            }
        }
        return bucket;
    }

    private void flush() {
        for (int i = 0; i < touchedCount; i++) {
            touched[i].isTouched = false;
            handOn(touched[i]);
        }
        touchedCount = 0;
    }

    /** Encodes the shortest bucket of a series, and adds it to the longer ones. */
    private void handOn(Series of) {
        Series.Bucket shortest = of.buckets[0];
        long within = shortest.number * levels[0];
        encode(of, 0, shortest);
        for (int level = 1; level < levels.length; level++) {
            Series.Bucket bucket = of.buckets[level];
            long number = within / levels[level];
            if (bucket.number != number) {
                if (!bucket.isEmpty()) {
                    encode(of, level, bucket);
                    bucket.clear();
                }
                bucket.number = number;
                open[level].last = Math.max(open[level].last, number);
            }
            bucket.add(shortest);
        }
        shortest.clear();
    }

    private void encode(Series of, int level, Series.Bucket bucket) {
        Level block = open[level];
        block.bytes += of.encode(level, bucket, block.first);
        block.last = Math.max(block.last, bucket.number);
    }

    /** Closes all blocks: nothing more comes. */
    void finish() {
        flush();
        for (int level = 0; level < levels.length; level++) {
            if (open[level].last >= 0) {
                close(level);
            }
        }
    }

    private void close(int level) {
        plain.clear();
        steps.clear();
        int before = -1;
        for (Series one : series) {
            if (level > 0 && !one.buckets[level].isEmpty()) {
                encode(one, level, one.buckets[level]);
                one.buckets[level].clear();
            }
            int size = one.plain[level].size();
            if (size > 0) {
                plain.varint(one.id - before - 1);
                plain.varint(size);
                plain.add(one.plain[level].bytes(), size);
                if (one.key.kind.hasSteps()) {
                    steps.varint(one.steps[level].size());
                    steps.add(one.steps[level].bytes(), one.steps[level].size());
                }
                before = one.id;
                one.forget(level);
            }
        }
        Level block = open[level];
        blocks.add(new Block(
                level,
                (int) block.first,
                (int) (block.last - block.first + 1),
                store.size(),
                plain.size(),
                steps.size(),
                Block.crc(plain.bytes(), 0, plain.size()),
                Block.crc(steps.bytes(), 0, steps.size())));
        store.append(plain.bytes(), plain.size());
        store.append(steps.bytes(), steps.size());
        block.last = -1;
        block.bytes = 0;
    }

    List<Key> keys() {
        return keys.all();
    }

    /** What it holds on the heap, about. */
    long heapBytes() {
        long bytes = store.heapBytes();
        for (Level block : open) {
            bytes += 2L * block.bytes;
        }
        return bytes + series.size() * 512L * levels.length;
    }

    /** Hands out what is in it on one level, of the blocks that touch a span. */
    void read(int level, long fromSecond, long toSecond, Cells cells) throws IOException {
        cells.begin(keys.all());
        for (Block block : blocks) {
            long begin = startSecond + (long) block.first() * levels[level];
            if (block.level() == level
                    && begin < toSecond
                    && begin + (long) block.buckets() * levels[level] > fromSecond) {
                int bytes = block.bytes(cells.wantsSteps());
                read = read.length < bytes ? new byte[bytes] : read;
                store.read(block.offset(), read, bytes);
                block.decode(read, keys.all(), startSecond, levels[level], cells);
            }
        }
        readOpen(level, cells);
    }

    private void readOpen(int level, Cells cells) throws BadIndexException {
        Block.Entries entries = new Block.Entries();
        long base = startSecond + open[level].first * levels[level];
        cells.block(base);
        for (Series one : series) {
            if (cells.wants(one.id)) {
                boolean hasSteps = one.key.kind.hasSteps();
                boolean withSteps = hasSteps && cells.wantsSteps();
                entries.plain.over(one.plain[level].bytes(), 0, one.plain[level].size());
                entries.steps.over(one.steps[level].bytes(), 0, one.steps[level].size());
                entries.decode(one.id, hasSteps, withSteps, base, Integer.MAX_VALUE, levels[level], cells);
                if (level > 0) {
                    read(one, one.buckets[level], levels[level], withSteps, cells);
                }
                read(one, one.buckets[0], levels[0], withSteps, cells);
            }
        }
    }

    private void read(Series of, Series.Bucket bucket, int bucketSeconds, boolean withSteps, Cells cells) {
        if (!bucket.isEmpty()) {
            long second = startSecond + bucket.number * bucketSeconds;
            cells.cell(of.id, second, bucket.count, bucket.highest, withSteps ? bucket.steps : null);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
