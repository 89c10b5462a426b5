package io.sightlog.timeline;

import io.sightlog.journal.CycleStatus;
import io.sightlog.journal.DerivedFiles;
import io.sightlog.journal.FileAccessException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of an index. Nothing in one is believed: heads and blocks have checksums, which are looked at whenever they are read, and whatever
 * is counted in them is compared with what there is room for. Heads that were used lately stay in memory. Any thread.
 */
final class IndexFiles {
    private static final int MOST_CACHED_BYTES = 16 << 20;

    final DerivedFiles folder;
    private final Map<String, IndexHead> heads = new LinkedHashMap<>(64, 0.75f, true);
    private long cachedBytes;

    IndexFiles(DerivedFiles folder) {
        this.folder = folder;
    }

    /** Bytes that are used again and again while one answer is made. */
    static final class Scratch {
        byte[] bytes = {};

        byte[] room(int count) {
            if (bytes.length < count) {
                bytes = new byte[Math.max(count, 2 * bytes.length)];
            }
            return bytes;
        }
    }

    /**
     * The head of a file, read now.
     *
     * @throws IOException when it is not there, cannot be read, or is not what it should be
     */
    IndexHead head(String name) throws IOException {
        try (RandomAccessFile file = folder.open(name)) {
            return head(file);
        }
    }

    private static IndexHead head(RandomAccessFile file) throws IOException {
        long size = file.length();
        if (size < IndexHead.FIXED_BYTES) {
            throw new BadIndexException("it was cut to " + size + " bytes");
        }
        byte[] fixed = new byte[IndexHead.FIXED_BYTES];
        file.readFully(fixed);
        int bytes = IndexHead.headBytes(fixed);
        if (bytes > size) {
            throw new BadIndexException("it was cut to " + size + " bytes");
        }
        byte[] head = Arrays.copyOf(fixed, bytes);
        file.readFully(head, fixed.length, bytes - fixed.length);
        return IndexHead.decode(head, size);
    }

    /**
     * Hands out what a file has for columns of a width, of the blocks that touch a span.
     *
     * @throws IOException when it cannot be read, or is not what it was when it was taken in
     */
    void read(Part.Filed part, long width, long fromSecond, long toSecond, Scratch scratch, Cells cells)
            throws IOException {
        try (RandomAccessFile file = folder.open(part.name())) {
            IndexHead head = cached(part);
            if (head == null) {
                head = head(file);
                check(part, head);
                cache(part.name(), head);
            }
            int level = Levels.dividing(head.levels(), width);
            cells.begin(head.keys());
            for (Block block : head.blocks()) {
                long begin = head.startSecond() + (long) block.first() * head.levels()[Math.max(0, level)];
                if (block.level() == level
                        && begin < toSecond
                        && begin + (long) block.buckets() * head.levels()[level] > fromSecond) {
                    int bytes = block.bytes(cells.wantsSteps());
                    byte[] into = scratch.room(bytes);
                    file.seek(head.headBytes() + block.offset());
                    file.readFully(into, 0, bytes);
                    block.check(into, cells.wantsSteps());
                    block.decode(into, head.keys(), head.startSecond(), head.levels()[level], cells);
                }
            }
        }
    }

    private static void check(Part.Filed part, IndexHead head) throws BadIndexException {
        if (!head.origin().equals(part.origin())
                || head.startSecond() != part.startSecond()
                || head.seconds() != part.seconds()) {
            throw new BadIndexException("it is of something else by now");
        }
    }

    /**
     * Makes a file of a table that is finished.
     *
     * @param cycle that it is of, null for a day or month
     */
    Part.Filed put(String name, IndexHead head, BlockStore blocks, @Nullable CycleStatus cycle) {
        folder.put(name, channel -> {
            for (ByteBuffer left = ByteBuffer.wrap(head.encode()); left.hasRemaining(); ) {
                channel.write(left);
            }
            blocks.writeTo(channel);
        });
        forget(name);
        return Part.Filed.of(name, head, cycle);
    }

    /** @throws FileAccessException when it cannot be deleted */
    void delete(String name) {
        forget(name);
        folder.delete(name);
    }

    private synchronized @Nullable IndexHead cached(Part.Filed part) {
        IndexHead head = heads.get(part.name());
        return head != null && head.origin().equals(part.origin()) ? head : null;
    }

    private synchronized void cache(String name, IndexHead head) {
        forget(name);
        heads.put(name, head);
        cachedBytes += head.heapBytes();
        for (Iterator<IndexHead> oldest = heads.values().iterator();
                cachedBytes > MOST_CACHED_BYTES && oldest.hasNext(); ) {
            cachedBytes -= oldest.next().heapBytes();
            oldest.remove();
        }
    }

    private synchronized void forget(String name) {
        IndexHead old = heads.remove(name);
        cachedBytes -= old == null ? 0 : old.heapBytes();
    }
}
