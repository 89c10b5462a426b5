package io.sightlog.journal;

import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import java.nio.ByteBuffer;

/**
 * Whether a document of one file that is not sound may be passed over, and whether an end may be believed. Nothing vouches for their
 * lengths, so what they lead over is searched for sound events. docs/format.md, "Breaks". One thread.
 */
final class Jumps {
    /** How far behind an end is looked: no document is longer. */
    private static final int REACH = EventLayout.MAX_EVENT_BYTES + (1 << 20);
    /** Of the mark at a cycle's end, with the word that the library writes behind it. */
    private static final int MARK_BYTES = 8;
    /** How many documents are walked over, for one file, to see whether numbers agree. */
    private static final int MOST_STEPS = 1 << 22;

    private final CycleFile file;
    private final EventScan scan;
    private long steps = MOST_STEPS;
    /** An end behind which nothing lies. */
    private long cleanEnd = Long.MAX_VALUE;

    private long falseEnd = -1;
    private int falseHeader;

    Jumps(CycleFile file) {
        this.file = file;
        this.scan = new EventScan(file::address, file.size());
    }

    /** Whether a sound event or batch of that size lies at a byte. */
    boolean isSound(long payload, int length) {
        scan.grown(file.size());
        return scan.isSound(payload, length);
    }

    /** Whether a document with a sound event in it begins between two bytes. */
    boolean isEventBetween(long from, long to) {
        scan.grown(file.size());
        return scan.next(from, to, true) >= 0;
    }

    /**
     * Whether documents lead from a byte to the next one of which the file says the number, and it is the number that counting
     * gives.
     *
     * @param before byte at which the document in front of it begins
     * @param sequence number of the document that begins there
     * @return the byte where they agree, 0 when they do not, or the file says nothing
     */
    long agreeing(long before, long from, long sequence) {
        long spacing = file.indexSpacing();
        long next = (sequence + spacing - 1) / spacing;
        int entries = 0;
        for (long entry = Math.max(1, next); entry < next + 2; entry++) {
            long position = file.soundEntry(entry);
            if (position != 0) {
                entries++;
                if (leads(from, sequence, position, entry * spacing)) {
                    return position;
                }
            }
        }
        long documents = file.countedDocuments();
        long last = file.claimedPosition();
        if (documents == sequence && last == before) {
            return from; // the last one
        }
        return entries < 2 && documents > sequence && leads(from, sequence, last, documents - 1) ? last : 0;
    }

    private boolean leads(long from, long sequence, long to, long number) {
        if (to < from) {
            return false;
        }
        Cursor probe = file.start();
        probe.believe();
        probe.at(from, sequence);
        while (steps > 0 && probe.sequence() <= number && probe.position() <= to && probe.peek() == Cursor.DATA) {
            if (probe.sequence() == number || probe.position() == to) {
                return probe.sequence() == number && probe.position() == to;
            }
            probe.advance();
            steps--;
        }
        return false;
    }

    /**
     * Whether published events lie behind what looks like an end. Looked for once, and not at later ends again.
     *
     * @param header what is there
     * @param own what an event that is being written there says of its size: what lies in it is not published
     */
    boolean isFalseEnd(long position, int header, int own) {
        if (position == falseEnd && header == falseHeader) {
            return true;
        }
        if (position >= cleanEnd) {
            return false; // of a file that grows the end goes on
        }
        ByteBuffer behind = file.behind(position, MARK_BYTES, REACH);
        long from = Memory.addressOf(behind);
        int size = behind.limit();
        EventScan there = new EventScan((at, bytes) -> at + bytes <= size ? from + at : 0, size);
        if (size == 0 || there.next(4L + own, true) < 0) {
            cleanEnd = position;
            return false;
        }
        falseEnd = position;
        falseHeader = header;
        return true;
    }
}
