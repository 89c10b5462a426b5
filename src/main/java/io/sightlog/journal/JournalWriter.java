package io.sightlog.journal;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * Appends events to a journal, beside any number of other writers in any processes.
 *
 * <p>An append that has returned is there for every reader, whatever happens to this process. One that has thrown left
 * nothing behind and used up no sequence number. Appending allocates nothing once warm, but at a change of cycle. One
 * thread at a time.
 */
public final class JournalWriter implements AutoCloseable {
    private final JournalDirectory directory;
    private final NanoClock clock;
    private final Signal signal;
    private final Catalogue catalogue;
    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final Roll roll;
    private final long producer;
    private final Crc32c checksum = new Crc32c();

    private long sequence;
    private long lastIndex = -1;
    /** Stamps from this one on are in a cycle whose file was not looked at yet, in ms. */
    private long nextCycleMillis;

    private int trustedCycle;
    private @Nullable PreToucher preToucher;
    private Retention.Policy keeps = Retention.Policy.KEEP_ALL;
    private @Nullable PruneListener pruneListener;

    /** Told when a writer has deleted old cycles, or could not. */
    @FunctionalInterface
    public interface PruneListener {
        /**
         * On the writer's thread, after the append that began a new cycle.
         *
         * @param plan what was to go, and what keeps the rest
         * @param failure null when it has gone
         */
        void pruned(Retention.Plan plan, @Nullable JournalException failure);
    }

    JournalWriter(JournalDirectory directory, Roll wanted, NanoClock clock) {
        Chronicle.prepare();
        this.directory = directory;
        this.clock = clock;
        this.catalogue = new Catalogue(directory);
        this.producer = randomId();
        this.trustedCycle = new TrustedFiles(directory).check();
        Chronicle.create(directory);
        Chronicle.mend(directory);
        this.signal = Signal.open(directory);
        SingleChronicleQueue opened = null;
        ExcerptAppender appends = null;
        try {
            restoreLastStamp();
            opened = SingleChronicleQueueBuilder.binary(directory.path())
                    .rollCycle(Chronicle.cycle(wanted))
                    .timeProvider(this::millis)
                    .build();
            appends = opened.createAppender();
        } catch (RuntimeException e) {
            throw new JournalException("cannot append to journal " + directory.path() + ": " + Chronicle.reason(e), e);
        } finally {
            if (appends == null) {
                if (opened != null) {
                    opened.close();
                }
                signal.close();
            }
        }
        this.queue = opened;
        this.appender = appends;
        this.roll =
                Roll.of(opened.rollCycle().lengthInMillis(), opened.rollCycle().format());
    }

    /** A file of stamps that was lost, or is older than the events after a loss of power, is set right. */
    private void restoreLastStamp() {
        try (JournalReader reader = new JournalReader(directory, null, Start.OLDEST, clock)) {
            long last = reader.lastAppendedNanos();
            if (last > signal.lastAppendedNanos()) {
                signal.lastAppendedNanos(last);
            }
        } catch (DamageException e) {
            // damage behind us does not stop us; whoever reads there is told
        }
    }

    private static long randomId() {
        SecureRandom random = new SecureRandom();
        long id = random.nextLong();
        while (id == 0) {
            id = random.nextLong();
        }
        return id;
    }

    /** Now, but never before the last append, so that stamps and cycles only go forward. */
    private long stamp() {
        return Math.max(clock.nanos(), signal.lastAppendedNanos());
    }

    /** What the library takes the cycle from, under the write lock: files of others are looked at before it opens them. */
    private long millis() {
        long millis = Math.floorDiv(stamp(), 1_000_000L);
        if (millis >= nextCycleMillis && roll != null) {
            int cycle = roll.cycleAt(millis);
            new TrustedFiles(directory).checkNewer(roll, trustedCycle, cycle);
            trustedCycle = cycle;
            nextCycleMillis = roll.startMillis(cycle + 1);
        }
        return millis;
    }

    /**
     * From now on a thread of this writer has the kernel provide the pages it is going to write to, ahead of it, so that
     * bursts and single appends do not wait for page faults. It needs a processor of its own: where there are fewer than 3,
     * it can hurt. Does nothing where there is no such call (elsewhere than on Linux 5.14 and newer).
     */
    public void preTouch() {
        if (preToucher == null && PreToucher.AVAILABLE) {
            preToucher = new PreToucher();
        }
    }

    /**
     * From now on old cycles are deleted with the first append of this writer, and at each change of cycle.
     *
     * @param policy what is kept
     * @param listener told of it; an append never fails for it
     */
    public void keep(Retention.Policy policy, PruneListener listener) {
        keeps = policy;
        pruneListener = listener;
    }

    /** Random id that all events of this writer carry, unless they are copies. */
    public long producer() {
        return producer;
    }

    /** The sequence number of the next event. */
    public long nextSequence() {
        return sequence;
    }

    /** How the journal rolls: as it was created. */
    public Roll roll() {
        return roll;
    }

    /** Index of the last event this writer appended, -1 before the first. */
    public long lastIndex() {
        return lastIndex;
    }

    /**
     * Puts a label set into the journal's catalogue, for events to refer to.
     *
     * @return the hash that goes into {@link EventDraft#labelSet}
     */
    public long publish(LabelSet labels) {
        return catalogue.publish(labels);
    }

    /**
     * Puts a label set of another journal into this one's catalogue, byte for byte. Does nothing when that one lacks it.
     *
     * @throws JournalException when it is damaged there, or cannot be written here
     */
    public void publishFrom(Journal other, long hash) {
        byte[] content = other.catalogue().content(hash);
        if (content != null) {
            catalogue.publish(content);
        }
    }

    /** The label sets of this journal. */
    public LabelSource labels() {
        return catalogue;
    }

    /**
     * Appends an event.
     *
     * @param draft stays the caller's, unchanged
     * @return the index of its excerpt
     * @throws IllegalArgumentException when it is too large
     * @throws JournalException when it could not be appended
     */
    public long append(EventDraft draft) {
        int bytes = draft.encodedBytes();
        DocumentContext document = open();
        boolean done = false;
        try {
            long at = room(document, bytes);
            long nanos = stamp();
            draft.encode(at, bytes, producer, sequence, nanos);
            signal.lastAppendedNanos(nanos);
            done = true;
        } finally {
            close(document, done);
        }
        sequence++;
        return moved();
    }

    /**
     * Appends all events of a batch in one excerpt.
     *
     * @param batch stays the caller's, unchanged; with nothing in it, nothing is appended
     * @return the index of the excerpt; the events are at its places 0 and up
     * @throws JournalException when it could not be appended; then none of them was
     */
    public long append(EventBatch batch) {
        if (batch.count() == 0) {
            return lastIndex;
        }
        DocumentContext document = open();
        boolean done = false;
        try {
            long at = room(document, batch.totalBytes());
            long nanos = stamp();
            batch.encode(at, producer, sequence, nanos, checksum);
            signal.lastAppendedNanos(nanos);
            done = true;
        } finally {
            close(document, done);
        }
        sequence += batch.count();
        return moved();
    }

    /**
     * Appends a copy of an event, byte for byte, sections this version does not know included; only the stamp of its append
     * is new. Its label set must be published by the caller.
     *
     * @param keepsIdentity whether it keeps its producer and sequence, or becomes the next event of this writer
     */
    public long append(Event event, boolean keepsIdentity) {
        int bytes = event.totalBytes();
        DocumentContext document = open();
        boolean done = false;
        try {
            long at = room(document, bytes);
            long nanos = stamp();
            Memory.copy(event.address(), at, bytes);
            Memory.putLong(at + EventLayout.APPENDED_NANOS, nanos);
            if (!keepsIdentity) {
                Memory.putLong(at + EventLayout.PRODUCER, producer);
                Memory.putLong(at + EventLayout.SEQUENCE, sequence);
            }
            Memory.putInt(at + EventLayout.CRC, checksum.of(at + 4, bytes - 4));
            signal.lastAppendedNanos(nanos);
            done = true;
        } finally {
            close(document, done);
        }
        if (!keepsIdentity) {
            sequence++;
        }
        return moved();
    }

    private DocumentContext open() {
        try {
            return appender.writingDocument();
        } catch (RuntimeException e) {
            throw new JournalException("cannot append to journal " + directory.path() + ": " + Chronicle.reason(e), e);
        }
    }

    /** Address of that many writable bytes in one piece; an excerpt of up to a quarter of a block always is. */
    private long room(DocumentContext document, int bytes) {
        Bytes<?> target = Objects.requireNonNull(document.wire()).bytes();
        long start = target.writePosition();
        long at = target.addressForWrite(start);
        target.writeSkip(bytes);
        if (preToucher != null) {
            preToucher.at(at, start);
        }
        return at;
    }

    private static void close(DocumentContext document, boolean done) {
        if (!done) {
            document.rollbackOnClose();
        }
        document.close();
    }

    private long moved() {
        signal.wakeSleepers();
        long index = appender.lastIndexAppended();
        if (lastIndex < 0 || Roll.cycle(index) != Roll.cycle(lastIndex)) {
            ClosedCycles.trim(directory, roll, Roll.cycle(index));
            prune();
        }
        lastIndex = index;
        return index;
    }

    private void prune() {
        if (keeps.keepsAll() || pruneListener == null) {
            return;
        }
        Retention.Plan plan = new Retention.Plan(List.of(), 0, 0, List.of());
        JournalException failure = null;
        try {
            Retention retention = new Retention(directory, clock);
            plan = retention.plan(keeps);
            retention.execute(plan);
        } catch (JournalException e) {
            failure = e;
        }
        pruneListener.pruned(plan, failure);
    }

    /** Where this writer appends, for messages. */
    public @Nullable Position lastPosition() {
        return lastIndex < 0 ? null : new Position(lastIndex, 0);
    }

    @Override
    public void close() {
        if (preToucher != null) {
            preToucher.close(); // before what it works on is unmapped
            preToucher = null;
        }
        appender.close();
        queue.close();
        if (lastIndex < 0) {
            // opening the queue has made closed files large again, and no append has cut them since
            ClosedCycles.trim(directory, roll, roll.cycleAt(Math.floorDiv(stamp(), 1_000_000L)));
        }
        signal.close();
    }
}
