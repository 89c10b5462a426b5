package io.sightlog.journal.internal.format;

import io.sightlog.event.EventKind;
import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import java.nio.ByteBuffer;

/**
 * An excerpt that holds the number of one that was lost with a loss of power, so that what lies after it keeps its own: see
 * {@code Fillers}. It is of version 0, which no event is, and readers report it as damage. With a kind that events have it keeps
 * the event that lay there, whole but for that byte, whose number is not known.
 */
public final class Filler {
    public static final int LEAST_BYTES = BatchLayout.HEADER_BYTES;
    public static final int VERSION = 0;

    private Filler() {}

    public static boolean isOne(long at, int length) {
        return length >= LEAST_BYTES
                && Memory.getInt(at + EventLayout.MAGIC_OFFSET) == EventLayout.MAGIC
                && Memory.getByte(at + EventLayout.VERSION_OFFSET) == VERSION;
    }

    /** Whether it may keep an event, or a batch; whether that is sound is for who restores it. */
    public static boolean keepsEvent(long at) {
        int kind = Memory.getByte(at + EventLayout.KIND);
        return kind >= EventKind.FRAME.code() && kind <= EventKind.BATCH.code();
    }

    /**
     * The event that one keeps, as it was.
     *
     * @param scratch what an earlier call gave, or of any size
     */
    public static ByteBuffer restored(long at, int length, ByteBuffer scratch) {
        ByteBuffer copy = scratch.capacity() >= length ? scratch : ByteBuffer.allocateDirect(length);
        long address = Memory.addressOf(copy);
        Memory.copy(at, address, length);
        Memory.putByte(address + EventLayout.VERSION_OFFSET, (byte) EventLayout.VERSION);
        return copy;
    }

    /** What is said of some that follow one another. */
    public static String text(int cycle, long first, long count) {
        String name = "0x" + Long.toHexString(ExcerptIndex.of(cycle, first));
        return count == 1
                ? "excerpt " + name + " was lost with a loss of power"
                : count + " excerpts from " + name + " on were lost with a loss of power";
    }
}
