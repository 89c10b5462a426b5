package io.sightlog.journal.internal.read;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.EventLayout;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.internal.format.BatchLayout;
import io.sightlog.journal.internal.format.Filler;
import java.nio.ByteBuffer;

/**
 * Looks for sound events in bytes whose structure is lost: at every multiple of 4, for what begins as an event or a batch does
 * and has the right checksum. What it costs is bounded, also where the bytes were made to cost much. One thread.
 */
public final class EventScan {
    /** How many bytes are looked at in one piece. */
    private static final int PIECE = 1 << 20;
    /** How many bytes are looked at at once. */
    private static final int STEP = 64;
    /** How many bytes are read for checksums, for each byte of the file. */
    private static final int MOST_CHECKED = 8;
    /** From a header to the end of what is looked at before checksums. */
    private static final int LOOK = 4 + EventLayout.TOTAL_BYTES + 4;

    private final Bytes bytes;
    private long size;
    private final Event event = new Event(LabelSource.NONE);
    private final Crc32c checksum = new Crc32c();
    private long budget;
    private int total;
    private long payload;
    private ByteBuffer kept = ByteBuffer.allocateDirect(0);

    /** Where a run of bytes is mapped, 0 when it is not all there. */
    public interface Bytes {
        long address(long position, int bytes);
    }

    public EventScan(Bytes bytes, long size) {
        this.bytes = bytes;
        this.size = size;
        this.budget = MOST_CHECKED * size + (64L << 20);
    }

    /** The bytes have become more. */
    void grown(long newSize) {
        if (newSize > size) {
            budget += MOST_CHECKED * (newSize - size);
            size = newSize;
        }
    }

    /**
     * The position of the next header with a sound event after it.
     *
     * @param from a multiple of 4
     * @param withHeader whether the header must be right, too; else it may hold anything, and what fillers keep is found as well
     * @return -1 when there is none
     */
    public long next(long from, boolean withHeader) {
        return next(from, Long.MAX_VALUE, withHeader);
    }

    /** @param until byte before which the header begins */
    long next(long from, long until, boolean withHeader) {
        long at = from;
        long last = Math.min(until, size);
        while (at < last && at + 4 + BatchLayout.HEADER_BYTES <= size && budget > 0) {
            int piece = (int) Math.min(Math.min(PIECE, size - at), last - at + LOOK);
            long address = bytes.address(at, piece);
            if (address == 0) {
                return -1;
            }
            long end = Math.min(piece - 4 - EventLayout.TOTAL_BYTES, last - at);
            int offset = 0;
            while (offset < end) {
                long to = Math.min(offset + STEP, end);
                if (to == offset + STEP && isZero(address + offset + 4 + EventLayout.MAGIC_OFFSET)) {
                    offset += STEP;
                }
                for (; offset < to; offset += 4) {
                    if (Memory.getInt(address + offset + 4 + EventLayout.MAGIC_OFFSET) == EventLayout.MAGIC
                            && isSound(at + offset, address + offset, withHeader)) {
                        return at + offset;
                    }
                }
            }
            if (offset == 0 || at + piece >= size) {
                return -1;
            }
            at += offset;
        }
        return -1;
    }

    /** Whether nothing is written in a step: most of a file is room for what comes, and passed fast. */
    private static boolean isZero(long address) {
        long any = 0;
        for (int i = 0; i < STEP; i += 8) {
            any |= Memory.getLong(address + i);
        }
        return any == 0;
    }

    /** Whether a sound event or batch of that size lies at a byte, whatever header is in front of it. */
    boolean isSound(long position, int length) {
        payload = bytes.address(position, length);
        total = length;
        return payload != 0 && budget > 0 && isSound();
    }

    /** Size of what {@link #next} found, without its header. */
    public int totalBytes() {
        return total;
    }

    /** Where the bytes of what {@link #next} found are, until its next call; of what a {@link Filler} keeps as they were. */
    public long payload() {
        return payload;
    }

    private boolean isSound(long position, long address, boolean withHeader) {
        total = Memory.getInt(address + 4 + EventLayout.TOTAL_BYTES);
        if (total < BatchLayout.HEADER_BYTES
                || total > EventLayout.MAX_EVENT_BYTES
                || (total & 3) != 0
                || total > size - position - 4
                || (withHeader && Memory.getIntAcquire(address) != total)) {
            return false;
        }
        payload = bytes.address(position + 4, total);
        if (payload != 0 && !withHeader && Filler.isOne(payload, total) && Filler.keepsEvent(payload)) {
            kept = Filler.restored(payload, total, kept);
            payload = Memory.addressOf(kept);
        }
        return payload != 0 && isSound();
    }

    private boolean isSound() {
        budget -= total;
        if (Memory.getByte(payload + EventLayout.KIND) == EventKind.BATCH.code()) {
            return BatchLayout.isBatch(payload, total) && BatchLayout.damage(payload, total, checksum) == null;
        }
        try {
            event.wrap(payload, total);
            return true;
        } catch (UnreadableEventException e) {
            return false;
        } finally {
            event.unwrap();
        }
    }
}
