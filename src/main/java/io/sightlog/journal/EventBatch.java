package io.sightlog.journal;

import io.sightlog.event.Checkpoint;
import io.sightlog.event.Crc32c;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventKind;
import io.sightlog.event.EventLayout;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.Memory;
import io.sightlog.journal.internal.format.BatchLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Several events on their way into one excerpt, for when they come in bursts: the lock is taken once, and the library's work is
 * done once. Each keeps its own checksum, sequence number and position ({@code 0x<index>:<place>}); readers see no difference,
 * but that they check all of them at once.
 *
 * <p>Reused: {@link #clear} and fill again. Owned by one thread. Allocates nothing once it has grown.
 */
public final class EventBatch {
    /** Events a batch can hold. */
    public static final int MAX_EVENTS = BatchLayout.MAX_EVENTS;

    /** Stands for the producer of events that become the writer's own. */
    private static final long OWN = 0;

    private ByteBuffer events = ByteBuffer.allocateDirect(1 << 16);
    private long address = Memory.addressOf(events);
    private int[] ends = new int[32];
    private int count;
    private int bytes;
    private int own;
    private final List<KeptFrame> keptFrames = new ArrayList<>();

    /** Back to none. */
    public void clear() {
        keptFrames.clear();
        count = 0;
        own = 0;
        bytes = 0;
    }

    /** How many events it holds. */
    public int count() {
        return count;
    }

    /** How many of them become the next events of the writer, and do not keep what they are known by. */
    int own() {
        return own;
    }

    /**
     * Adds an event, which becomes one of the writer's own.
     *
     * @param draft stays the caller's, unchanged
     * @return false when the batch is full and must be appended first; then nothing was added
     * @throws IllegalArgumentException when the event is too large for a batch of its own, or has no time of capture
     */
    public boolean add(EventDraft draft) {
        if (!put(draft, OWN, 0)) {
            return false;
        }
        own++;
        return true;
    }

    /**
     * Adds an event that stays what it was in another journal: it keeps its producer and its number there.
     *
     * @param draft stays the caller's, unchanged
     * @param producer its producer's random id, not 0
     * @param sequence its number among that producer's, 0 or more
     * @return false when the batch is full and must be appended first; then nothing was added
     * @throws IllegalArgumentException as {@link #add(EventDraft)}, and when there is no such producer or number
     */
    public boolean add(EventDraft draft, long producer, long sequence) {
        if (producer == OWN || sequence < 0) {
            throw new IllegalArgumentException("producer=" + Long.toHexString(producer) + " sequence=" + sequence
                    + ": a producer is not 0, a sequence number 0 or more");
        }
        return put(draft, producer, sequence);
    }

    private boolean put(EventDraft draft, long producer, long sequence) {
        draft.check();
        int size = draft.encodedBytes();
        if (BatchLayout.HEADER_BYTES + 4L + size > EventLayout.MAX_EVENT_BYTES) {
            throw new IllegalArgumentException("an event of " + size + " bytes does not fit into a batch");
        }
        long total = BatchLayout.HEADER_BYTES + 4L * (count + 1) + bytes + size;
        if (count == MAX_EVENTS || total > EventLayout.MAX_EVENT_BYTES) {
            return false;
        }
        grow(bytes + size);
        draft.encode(address + bytes, size);
        Memory.putLong(address + bytes + EventLayout.PRODUCER, producer);
        Memory.putLong(address + bytes + EventLayout.SEQUENCE, sequence);
        bytes += size;
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
        }
        ends[count++] = bytes;
        KeptFrame kept = draft.keptFrame();
        if (kept != null) {
            keptFrames.add(kept);
        }
        return true;
    }

    /**
     * Gives its first event a checkpoint; it must not have one.
     *
     * @return false when that makes it too large; then nothing has changed
     * @throws IllegalStateException when there is no event
     */
    public boolean checkpoint(Checkpoint reached) {
        if (count == 0) {
            throw new IllegalStateException("an empty batch has no first event");
        }
        int more = reached.addedBytes();
        if ((long) totalBytes() + more > EventLayout.MAX_EVENT_BYTES) {
            return false;
        }
        grow(bytes + more);
        int first = ends[0];
        Memory.copy(address + first, address + first + more, bytes - first);
        if (!reached.add(address)) {
            Memory.copy(address + first + more, address + first, bytes - first);
            return false;
        }
        for (int i = 0; i < count; i++) {
            ends[i] += more;
        }
        bytes += more;
        return true;
    }

    private void grow(int needed) {
        if (needed > events.capacity()) {
            ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(needed, 2 * events.capacity()));
            Memory.copy(address, Memory.addressOf(larger), bytes);
            events = larger;
            address = Memory.addressOf(larger);
        }
    }

    /** Where the pictures of those are kept that have any. */
    List<KeptFrame> keptFrames() {
        return keptFrames;
    }

    int totalBytes() {
        return BatchLayout.HEADER_BYTES + 4 * count + bytes;
    }

    /** Writes all of it, with the first of its own events at this number; the events get their stamps and checksums where they come to lie. */
    void encode(long at, long producer, long firstSequence, long appendedNanos, Crc32c crc) {
        int header = BatchLayout.HEADER_BYTES + 4 * count;
        Memory.putInt(at + EventLayout.MAGIC_OFFSET, EventLayout.MAGIC);
        Memory.putByte(at + EventLayout.VERSION_OFFSET, (byte) EventLayout.VERSION);
        Memory.putByte(at + EventLayout.KIND, (byte) EventKind.BATCH.code());
        Memory.putShort(at + EventLayout.HEADER_BYTES_OFFSET, (short) BatchLayout.HEADER_BYTES);
        Memory.putInt(at + EventLayout.TOTAL_BYTES, header + bytes);
        Memory.putInt(at + BatchLayout.COUNT, count);
        Memory.copy(address, at + header, bytes);
        int start = 0;
        long next = firstSequence;
        for (int place = 0; place < count; place++) {
            Memory.putInt(at + BatchLayout.HEADER_BYTES + 4L * place, header + start);
            long event = at + header + start;
            if (Memory.getLong(event + EventLayout.PRODUCER) == OWN) {
                Memory.putLong(event + EventLayout.PRODUCER, producer);
                Memory.putLong(event + EventLayout.SEQUENCE, next++);
            }
            Memory.putLong(event + EventLayout.APPENDED_NANOS, appendedNanos);
            Memory.putInt(event + EventLayout.CRC, crc.of(event + 4, ends[place] - start - 4));
            start = ends[place];
        }
        Memory.putInt(at + BatchLayout.EVENTS_CRC, crc.of(at + header, bytes));
        Memory.putInt(at + EventLayout.CRC, crc.of(at + 4, header - 4));
    }
}
