package io.sightlog.journal;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import io.sightlog.event.UnreadableEventException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal event by event, live or past, over the mapped bytes: it locks nothing and writes nothing but, when it has a
 * name, its own position.
 *
 * <p>It may be opened before the journal exists, and then waits for a complete one. Every event is checked before it is
 * handed out. Polling allocates nothing once warm, but at a change of cycle. One thread at a time.
 */
public final class JournalReader implements AutoCloseable {
    private final JournalDirectory directory;
    private final NanoClock clock;
    private final @Nullable ConsumerFile consumer;
    private final Event event;
    private final Crc32c batchChecksum = new Crc32c();

    private @Nullable Metadata metadata;
    private @Nullable Cursor cursor;
    private Start pending = Start.OLDEST;
    private boolean sought = true;

    /** Events in the batch the cursor is at, 0 when it is at none. */
    private int batchCount;
    /** The next event in that batch. */
    private int place;

    JournalReader(JournalDirectory directory, @Nullable ConsumerFile consumer, Start start, NanoClock clock) {
        this.directory = directory;
        this.consumer = consumer;
        this.clock = clock;
        this.event = new Event(new Catalogue(directory));
        boolean begun = false;
        try {
            begin(start);
            begun = true;
        } finally {
            if (!begun) {
                close();
            }
        }
    }

    private void begin(Start start) {
        if (consumer == null || consumer.isNew()) {
            seek(start);
            if (consumer != null && sought) {
                saveNext(consumer);
            }
        } else if (!seek(consumer.state())) {
            ConsumerFile.State state = consumer.state();
            throw new JournalException("this consumer stands behind the end of the journal, at " + state.position()
                    + ": events it has read are gone; sightlog consumers reset moves it");
        }
    }

    /**
     * Hands out up to {@code limit} events in order. The position of a named reader is saved after each event that its
     * handler has returned from, so that at most one is repeated after a death.
     *
     * @return how many were handled, 0 when there are none now
     * @throws DamageException at a damaged event; see there how to go on
     */
    public int poll(EventHandler handler, int limit) {
        int handled = 0;
        long now = 0;
        while (handled < limit && next()) {
            handler.onEvent(event);
            if (consumer != null) {
                now = now == 0 ? clock.nanos() : now;
                consumer.save(ConsumerFile.BEHIND, event.index(), event.place(), now);
            }
            handled++;
        }
        return handled;
    }

    /**
     * Moves to the next event, which {@link #event} then shows until the next call. A named reader must {@link #handled}
     * each one by itself when it does not poll.
     *
     * @return false when there is none now
     * @throws DamageException as {@link #poll}
     */
    public boolean next() {
        if (!peek()) {
            return false;
        }
        Cursor at = at();
        long payload = at.payload();
        int length = at.length();
        long index = at.index();
        int inBatch = place;
        boolean alone = batchCount == 0;
        if (alone) {
            at.advance();
        } else {
            int offset = BatchLayout.offset(payload, place);
            int end = place + 1 < batchCount ? BatchLayout.offset(payload, place + 1) : length;
            payload += offset;
            length = end - offset;
            leavePlace(at);
        }
        try {
            event.wrap(payload, length);
        } catch (UnreadableEventException e) {
            boolean batch = alone && BatchLayout.isBatch(payload, length);
            throw unreadable(new Position(index, inBatch), batch ? batchDamage(payload, length) : null, e);
        }
        event.at(index, inBatch);
        return true;
    }

    /** What {@link #next} has moved to. */
    public Event event() {
        return event;
    }

    /** Saves, for a named reader, that the event {@link #next} moved to was handled. Does nothing without a name. */
    public void handled() {
        if (consumer != null) {
            consumer.save(ConsumerFile.BEHIND, event.index(), event.place(), clock.nanos());
        }
    }

    private void leavePlace(Cursor at) {
        place++;
        if (place == batchCount) {
            place = 0;
            batchCount = 0;
            at.advance();
        }
    }

    /**
     * Whether there is a next event now. It is not checked yet.
     *
     * @throws DamageException when the structure around it is damaged
     */
    public boolean peek() {
        if (batchCount > 0) {
            return true;
        }
        if (metadata == null && !ready()) {
            return false;
        }
        while (true) {
            if (cursor == null && !toFirstCycle()) {
                return false;
            }
            Cursor at = at();
            int found = at.peek();
            if (found == Cursor.DATA) {
                if (BatchLayout.isBatch(at.payload(), at.length())) {
                    openBatch(at);
                }
                return true;
            }
            if (metadata().highestCycle() <= at.file().cycle() || !toNextCycle(found == Cursor.NOTHING)) {
                return false;
            }
        }
    }

    private boolean ready() {
        metadata = Metadata.tryOpen(directory);
        if (metadata != null && !sought) {
            seek(pending);
            if (consumer != null && consumer.isNew()) {
                saveNext(consumer);
            }
        }
        return metadata != null;
    }

    /** A batch that is damaged stays closed: it counts as one event, and {@link #next} says what is wrong with it. */
    private void openBatch(Cursor at) {
        if (batchDamage(at.payload(), at.length()) == null) {
            batchCount = Memory.getInt(at.payload() + BatchLayout.COUNT);
            place = 0;
        }
    }

    private @Nullable String batchDamage(long payload, int length) {
        int total = Memory.getInt(payload + EventLayout.TOTAL_BYTES);
        int count = Memory.getInt(payload + BatchLayout.COUNT);
        if (total != length) {
            return "the batch says it has " + total + " bytes, and there are " + length;
        }
        if (count < 1 || count > BatchLayout.MAX_EVENTS || BatchLayout.HEADER_BYTES + 4L * count > length) {
            return "count=" + count + " in a batch of " + length + " bytes";
        }
        if (batchChecksum.of(payload + 4, BatchLayout.HEADER_BYTES - 4 + 4 * count) != Memory.getInt(payload)) {
            return "the checksum of the batch's header is wrong";
        }
        int last = BatchLayout.HEADER_BYTES + 4 * count;
        for (int i = 0; i < count; i++) {
            int offset = BatchLayout.offset(payload, i);
            if (offset < last || offset > length - EventLayout.HEADER_BYTES) {
                return "event " + i + " of the batch is at byte " + offset + " of " + length;
            }
            last = offset + EventLayout.HEADER_BYTES;
        }
        return null;
    }

    private DamageException unreadable(Position position, @Nullable String damage, UnreadableEventException e) {
        return new DamageException(text(position, damage == null ? e.getMessage() : damage), position, true, e);
    }

    private String text(Position position, @Nullable String damage) {
        return "event " + position + " of " + directory.path() + " cannot be read: " + damage;
    }

    // Cycles

    private boolean toFirstCycle() {
        for (int cycle : directory.cycles(metadata().roll())) {
            return enter(cycle);
        }
        return false;
    }

    private boolean enter(int cycle) {
        CycleFile file = CycleFile.tryOpen(directory.cycleFile(metadata().roll(), cycle), cycle);
        if (file == null) {
            return false;
        }
        enter(file.start());
        return true;
    }

    private void enter(@Nullable Cursor other) {
        Cursor old = cursor;
        cursor = other;
        batchCount = 0;
        place = 0;
        if (old != null && (other == null || other.file() != old.file())) {
            old.file().close();
        }
    }

    /**
     * Goes on in the next file.
     *
     * @param abandoned when this one has no end mark: then only when a later one has events already, and this one still
     *     nothing more
     */
    private boolean toNextCycle(boolean abandoned) {
        Cursor from = at();
        for (int cycle : directory.cycles(metadata().roll())) {
            if (cycle > from.file().cycle()) {
                CycleFile file =
                        CycleFile.tryOpen(directory.cycleFile(metadata().roll(), cycle), cycle);
                if (file == null) {
                    return false;
                }
                Cursor start = file.start();
                if (!abandoned || (start.peek() == Cursor.DATA && from.peek() == Cursor.NOTHING)) {
                    enter(start);
                    return true;
                }
                file.close();
            }
        }
        return false;
    }

    // Places

    /** Moves to a start. While there is no journal it is kept, and an end is the start of what comes. */
    public void seek(Start start) {
        pending = start instanceof Start.End || start instanceof Start.Last ? Start.OLDEST : start;
        sought = false;
        if (metadata == null && !ready()) {
            return;
        }
        sought = true;
        enter((Cursor) null);
        if (start instanceof Start.End) {
            seekLast(0);
        } else if (start instanceof Start.Last last) {
            seekLast(last.events());
        } else if (start instanceof Start.At at) {
            seekAt(at.position());
        } else if (start instanceof Start.Time time) {
            seekTime(time.nanos());
        }
    }

    private void seekAt(Position position) {
        if (!toIndex(position.index())) {
            throw new JournalException("no event at " + position + ": the journal " + directory.path()
                    + " ends before it" + (cursor == null ? "" : ", at " + new Position(at().index(), 0)));
        }
        if (cursor != null && at().index() == position.index() && peek() && at().index() == position.index()) {
            for (int i = 0; i < position.place() && at().index() == position.index(); i++) {
                skip();
            }
        }
    }

    /**
     * Moves to an index, or to the first event behind it.
     *
     * @return false when the journal ends before that index
     */
    private boolean toIndex(long index) {
        int wanted = Roll.cycle(index);
        for (int cycle : directory.cycles(metadata().roll())) {
            if (cycle >= wanted && enter(cycle)) {
                if (cycle > wanted || at().to(Roll.sequence(index)) || at().sequence() == Roll.sequence(index)) {
                    return true;
                }
                return metadata().highestCycle() > cycle;
            }
        }
        return index == 0;
    }

    /** Goes where a consumer's file says; false when that is behind the end of the journal. */
    boolean seek(ConsumerFile.State state) {
        if (state.state() == ConsumerFile.AT_START) {
            seek(Start.OLDEST);
            return true;
        }
        if (metadata == null && !ready()) {
            return false;
        }
        enter((Cursor) null);
        if (!toIndex(state.index())) {
            return false;
        }
        if (at().index() != state.index()) {
            return true;
        }
        if (at().peek() != Cursor.DATA) {
            return state.state() == ConsumerFile.AT;
        }
        int places = state.place() + (state.state() == ConsumerFile.BEHIND ? 1 : 0);
        for (int i = 0; i < places && peek() && at().index() == state.index(); i++) {
            skip();
        }
        return true;
    }

    /** Moves past one event without looking into it. */
    private void skip() {
        if (peek()) {
            if (batchCount > 0) {
                leavePlace(at());
            } else {
                at().advance();
            }
        }
    }

    private void seekLast(long events) {
        int[] cycles = directory.cycles(metadata().roll());
        long wanted = events;
        for (int i = cycles.length - 1; i >= 0; i--) {
            if (!enter(cycles[i])) {
                continue;
            }
            at().file().toEnd(at());
            long there = at().sequence();
            if (there >= wanted || i == 0) {
                if (wanted > 0) {
                    at().to(Math.max(0, there - wanted));
                }
                break;
            }
            wanted -= there;
        }
        if (events > 0) {
            for (long surplus = remaining() - events; surplus > 0; surplus--) {
                skip();
            }
        }
    }

    /** By search: stamps never run backwards in a journal. */
    private void seekTime(long nanos) {
        int[] cycles = directory.cycles(metadata().roll());
        int low = 0;
        int high = cycles.length; // the first cycle that begins at the time or later is in low .. high
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (enter(cycles[middle]) && appendedNanos(0) < nanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0) {
            enter((Cursor) null);
            return;
        }
        enter(cycles[low - 1]);
        Cursor at = at();
        at.file().toEnd(at);
        long from = 0;
        long to = at.sequence();
        while (from < to) {
            long middle = (from + to) >>> 1;
            if (appendedNanos(middle) < nanos) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        at.to(Math.max(0, from - 1)); // begins before that time, but may be a batch that does not end before it
        while (peek() && at.sequence() < from && (batchCount == 0 || peekAppendedNanos() < nanos)) {
            skip();
        }
    }

    /** When a document of this cycle was appended; that of the next one when it is not an event; never when there is none. */
    private long appendedNanos(long sequence) {
        Cursor at = at();
        at.to(sequence);
        while (at.peek() == Cursor.DATA) {
            long nanos = stamp(at.payload(), at.length());
            if (nanos != Long.MIN_VALUE) {
                return nanos;
            }
            at.advance();
        }
        return Long.MAX_VALUE;
    }

    private static long stamp(long payload, int length) {
        long at = payload;
        int available = length;
        if (BatchLayout.isBatch(payload, length) && length >= BatchLayout.HEADER_BYTES + 4) {
            int offset = BatchLayout.offset(payload, 0);
            if (offset < 0 || offset > length) {
                return Long.MIN_VALUE;
            }
            at += offset;
            available -= offset;
        }
        return available >= EventLayout.HEADER_BYTES
                        && Memory.getInt(at + EventLayout.MAGIC_OFFSET) == EventLayout.MAGIC
                ? Memory.getLong(at + EventLayout.APPENDED_NANOS)
                : Long.MIN_VALUE;
    }

    // What is ahead

    /** The position of the next event. Only after {@link #peek} said that there is one. */
    public Position nextPosition() {
        return new Position(at().index(), place);
    }

    /** When the next event was appended. Only after {@link #peek} said that there is one. */
    long peekAppendedNanos() {
        long payload = at().payload();
        int offset = batchCount > 0 ? BatchLayout.offset(payload, place) : 0;
        long nanos = stamp(payload + offset, at().length() - offset);
        return nanos == Long.MIN_VALUE ? 0 : nanos;
    }

    /** How many events there are from here to the end. Walks over them, a few nanoseconds each. */
    public long remaining() {
        if (!peek()) {
            return 0;
        }
        try (JournalReader ahead = new JournalReader(directory, null, Start.OLDEST, clock)) {
            ahead.ready();
            ahead.seekAt(new Position(at().index(), 0));
            long events = -place;
            while (ahead.peek()) {
                events += Math.max(1, ahead.batchCount);
                ahead.place = 0;
                ahead.batchCount = 0;
                ahead.at().advance();
            }
            return events;
        }
    }

    /** When the newest event was appended, 0 when there is none. */
    public long lastAppendedNanos() {
        try (JournalReader last = new JournalReader(directory, null, new Start.Last(1), clock)) {
            return last.peek() ? last.peekAppendedNanos() : 0;
        }
    }

    /** Moves a held consumer to a start. */
    void reset(Start start) {
        seek(start);
        if (consumer != null) {
            saveNext(consumer);
        }
    }

    private void saveNext(ConsumerFile held) {
        long now = clock.nanos();
        if (cursor == null) {
            held.save(ConsumerFile.AT_START, 0, 0, now);
        } else {
            peekQuietly();
            held.save(ConsumerFile.AT, at().index(), place, now);
        }
    }

    private void peekQuietly() {
        try {
            peek();
        } catch (DamageException e) {
            // told when it is read
        }
    }

    private Cursor at() {
        if (cursor == null) {
            throw new IllegalStateException("not at an event: call peek first");
        }
        return cursor;
    }

    private Metadata metadata() {
        if (metadata == null) {
            throw new IllegalStateException("this reader is closed, or has no journal yet");
        }
        return metadata;
    }

    /** Releases the name, if it has one, and unmaps everything; {@link #event} shows nothing any more. */
    @Override
    public void close() {
        if (cursor != null) {
            cursor.file().close();
            cursor = null;
        }
        batchCount = 0;
        if (metadata != null) {
            metadata.close();
            metadata = null;
        }
        if (consumer != null) {
            consumer.close();
        }
    }

    @Override
    public String toString() {
        return "reader of " + directory.path() + (cursor == null ? "" : " at " + new Position(cursor.index(), place))
                + Arrays.toString(new int[] {batchCount});
    }
}
