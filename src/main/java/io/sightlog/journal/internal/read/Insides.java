package io.sightlog.journal.internal.read;

import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import io.sightlog.journal.internal.format.BatchLayout;

/**
 * What the inside of an event or a batch that is not sound says of its length: a third word on it, where the document's header and the
 * event's own could both be wrong. docs/format.md, "Breaks", rule 4.
 */
final class Insides {
    private Insides() {}

    /**
     * Whether what is inside ends at the end. A filler, and what a newer writer wrote, is believed.
     *
     * @param at where the bytes are
     */
    static boolean bearOut(long at, int bytes) {
        if (bytes < BatchLayout.HEADER_BYTES || Memory.getInt(at + EventLayout.MAGIC_OFFSET) != EventLayout.MAGIC) {
            return false;
        }
        if (Memory.getByte(at + EventLayout.VERSION_OFFSET) != EventLayout.VERSION) {
            return Memory.getInt(at + EventLayout.TOTAL_BYTES) == bytes;
        }
        return (BatchLayout.isBatch(at, bytes) ? endOfEvents(at, bytes) : endOfParts(at, bytes)) == bytes;
    }

    /** Of a batch: where its last event ends by that event's own word; 0 when it has none. */
    private static long endOfEvents(long at, int bytes) {
        int count = Memory.getInt(at + BatchLayout.COUNT);
        long events = BatchLayout.HEADER_BYTES + 4L * count;
        if (count < 1 || events > bytes) {
            return 0;
        }
        int last = BatchLayout.offset(at, count - 1);
        boolean fits = last >= events && last <= bytes - EventLayout.HEADER_BYTES;
        return fits ? last + (long) Memory.getInt(at + last + EventLayout.TOTAL_BYTES) : 0;
    }

    /** Of an event: where the last of its detections and sections ends; 0 when they are none. */
    private static long endOfParts(long at, int bytes) {
        if (bytes < EventLayout.HEADER_BYTES) {
            return 0;
        }
        long detections = Memory.getInt(at + EventLayout.DETECTION_COUNT) & 0xffffffffL;
        int sections = Memory.getShort(at + EventLayout.SECTION_COUNT) & 0xffff;
        long table = (Memory.getShort(at + EventLayout.HEADER_BYTES_OFFSET) & 0xffff)
                + detections * (Memory.getShort(at + EventLayout.DETECTION_BYTES_OFFSET) & 0xffff);
        long end = table + (long) sections * EventLayout.SECTION_ENTRY_BYTES;
        if (table < EventLayout.HEADER_BYTES || end > bytes) {
            return 0;
        }
        for (long entry = at + table; sections > 0; sections--, entry += EventLayout.SECTION_ENTRY_BYTES) {
            long offset = Memory.getInt(entry + 4) & 0xffffffffL;
            end = Math.max(end, offset + (Memory.getInt(entry + 8) & 0xffffffffL));
        }
        return (end + 3) & ~3L;
    }
}
