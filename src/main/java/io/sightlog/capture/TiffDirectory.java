package io.sightlog.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One directory of tags of a TIFF, or of EXIF, which is a TIFF without a picture. Values are read where they lie when they
 * are asked for, so that a directory costs the same whatever it claims to hold.
 */
final class TiffDirectory {
    /** More are in no list of a plain TIFF. */
    private static final int MAX_ENTRIES = 65_536;

    private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

    /**
     * @param at offset of the value itself
     * @param raw offset of the twelve or twenty bytes of the entry
     */
    record Entry(int tag, int type, long count, long at, int raw) {
        /** Offset after the last byte of its values; negative when there is no such offset. */
        long end() {
            return at + count * TYPE_BYTES[type];
        }
    }

    private final ByteBuffer tiff;
    private final Map<Integer, Entry> entries = new TreeMap<>();
    private long next;

    private TiffDirectory(ByteBuffer tiff) {
        this.tiff = tiff;
    }

    /**
     * A view of a TIFF in its byte order.
     *
     * @return null when it does not begin as one
     */
    static @Nullable ByteBuffer view(ByteBuffer bytes) {
        if (bytes.remaining() < 8) {
            return null;
        }
        ByteBuffer tiff = bytes.slice();
        int order = tiff.getShort(0);
        if (order != 0x4949 && order != 0x4D4D) {
            return null;
        }
        tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int version = tiff.getShort(2);
        return version == 42 || (version == 43 && tiff.limit() >= 16) ? tiff : null;
    }

    /** Whether its offsets have eight bytes. */
    static boolean big(ByteBuffer tiff) {
        return tiff.getShort(2) == 43;
    }

    /** Offset of the first directory. */
    static long first(ByteBuffer tiff) {
        return big(tiff) ? tiff.getLong(8) : tiff.getInt(4) & 0xffffffffL;
    }

    /** @throws IndexOutOfBoundsException when it lies outside of the TIFF */
    static TiffDirectory read(ByteBuffer tiff, long offset) {
        TiffDirectory directory = new TiffDirectory(tiff);
        boolean big = big(tiff);
        int at = inside(tiff, offset);
        long count = big ? tiff.getLong(at) : tiff.getShort(at) & 0xffff;
        at += big ? 8 : 2;
        int size = big ? 20 : 12;
        for (int i = 0; i < Math.min(count, MAX_ENTRIES); i++, at += size) {
            directory.add(at, big);
        }
        if (count <= MAX_ENTRIES) {
            directory.next = big ? tiff.getLong(at) : at + 4 <= tiff.limit() ? tiff.getInt(at) & 0xffffffffL : 0;
        }
        return directory;
    }

    private void add(int at, boolean big) {
        int tag = tiff.getShort(at) & 0xffff;
        int type = tiff.getShort(at + 2) & 0xffff;
        long count = big ? tiff.getLong(at + 4) : tiff.getInt(at + 4) & 0xffffffffL;
        int bytes = type < TYPE_BYTES.length ? TYPE_BYTES[type] : 0;
        if (bytes == 0 || count <= 0 || count > tiff.limit()) {
            return;
        }
        int place = at + (big ? 12 : 8);
        boolean inPlace = bytes * count <= (big ? 8 : 4);
        long value = inPlace ? place : big ? tiff.getLong(place) : tiff.getInt(place) & 0xffffffffL;
        entries.putIfAbsent(tag, new Entry(tag, type, count, value, at));
    }

    private static int inside(ByteBuffer tiff, long offset) {
        if (offset < 0 || offset >= tiff.limit()) {
            throw new IndexOutOfBoundsException("offset " + offset + " of " + tiff.limit() + " bytes");
        }
        return (int) offset;
    }

    /** By their tags. */
    Map<Integer, Entry> entries() {
        return entries;
    }

    /** Offset of the directory after this one, 0 at the end. */
    long next() {
        return next;
    }

    boolean has(int tag) {
        return entries.containsKey(tag);
    }

    /** How many values a tag has, 0 when it is not there. */
    long count(int tag) {
        Entry entry = entries.get(tag);
        return entry == null ? 0 : entry.count;
    }

    /** The first value of a tag as a whole number; another one when it is not there, or no such number. */
    long number(int tag, long otherwise) {
        return number(tag, 0, otherwise);
    }

    /** Likewise any of its values. */
    long number(int tag, int index, long otherwise) {
        Entry entry = entries.get(tag);
        if (entry == null || index >= entry.count) {
            return otherwise;
        }
        long at = entry.at + (long) index * TYPE_BYTES[entry.type];
        if (at < 0 || at + TYPE_BYTES[entry.type] > tiff.limit()) {
            return otherwise;
        }
        return switch (entry.type) {
            case 1, 7 -> tiff.get((int) at) & 0xff;
            case 6 -> tiff.get((int) at);
            case 3 -> tiff.getShort((int) at) & 0xffff;
            case 8 -> tiff.getShort((int) at);
            case 4, 13 -> tiff.getInt((int) at) & 0xffffffffL;
            case 9 -> tiff.getInt((int) at);
            case 16, 17, 18 -> tiff.getLong((int) at);
            default -> otherwise;
        };
    }

    /** The text of a tag up to its NUL; null when it is not there or longer than some bytes. */
    @Nullable
    String text(int tag, int maxBytes) {
        Entry entry = entries.get(tag);
        if (entry == null || entry.type != 2 || entry.count > maxBytes || entry.at + entry.count > tiff.limit()) {
            return null;
        }
        byte[] bytes = new byte[(int) entry.count];
        tiff.get((int) entry.at, bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\0');
        return (end < 0 ? text : text.substring(0, end)).strip();
    }
}
