package io.sightlog.journal;

import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;

/** A place in a cycle's file, moving over its documents in order. Allocates nothing. One thread at a time. */
final class Cursor {
    /** Nothing is written here yet. */
    static final int NOTHING = 0;
    /** A document is here: {@link #payload} and {@link #length} are its. */
    static final int DATA = 1;
    /** The cycle has ended: the next event is in another file. */
    static final int ENDED = 2;

    private final CycleFile file;
    private long position;
    private long sequence;
    private long payload;
    private int length;

    Cursor(CycleFile file) {
        this.file = file;
    }

    CycleFile file() {
        return file;
    }

    void at(long documentPosition, long documentSequence) {
        position = documentPosition;
        sequence = documentSequence;
    }

    /** Number of the document in its cycle, from 0. */
    long sequence() {
        return sequence;
    }

    long index() {
        return Roll.index(file.cycle(), sequence);
    }

    /** Byte in the file at which the next header is. */
    long position() {
        return position;
    }

    long payload() {
        return payload;
    }

    int length() {
        return length;
    }

    /**
     * Looks at what is here, past index pages.
     *
     * @throws DamageException when a length leads nowhere
     */
    int peek() {
        while (true) {
            long at = file.address(position, 4);
            int header = at == 0 ? 0 : Memory.getIntAcquire(at);
            if (header == CycleFile.END_OF_CYCLE) {
                return ENDED;
            }
            if (header == 0 || (header & CycleFile.IN_PROGRESS) != 0) {
                return NOTHING;
            }
            int bytes = header & CycleFile.LENGTH;
            boolean data = (header & CycleFile.METADATA) == 0;
            if (bytes == 0 || bytes > EventLayout.MAX_EVENT_BYTES + 4096) {
                throw damaged(header);
            }
            payload = file.address(position + 4, bytes);
            if (payload == 0) {
                throw damaged(header);
            }
            length = bytes;
            if (data) {
                return DATA;
            }
            position = (position + 4 + bytes + 3) & ~3L;
        }
    }

    /** Moves past the document that {@link #peek} found. */
    void advance() {
        position = (position + 4 + length + 3) & ~3L;
        sequence++;
    }

    /** Moves to a document by its number; true when it is there, false when the cursor is at the end before it. */
    boolean to(long wanted) {
        file.toIndexed(this, wanted);
        while (peek() == DATA) {
            if (sequence == wanted) {
                return true;
            }
            advance();
        }
        return false;
    }

    private DamageException damaged(int header) {
        return new DamageException(
                file.file() + " is damaged at byte " + position + " (event 0x" + Long.toHexString(index())
                        + "): a document of " + (header & CycleFile.LENGTH) + " bytes cannot be there in a file of "
                        + file.size(),
                new Position(index(), 0),
                false,
                null);
    }
}
