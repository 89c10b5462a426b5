package io.sightlog.journal;

import io.sightlog.event.EventKind;
import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;

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
 *  20  4  0
 *  24     count x 4: offset of each event, ascending; an event ends where the next one begins
 *         the events, each as it would be alone, checksum included
 * </pre>
 */
final class BatchLayout {
    static final int COUNT = 16;
    static final int HEADER_BYTES = 24;
    static final int MAX_EVENTS = 65_536;

    private BatchLayout() {}

    /** Of this version; what a later one means by a batch is for {@link io.sightlog.event.Event#wrap} to refuse. */
    static boolean isBatch(long at, int length) {
        return length >= HEADER_BYTES
                && Memory.getInt(at + EventLayout.MAGIC_OFFSET) == EventLayout.MAGIC
                && Memory.getByte(at + EventLayout.VERSION_OFFSET) == EventLayout.VERSION
                && Memory.getByte(at + EventLayout.KIND) == EventKind.BATCH.code();
    }

    static int offset(long at, int place) {
        return Memory.getInt(at + HEADER_BYTES + 4L * place);
    }
}
