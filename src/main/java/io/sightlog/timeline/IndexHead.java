package io.sightlog.timeline;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a file of the index begins with, before its blocks: docs/format.md draws it. Immutable.
 *
 * @param of what it is of
 * @param startSecond when that begins, since the epoch
 * @param seconds how long it is
 * @param origin 16 bytes that change when that changes
 * @param damaged how much was left out
 * @param levels lengths of buckets in seconds, ascending
 * @param missingSets label sets that were not to be found
 * @param keys of the series
 * @param blocks where counts lie, ascending in time on each level
 * @param headBytes behind which the blocks begin
 * @param totalBytes size of the file
 */
record IndexHead(
        Of of,
        long startSecond,
        long seconds,
        MadeFrom origin,
        long damaged,
        int[] levels,
        List<Long> missingSets,
        List<Key> keys,
        List<Block> blocks,
        int headBytes,
        long totalBytes) {
    static final int FIXED_BYTES = 88;
    /** No head is larger: texts, series and blocks of a day at one second are a tenth of it. */
    static final int MOST_HEAD_BYTES = 32 << 20;

    private static final int MAGIC = 0x4c544c53; // "SLTL", little-endian
    private static final int VERSION = 1;
    private static final int CRC_FROM = 4;
    private static final int HEAD_BYTES_AT = 56;
    private static final int SERIES_BYTES = 16;
    private static final int BLOCK_BYTES = 40;
    private static final int MOST_LEVELS = 16;

    /** What a file is of. */
    enum Of {
        CYCLE(1),
        DAY(2),
        MONTH(3);

        /** What stands for it in a file. */
        final int code;

        Of(int code) {
            this.code = code;
        }

        private static Of of(int code) throws BadIndexException {
            for (Of of : values()) {
                if (of.code == code) {
                    return of;
                }
            }
            throw new BadIndexException("it is of nothing that is known: " + code);
        }
    }

    /** The fields of a table that is finished. */
    static IndexHead of(Of of, IndexTable table, MadeFrom origin, long damaged, List<Long> missingSets) {
        IndexHead head = new IndexHead(
                of,
                table.startSecond,
                table.seconds,
                origin,
                damaged,
                table.levels,
                List.copyOf(missingSets),
                List.copyOf(table.keys()),
                List.copyOf(table.blocks),
                0,
                0);
        int bytes = head.encode().length;
        return new IndexHead(
                of,
                head.startSecond,
                head.seconds,
                origin,
                damaged,
                head.levels,
                head.missingSets,
                head.keys,
                head.blocks,
                bytes,
                bytes + table.store.size());
    }

    byte[] encode() {
        Map<String, Integer> texts = new LinkedHashMap<>();
        int textBytes = 0;
        for (Key key : keys) {
            for (String text : new String[] {key.source, key.stream, key.name}) {
                if (texts.putIfAbsent(text, texts.size()) == null) {
                    textBytes += 4 + text.getBytes(StandardCharsets.UTF_8).length;
                }
            }
        }
        ByteBuffer to = ByteBuffer.allocate(FIXED_BYTES
                        + 4 * levels.length
                        + 8 * missingSets.size()
                        + textBytes
                        + SERIES_BYTES * keys.size()
                        + BLOCK_BYTES * blocks.size())
                .order(ByteOrder.LITTLE_ENDIAN);
        to.putInt(0).putInt(MAGIC).putInt(VERSION).putInt(of.code);
        to.putLong(startSecond).putLong(seconds).putLong(origin.first()).putLong(origin.second());
        to.putLong(damaged).putInt(headBytes).putInt(levels.length);
        to.putInt(missingSets.size()).putInt(texts.size()).putInt(keys.size()).putInt(blocks.size());
        to.putLong(totalBytes);
        for (int level : levels) {
            to.putInt(level);
        }
        missingSets.forEach(to::putLong);
        for (String text : texts.keySet()) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            to.putInt(utf8.length).put(utf8);
        }
        for (Key key : keys) {
            to.put((byte) key.kind.code).put((byte) (key.isOthers ? 1 : 0)).putShort((short) 0);
            to.putInt(number(texts, key.source)).putInt(number(texts, key.stream));
            to.putInt(number(texts, key.name));
        }
        for (Block block : blocks) {
            to.putInt(block.level())
                    .putInt(block.first())
                    .putInt(block.buckets())
                    .putInt(block.plainBytes());
            to.putInt(block.stepBytes())
                    .putInt(block.plainCrc())
                    .putInt(block.stepCrc())
                    .putInt(0);
            to.putLong(block.offset());
        }
        byte[] bytes = to.array();
        to.putInt(0, Block.crc(bytes, CRC_FROM, bytes.length - CRC_FROM));
        return bytes;
    }

    private static int number(Map<String, Integer> texts, String text) {
        return Objects.requireNonNull(texts.get(text));
    }

    /**
     * How long a head is.
     *
     * @param fixed its first {@link #FIXED_BYTES} bytes
     * @throws BadIndexException when that is none, or of another version
     */
    static int headBytes(byte[] fixed) throws BadIndexException {
        ByteBuffer from = ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN);
        int bytes = from.getInt(HEAD_BYTES_AT);
        if (from.getInt(4) != MAGIC || from.getInt(8) != VERSION || bytes < FIXED_BYTES || bytes > MOST_HEAD_BYTES) {
            throw new BadIndexException("it is no index of this version");
        }
        return bytes;
    }

    /**
     * @param bytes all of it
     * @param fileBytes the size of the file
     * @throws BadIndexException when it is not what it should be
     */
    static IndexHead decode(byte[] bytes, long fileBytes) throws BadIndexException {
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (from.getInt(0) != Block.crc(bytes, CRC_FROM, bytes.length - CRC_FROM)) {
            throw new BadIndexException("the checksum of its head is wrong");
        }
        try {
            IndexHead head = decode(from.position(12));
            if (head.headBytes != bytes.length || head.totalBytes != fileBytes || from.hasRemaining()) {
                throw new BadIndexException("it has " + fileBytes + " bytes, and says " + head.totalBytes);
            }
            head.check();
            return head;
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new BadIndexException("its head ends too early");
        }
    }

    private static IndexHead decode(ByteBuffer from) throws BadIndexException {
        Of of = Of.of(from.getInt());
        long start = from.getLong();
        long seconds = from.getLong();
        MadeFrom origin = new MadeFrom(from.getLong(), from.getLong());
        long damaged = from.getLong();
        int headBytes = from.getInt();
        int[] levels = new int[count(from, 4, MOST_LEVELS)];
        int missing = count(from, 8, EventIndexer.MOST_MISSING);
        int textCount = count(from, 4, MOST_HEAD_BYTES);
        int keyCount = count(from, SERIES_BYTES, KeyTable.MOST);
        int blockCount = count(from, BLOCK_BYTES, MOST_HEAD_BYTES);
        long totalBytes = from.getLong();
        for (int i = 0; i < levels.length; i++) {
            levels[i] = from.getInt();
        }
        List<Long> missingSets = new ArrayList<>();
        for (int i = 0; i < missing; i++) {
            missingSets.add(from.getLong());
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < textCount; i++) {
            byte[] utf8 = new byte[count(from, 1, MOST_HEAD_BYTES)];
            from.get(utf8);
            texts.add(new String(utf8, StandardCharsets.UTF_8));
        }
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < keyCount; i++) {
            Kind kind = Kind.of(from.get());
            boolean isOthers = from.get() != 0;
            from.getShort();
            String source = texts.get(from.getInt());
            String stream = texts.get(from.getInt());
            String name = texts.get(from.getInt());
            keys.add(isOthers ? Key.others(kind) : Key.of(kind, source, stream, name));
        }
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < blockCount; i++) {
            int level = from.getInt();
            int first = from.getInt();
            int buckets = from.getInt();
            int plain = from.getInt();
            int steps = from.getInt();
            int plainCrc = from.getInt();
            int stepCrc = from.getInt();
            from.getInt();
            blocks.add(new Block(level, first, buckets, from.getLong(), plain, steps, plainCrc, stepCrc));
        }
        return new IndexHead(
                of, start, seconds, origin, damaged, levels, missingSets, keys, blocks, headBytes, totalBytes);
    }

    /** A number of things that cannot be more than there are bytes for. */
    private static int count(ByteBuffer from, int bytesEach, int most) throws BadIndexException {
        int count = from.getInt();
        if (count < 0 || count > most || (long) count * bytesEach > from.remaining()) {
            throw new BadIndexException("it has no room for " + count + " of something");
        }
        return count;
    }

    private void check() throws BadIndexException {
        boolean good = levels.length > 0 && startSecond >= 0 && seconds > 0 && damaged >= 0;
        for (int i = 0; i < levels.length; i++) {
            good &= levels[i] > (i == 0 ? 0 : levels[i - 1]);
        }
        for (Block block : blocks) {
            good &= block.level() >= 0 && block.level() < levels.length;
            good = good
                    && block.first() >= 0
                    && block.buckets() > 0
                    && ((long) block.first() + block.buckets() - 1) * levels[block.level()] < seconds
                    && block.plainBytes() >= 0
                    && block.plainBytes() <= Block.MOST_BYTES
                    && block.stepBytes() >= 0
                    && block.stepBytes() <= Block.MOST_BYTES
                    && block.offset() >= 0
                    && block.offset() <= totalBytes
                    && headBytes + block.offset() + block.plainBytes() + block.stepBytes() <= totalBytes;
        }
        if (!good) {
            throw new BadIndexException("its levels or blocks are not in order");
        }
    }

    /** How much of the heap it takes, about. */
    int heapBytes() {
        return 2 * headBytes + 64 * (keys.size() + blocks.size());
    }

    /** The bytes of arrays are not compared: nobody compares heads. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return origin.hashCode();
    }

    @Override
    public String toString() {
        return of + " " + startSecond + "+" + seconds + " " + Arrays.toString(levels) + " " + keys.size() + " series";
    }
}
