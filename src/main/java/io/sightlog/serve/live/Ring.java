package io.sightlog.serve.live;

import io.sightlog.journal.Position;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of a channel, as they are sent. Whoever listens has a {@link Place} in it and no queue. Events are numbered as they
 * are chosen; what lies between the numbers of two that are here was jumped over. Any thread.
 */
final class Ring {
    /** What is sent at once, unless one event is longer. */
    static final int CHUNK_BYTES = 32 * 1024;

    private static final int MOST_ENTRIES = 4096;

    /** About what it takes to say that events are left out. */
    private static final int LEFT_OUT_BYTES = 160;

    private static final byte[] NONE = {};

    /** With no bytes it stands for an event that is only told of. */
    private record Entry(long ordinal, Position position, byte[] bytes, Reason gap) {}

    private final @Nullable Entry[] entries = new @Nullable Entry[MOST_ENTRIES];
    private final boolean isNewestOnly;
    private final Counters counters;
    private long first;
    private volatile long next;
    private long bytes;
    private long mostBytes = Long.MAX_VALUE;
    /** The newest number that stands for events whose count is not known. */
    private long unknownOrdinal = -1;

    private volatile int journal;
    private long journalOrdinal;

    /** @param isNewestOnly whether who falls behind wants the newest event, and not some of the newest */
    Ring(boolean isNewestOnly, Counters counters) {
        this.isNewestOnly = isNewestOnly;
        this.counters = counters;
    }

    /** Goes up whenever there may be something for those who listen. */
    long version() {
        return next + journal;
    }

    /** It keeps no more than so many bytes, but for the newest event. */
    synchronized void keep(long most) {
        mostBytes = most;
        trim();
    }

    private void trim() {
        while (next - first > 1 && (bytes > mostBytes || next - first > MOST_ENTRIES - 1)) {
            dropFirst();
        }
    }

    private void dropFirst() {
        bytes -= at(first).bytes.length;
        entries[(int) (first % MOST_ENTRIES)] = null;
        first++;
    }

    private Entry at(long number) {
        Entry entry = entries[(int) (number % MOST_ENTRIES)];
        if (entry == null) {
            throw new IllegalStateException("nothing is at " + number + " of " + first + " to " + next);
        }
        return entry;
    }

    /** The event of that number, and all between it and the one before, are not told. */
    void leaveOut(long ordinal, Position position, Reason why) {
        put(ordinal, position, NONE, why);
    }

    /** @param gap why events between this and the one before are not here, when there are any */
    synchronized void put(long ordinal, Position position, byte[] message, Reason gap) {
        entries[(int) (next % MOST_ENTRIES)] = new Entry(ordinal, position, message, gap);
        bytes += message.length;
        next++;
        trim();
    }

    /** That number stands for any number of events. */
    synchronized void unknown(long ordinal) {
        unknownOrdinal = ordinal;
    }

    /** What is here was of a journal that is no more. */
    synchronized void replaced(long ordinal) {
        while (first < next) {
            dropFirst();
        }
        journal++;
        journalOrdinal = ordinal;
    }

    /** Which journal this is, of those that were here. */
    int journal() {
        return journal;
    }

    /** Places a listener behind an event, which has that number or is newer than the one that has. */
    synchronized void place(Place place, long ordinal, @Nullable Position position) {
        place.next = next;
        place.ordinal = ordinal;
        place.position = position;
    }

    /**
     * Up to where a listener has got all, and so what it can go on behind.
     *
     * @param newest event that this ring was asked to take or to pass over
     * @return null when it has not got all yet, or there is nothing
     */
    synchronized @Nullable Position takenUpTo(Place place, @Nullable Position newest) {
        if (place.journal != journal || place.next != next) {
            return null;
        }
        Position own = place.position;
        return own == null || (newest != null && newest.compareTo(own) > 0) ? newest : own;
    }

    /**
     * What a listener is sent next, null: nothing now.
     *
     * @param mostBytes about how much, unless one event is longer
     */
    synchronized @Nullable ByteBuffer take(Place place, int mostBytes) {
        ByteArrayOutputStream many = new ByteArrayOutputStream(0);
        byte[] one = null;
        int size = 0;
        if (place.journal != journal) {
            place.journal = journal;
            place.next = first;
            place.ordinal = journalOrdinal;
            place.position = null;
            one = Messages.replaced(null);
            size = one.length;
        }
        boolean jumped = place.next < first;
        if (jumped) {
            place.next = isNewestOnly ? next - 1 : next - Math.max(1, (next - first) / 4);
            counters.jumps.increment();
        }
        while (place.next < next && size < mostBytes) {
            Entry entry = at(place.next);
            boolean isNew = entry.ordinal > place.ordinal
                    && (place.position == null || entry.position.compareTo(place.position) > 0);
            boolean isTold = entry.bytes.length > 0;
            long left = isNew ? entry.ordinal - place.ordinal - (isTold ? 1 : 0) : 0;
            int more = isNew ? entry.bytes.length + (left > 0 ? LEFT_OUT_BYTES : 0) : 0;
            if (size > 0 && size + more > mostBytes) {
                break;
            }
            if (left > 0) {
                one = join(many, one, leftOut(place, entry, left, jumped));
            }
            if (isNew) {
                one = isTold ? join(many, one, entry.bytes) : one;
                place.position = entry.position;
                counters.sent.add(isTold ? 1 : 0);
            }
            place.ordinal = Math.max(place.ordinal, entry.ordinal);
            place.next++;
            size += more;
            jumped = false;
        }
        if (many.size() > 0) {
            return ByteBuffer.wrap(many.toByteArray());
        }
        return one == null ? null : ByteBuffer.wrap(one);
    }

    private byte[] leftOut(Place place, Entry entry, long left, boolean jumped) {
        boolean isKnown = unknownOrdinal <= place.ordinal || unknownOrdinal > entry.ordinal;
        if (isKnown) {
            counters.leftOut.add(left);
        }
        return Messages.leftOut(
                isKnown ? left : -1, place.position, entry.position, jumped ? entry.gap.and(Reason.SLOW) : entry.gap);
    }

    /** A single message is not copied. */
    private static byte[] join(ByteArrayOutputStream many, byte @Nullable [] before, byte[] message) {
        if (before != null) {
            if (many.size() == 0) {
                many.writeBytes(before);
            }
            many.writeBytes(message);
        }
        return message;
    }
}
