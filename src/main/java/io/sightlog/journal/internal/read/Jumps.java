package io.sightlog.journal.internal.read;

import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import java.nio.ByteBuffer;

/**
 * Whether a document of one file that is not sound may be passed over, and whether an end may be believed. Nothing vouches for their
 * lengths, so what they lead over is searched for sound events. docs/format.md, "Breaks". One thread.
 */
final class Jumps {
    /** How far past an end is looked: no document is longer. */
    private static final int REACH = EventLayout.MAX_EVENT_BYTES + (1 << 20);
    /** Of the mark at a cycle's end, with the word that the library writes after it. */
    private static final int MARK_BYTES = 8;
    /** How many documents are walked over, for one file, to see whether numbers agree. */
    private static final int MOST_STEPS = 1 << 22;

    /** The file says no number of what lies after. */
    static final int UNKNOWN = 0;

    static final int AGREES = 1;
    static final int DISAGREES = 2;
    /** It says one, but walking does not lead there, or only over what may be something else than it seems. */
    static final int LOST = 3;
    /** It says that the document in front is the last one. */
    static final int LAST = 4;
    /** Walking leads to a document of which it says another number. */
    static final int CONTRADICTS = 5;

    private final CycleFile file;
    private final EventScan scan;
    private long judgedTo;
    private long steps = MOST_STEPS;
    /** An end after which nothing lies. */
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
     * Compares counting with what the file says: walks from a byte to the next documents whose numbers it knows.
     *
     * @param before byte at which the document in front of it begins
     * @param sequence number of the document that begins there
     * @return {@link #AGREES}, or what else it is of these
     */
    int judge(long before, long from, long sequence) {
        long spacing = file.index().spacing();
        long next = Math.max(1, (sequence + spacing - 1) / spacing);
        int judged = UNKNOWN;
        int entries = 0;
        judgedTo = from;
        for (long entry = next; entry < next + 2 && !isDecided(judged); entry++) {
            long position = file.index().soundEntry(entry);
            if (position != 0) {
                entries++;
                judged = either(judged, walk(from, sequence, position, entry * spacing));
            }
        }
        long documents = file.countedDocuments();
        long last = file.claimedPosition();
        if (!isDecided(judged) && entries < 2 && documents > sequence) {
            judged = either(judged, walk(from, sequence, last, documents - 1));
        }
        if (judged != UNKNOWN) {
            return judged;
        }
        boolean more = entries > 0 || documents > sequence || file.index().lastIndex() - spacing >= sequence;
        return more ? LOST : documents == sequence && last == before ? LAST : UNKNOWN;
    }

    /** One that agrees is enough: another may be damaged itself. */
    private static boolean isDecided(int judged) {
        return judged == AGREES || judged == CONTRADICTS;
    }

    private static int either(int one, int other) {
        return other == UNKNOWN || (other == LOST && one != UNKNOWN) ? one : other;
    }

    /** Up to which byte that holds, for documents that lead there. */
    long judgedTo() {
        return judgedTo;
    }

    private int walk(long from, long sequence, long to, long number) {
        if (to < from) {
            return DISAGREES; // it would lie in the document in front
        }
        CycleCursor probe = file.start();
        probe.believe();
        probe.at(from, sequence);
        int judged = UNKNOWN;
        while (judged == UNKNOWN && steps > 0 && probe.peek() == CycleCursor.DATA) {
            if (probe.sequence() >= number || probe.position() >= to) {
                judged = judged(probe, to, number);
            } else {
                probe.advance();
                steps--;
            }
        }
        judgedTo = judged == AGREES ? probe.position() : Math.max(judgedTo, probe.position());
        return judged;
    }

    private static int judged(CycleCursor probe, long to, long number) {
        if (probe.position() != to) {
            return DISAGREES;
        }
        return probe.sequence() != number ? CONTRADICTS : probe.hasDoubted() ? LOST : AGREES;
    }

    /**
     * Whether published events lie after what looks like an end. Looked for once, and not at later ends again.
     *
     * @param header what is there
     */
    boolean isFalseEnd(long position, int header) {
        if (position == falseEnd && header == falseHeader) {
            return true;
        }
        if (position >= cleanEnd) {
            return false; // of a file that grows the end goes on
        }
        ByteBuffer behind = file.behind(position, MARK_BYTES, REACH); // read, as a file may be cut behind its end
        long from = Memory.addressOf(behind);
        int size = behind.limit();
        if (size >= 4 && Memory.getInt(from) != header) {
            return false; // there is more meanwhile
        }
        // of an event that is being written there, what lies in it is not published
        long own = size < 4 + EventLayout.HEADER_BYTES ? 0 : CycleCursor.ownBytes(from + 4);
        EventScan there = new EventScan((at, bytes) -> at + bytes <= size ? from + at : 0, size);
        if (size == 0 || there.next(4 + own, true) < 0) {
            cleanEnd = position;
            return false;
        }
        falseEnd = position;
        falseHeader = header;
        return true;
    }
}
