package io.sightlog.journal.internal.format;

import io.sightlog.journal.Roll;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What a cycle's file begins with before there is an event in it: its header, the page of index pages and the first index
 * page, byte for byte as the library makes them.
 */
public final class CycleHead {
    private static final int ALIGNMENT = 8;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Where the position of the page of index pages goes. */
    private int index2Index;

    private CycleHead() {}

    /** How much an index page takes, its header included. */
    public static int pageBytes(Roll roll) {
        return 48 + 8 * Cycles.indexCount(roll);
    }

    /** Where the first index page is, after the page of pages. */
    public static int firstPage(Roll roll) {
        CycleHead head = new CycleHead();
        head.header(Cycles.indexCount(roll), Cycles.indexSpacing(roll));
        return head.at() + head.pageLength("index2index", Cycles.indexCount(roll));
    }

    public static byte[] of(Roll roll) {
        CycleHead head = new CycleHead();
        head.header(Cycles.indexCount(roll), Cycles.indexSpacing(roll));
        int index2index = head.at();
        int page = index2index + head.pageLength("index2index", Cycles.indexCount(roll));
        head.page("index2index", Cycles.indexCount(roll), page);
        head.page("index", Cycles.indexCount(roll), 0);
        byte[] all = head.bytes.toByteArray();
        ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).putLong(head.index2Index, index2index);
        return all;
    }

    /** Length of such a document at its place, header included. */
    private int pageLength(String name, int capacity) {
        int begin = 4 + 2 + name.length();
        int length = begin + padding(at() + begin + 1) + 1 + 16 + 8 * capacity - DocumentHeader.BYTES;
        return (int) DocumentHeader.step(length);
    }

    private void header(int indexCount, int indexSpacing) {
        int32(0);
        code(0xb9).code(6).text("header").code(0xb6).code(8).text("SCQStore").code(0x82);
        int storeLength = at();
        int32(0);
        int storeBegin = at();
        field("writePosition").pad().code(0x8d).int64(2).int64(2).int64(0).int64(0);
        field("indexing").code(0xb6).code(12).text("SCQSIndexing").code(0x82);
        int indexingLength = at();
        int32(0);
        int indexingBegin = at();
        field("indexCount").number(indexCount);
        field("indexSpacing").number(indexSpacing);
        field("index2Index").pad().code(0xa7);
        index2Index = at();
        int64(0);
        field("lastIndex").pad().code(0xa7).int64(0);
        int indexingEnd = at();
        field("dataFormat").code(0xa1).code(1);
        int end = at();
        while (at() % ALIGNMENT != 0) {
            code(0);
        }
        byte[] all = bytes.toByteArray();
        ByteBuffer.wrap(all)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, DocumentHeader.METADATA | (end - 4))
                .putInt(storeLength, end - storeBegin)
                .putInt(indexingLength, indexingEnd - indexingBegin);
        bytes.reset();
        bytes.writeBytes(all);
    }

    private void page(String name, int capacity, int first) {
        int start = at();
        int32(0);
        code(0xb9).code(name.length()).text(name).pad().code(0x8d);
        int64(capacity).int64(first == 0 ? 0 : 1).int64(first);
        bytes.writeBytes(new byte[8 * (capacity - 1)]);
        int end = at();
        while (at() % 4 != 0) {
            code(0);
        }
        byte[] all = bytes.toByteArray();
        ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).putInt(start, DocumentHeader.METADATA | (end - start - 4));
        bytes.reset();
        bytes.writeBytes(all);
    }

    private int at() {
        return bytes.size();
    }

    private CycleHead code(int code) {
        bytes.write(code);
        return this;
    }

    private CycleHead text(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    private CycleHead field(String name) {
        return code(0xc0 + name.length()).text(name);
    }

    private CycleHead int32(int value) {
        bytes.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    private CycleHead int64(long value) {
        bytes.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
        return this;
    }

    private CycleHead number(int value) {
        if (value < 0x100) {
            return code(0xa1).code(value);
        }
        return code(value <= Short.MAX_VALUE ? 0xa5 : 0xa2).code(value & 0xff).code(value >>> 8);
    }

    /** So that what follows the next code is aligned. */
    private CycleHead pad() {
        int padding = padding(at() + 1);
        if (padding < 5) {
            for (int i = 0; i < padding; i++) {
                code(0x8f);
            }
        } else {
            code(0x8e).int32(padding - 5);
            bytes.writeBytes(new byte[padding - 5]);
        }
        return this;
    }

    private static int padding(int at) {
        return -at & (ALIGNMENT - 1);
    }
}
