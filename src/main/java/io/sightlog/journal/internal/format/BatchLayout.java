package io.sightlog.journal.internal.format;

import io.sightlog.event.Crc32c;
import io.sightlog.event.EventKind;
import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Where every byte of a batch is: several whole events in one excerpt.
 *
 * <pre>
 *   0  4  crc32c       CRC-32C of bytes 4 .. 24 + 4 x count
 *   4  4  magic        "SLOG"
 *   8  1  version      1
 *   9  1  kind         4
 *  10  2  headerBytes  24
 *  12  4  totalBytes   all of it
 *  16  4  count        events in it, 1 or more
 *  20  4  eventsCrc    CRC-32C of all bytes after the offsets
 *  24     count x 4: offset of each event, ascending; an event ends where the next one begins
 *         the events, each as it would be alone, checksum included
 * </pre>
 *
 * The events are good when {@code eventsCrc} is, which takes a third of the time their own checksums take. Those tell, when it
 * is not, which of them are.
 */
public final class BatchLayout {
    public static final int COUNT = 16;
    public static final int EVENTS_CRC = 20;
    public static final int HEADER_BYTES = 24;
    public static final int MAX_EVENTS = 65_536;

    private BatchLayout() {}

    /** Of this version; what a later one means by a batch is for {@link io.sightlog.event.Event#wrap} to refuse. */
    public static boolean isBatch(long at, int length) {
        return length >= HEADER_BYTES
                && Memory.getInt(at + EventLayout.MAGIC_OFFSET) == EventLayout.MAGIC
                && Memory.getByte(at + EventLayout.VERSION_OFFSET) == EventLayout.VERSION
                && Memory.getByte(at + EventLayout.KIND) == EventKind.BATCH.code();
    }

    /** What is wrong with the header of a batch, or null. */
    static @Nullable public String damage(long payload, int length, Crc32c checksum) {
        int total = Memory.getInt(payload + EventLayout.TOTAL_BYTES);
        int count = Memory.getInt(payload + COUNT);
        if (Memory.getShort(payload + EventLayout.HEADER_BYTES_OFFSET) != HEADER_BYTES) {
            return "the header of a batch has " + HEADER_BYTES + " bytes, this has another size";
        }
        if (total != length) {
            return "the batch says it has " + total + " bytes, and there are " + length;
        }
        if (count < 1 || count > MAX_EVENTS || HEADER_BYTES + 4L * count > length) {
            return "count=" + count + " in a batch of " + length + " bytes";
        }
        if (checksum.of(payload + 4, HEADER_BYTES - 4 + 4 * count) != Memory.getInt(payload)) {
            return "the checksum of the batch's header is wrong";
        }
        int last = HEADER_BYTES + 4 * count;
        for (int i = 0; i < count; i++) {
            int offset = offset(payload, i);
            if (offset < last || (offset & 3) != 0 || offset > length - EventLayout.HEADER_BYTES) {
                return "event " + i + " of the batch is at byte " + offset + " of " + length;
            }
            last = offset + EventLayout.HEADER_BYTES;
        }
        return null;
    }

    /** Whether the bytes of all its events are as they were written; of a batch whose header has no {@link #damage}. */
    public static boolean isSound(long payload, int length, Crc32c checksum) {
        int events = HEADER_BYTES + 4 * Memory.getInt(payload + COUNT);
        return checksum.of(payload + events, length - events) == Memory.getInt(payload + EVENTS_CRC);
    }

    public static int offset(long at, int place) {
        return Memory.getInt(at + HEADER_BYTES + 4L * place);
    }
}
