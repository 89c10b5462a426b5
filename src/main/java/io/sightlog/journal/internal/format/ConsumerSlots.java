package io.sightlog.journal.internal.format;

import io.sightlog.event.Memory;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.NanoClock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a {@link ConsumerFile}: two slots for a position, of which the better one counts.
 *
 * <pre>
 *    0  4  magic "SLCP"                      slot, 64 bytes:
 *    4  4  version 1                           0  4  crc32c of bytes 4 .. 40
 *    8  8  createdNanos                        4  4  place
 *   16  8  holder's process id, 0 none         8  8  generation, from 1; the higher one of two good slots counts
 *   24  8  holder's start, ms since the epoch 16  8  index
 *   64     slot, of odd generations           24  8  movedNanos
 *  128     slot, of even generations          32  4  state: 0 at the start, 1 after index:place, 2 at index:place
 *                                            36  4  resets: how often it was moved on purpose
 * </pre>
 *
 * <p>A position is written into the slot that does not count yet, so a death half-way leaves the other one.
 */
final class ConsumerSlots {
    private static final int MAGIC = 'S' | 'L' << 8 | 'C' << 16 | 'P' << 24;
    private static final int VERSION = 1;

    private static final int VERSION_AT = 4;
    private static final int CREATED_NANOS = 8;
    private static final int HOLDER_PID = 16;
    private static final int HOLDER_STARTED = 24;
    private static final int SLOTS = 64;

    private static final int PLACE = 4;
    private static final int GENERATION = 8;
    private static final int INDEX = 16;
    private static final int MOVED_NANOS = 24;
    private static final int STATE = 32;
    private static final int RESETS = 36;
    private static final int SLOT_BYTES = 64;
    private static final int CHECKED_BYTES = 40;

    private final long at;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer slot = ByteBuffer.allocateDirect(SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long generation;
    private int resets;

    /** @param at address of the file's first byte */
    ConsumerSlots(long at) {
        this.at = at;
    }

    /**
     * Its file is held now.
     *
     * @param startedMillis when this process started
     * @throws JournalException when it is no such file, or damaged
     */
    void begin(Path file, NanoClock clock, long startedMillis) {
        int magic = Memory.getInt(at);
        if (magic == 0) {
            Memory.putLong(at + CREATED_NANOS, clock.nanos());
            Memory.putInt(at + VERSION_AT, VERSION);
            Memory.putInt(at, MAGIC);
        } else if (magic != MAGIC || Memory.getInt(at + VERSION_AT) != VERSION) {
            throw new JournalException(file + " is not a consumer's position this Sightlog knows (version "
                    + Memory.getInt(at + VERSION_AT) + "); remove it to begin anew");
        }
        ConsumerFile.State state = state();
        generation = state.generation();
        resets = state.resets();
        checkSlots(at, file);
        Memory.putLong(at + HOLDER_PID, ProcessHandle.current().pid());
        Memory.putLong(at + HOLDER_STARTED, startedMillis);
    }

    /** Nobody holds it any more. */
    void clearHolder() {
        Memory.putLong(at + HOLDER_STARTED, 0);
        Memory.putLong(at + HOLDER_PID, 0);
    }

    private static void checkSlots(long at, Path file) {
        if (!good(at + SLOTS)
                && !good(at + SLOTS + SLOT_BYTES)
                && Memory.getLong(at + SLOTS + GENERATION) != 0
                && Memory.getLong(at + SLOTS + SLOT_BYTES + GENERATION) != 0) { // one alone: a death in the first save
            throw new JournalException(
                    file + " is damaged: neither of its two positions has a good checksum; remove it to begin anew");
        }
        ConsumerFile.State state = read(at);
        if (state.state() < ConsumerFile.AT_START || state.state() > ConsumerFile.AT || state.index() < 0) {
            throw new JournalException(file + " is damaged: state=" + state.state() + " index=" + state.index()
                    + "; remove it to begin anew");
        }
    }

    ConsumerFile.State state() {
        return read(at);
    }

    /** Of the position that counts, 0 when there is none yet. */
    long generation() {
        return generation;
    }

    /** The next position is one that it is moved to, and does not follow from what was read. */
    void countReset() {
        resets++;
    }

    /** Writes a position. Allocates nothing. */
    void save(int state, long index, int place, long nowNanos) {
        long next = ++generation;
        slot.putInt(PLACE, place)
                .putLong(GENERATION, next)
                .putLong(INDEX, index)
                .putLong(MOVED_NANOS, nowNanos)
                .putInt(STATE, state)
                .putInt(RESETS, resets);
        slot.limit(CHECKED_BYTES).position(PLACE);
        crc.reset();
        crc.update(slot);
        slot.clear();
        slot.putInt(0, (int) crc.getValue());
        Memory.copy(Memory.addressOf(slot), at + slotOffset(next), CHECKED_BYTES);
    }

    private static int slotOffset(long generation) {
        return SLOTS + (int) (1 - (generation & 1)) * SLOT_BYTES;
    }

    /**
     * Reads a copy of such a file, or what is mapped of it.
     *
     * @param bytes how many there are
     * @return null when it was made just now, and says nothing yet
     * @throws JournalException when it is no such file, or damaged
     */
    static ConsumerFile.@Nullable State read(long at, int bytes, Path file) {
        int magic = Memory.getInt(at);
        if (magic == 0 && Memory.getLong(at + SLOTS + GENERATION) == 0 && bytes <= SharedFile.BYTES) {
            return null; // just made
        }
        if (magic != MAGIC || bytes < SLOTS + 2 * SLOT_BYTES || Memory.getInt(at + VERSION_AT) != VERSION) {
            throw new JournalException(file + " is not a consumer's position this Sightlog knows (" + bytes
                    + " bytes, version " + Memory.getInt(at + VERSION_AT) + "); remove it to begin anew");
        }
        checkSlots(at, file);
        return read(at);
    }

    /** Reads one that is known to be good. */
    static ConsumerFile.State read(long at) {
        long first = at + SLOTS;
        long second = first + SLOT_BYTES;
        long generationA = good(first) ? Memory.getLong(first + GENERATION) : 0;
        long generationB = good(second) ? Memory.getLong(second + GENERATION) : 0;
        long slot = generationA >= generationB ? first : second;
        boolean any = Math.max(generationA, generationB) > 0;
        return new ConsumerFile.State(
                any ? Memory.getInt(slot + STATE) : ConsumerFile.AT_START,
                any ? Memory.getLong(slot + INDEX) : 0,
                any ? Memory.getInt(slot + PLACE) : 0,
                Math.max(generationA, generationB),
                any ? Memory.getLong(slot + MOVED_NANOS) : 0,
                any ? Memory.getInt(slot + RESETS) : 0,
                Memory.getLong(at + CREATED_NANOS),
                Memory.getLong(at + HOLDER_PID),
                Memory.getLong(at + HOLDER_STARTED));
    }

    private static boolean good(long slot) {
        ByteBuffer copy = ByteBuffer.allocateDirect(CHECKED_BYTES);
        Memory.copy(slot, Memory.addressOf(copy), CHECKED_BYTES);
        CRC32C crc = new CRC32C();
        crc.update(copy.position(PLACE));
        return (int) crc.getValue() == Memory.getInt(Memory.addressOf(copy)) && Memory.getLong(slot + GENERATION) > 0;
    }
}
