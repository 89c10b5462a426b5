package io.sightlog.journal;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.journal.internal.append.ChronicleAdapter;
import io.sightlog.journal.internal.append.CycleProvisioner;
import io.sightlog.journal.internal.append.CycleTrimmer;
import io.sightlog.journal.internal.append.DiskFullPolicy;
import io.sightlog.journal.internal.append.HalfwayAppend;
import io.sightlog.journal.internal.append.PreOpenCheck;
import io.sightlog.journal.internal.append.PreTouch;
import io.sightlog.journal.internal.append.PreTouchThread;
import io.sightlog.journal.internal.append.Syncer;
import io.sightlog.journal.internal.append.WriterLock;
import io.sightlog.journal.internal.format.Catalogue;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.format.MetadataWords;
import io.sightlog.journal.internal.format.Ownership;
import io.sightlog.journal.internal.format.Signal;
import io.sightlog.journal.internal.format.WriterSlots;
import io.sightlog.journal.internal.os.Device;
import io.sightlog.journal.internal.os.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * Appends events to a journal, beside any number of other writers in any processes.
 *
 * <p>An append that has returned is there for every reader, whatever happens to this process, and whatever happens to the
 * machine as far as {@link Durability} goes. One that has thrown left nothing behind and used up no sequence number, unless
 * its message says that the device failed or the lock was lost after it. Appending allocates nothing once warm, but at a change of cycle
 * and at a look at the directory once a second. One thread at a time.
 */
public final class JournalWriter implements AutoCloseable {
    private static final int NO_APPEND = -1;
    /** For how long, by the clock, appends go on without a look whether the journal is still the one that was opened. */
    private static final long LOOK_EVERY_NANOS = 1_000_000_000;

    private final JournalDirectory directory;
    private final NanoClock clock;
    private final JournalIdentity identity;
    private final Signal signal;
    private final MetadataWords words;
    private final WriterSlots.Slot slot;
    private final WriterLock lock;
    private final Catalogue catalogue;
    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final Roll roll;
    private final CycleProvisioner ground;
    private final DiskFullPolicy room;
    private final @Nullable Syncer durable;
    private final long producer;
    private final Crc32c checksum = new Crc32c();

    private final PreTouch pages = new PreTouch();
    private ByteBuffer staging = ByteBuffer.allocateDirect(4096);
    private int appendBytes = NO_APPEND;
    private long stampNanos;
    private long sequence;
    private long lastIndex = -1;
    /** Stamps from this one on are in a cycle whose file was not looked at yet, in ms. */
    private long nextCycleMillis;
    /** What the clock said in this append. */
    private long nowNanos;
    /** What it said when it was looked at last whether the journal is the same. */
    private long lookedNanos;
    /** Whether files are opened by name in this append. */
    private boolean opensFiles;
    /** Set when another journal's files may be open. */
    private @Nullable JournalReplacedException replaced;

    private int trustedCycle;
    private @Nullable JournalException broken;
    private @Nullable PreTouchThread preToucher;
    private boolean closed;
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

    public JournalWriter(JournalDirectory directory, WriterOptions options, NanoClock clock) {
        this(directory, options, clock, Device.REAL);
    }

    public JournalWriter(JournalDirectory directory, WriterOptions options, NanoClock clock, Device device) {
        Device created = options.durability().kind() == Durability.Kind.NONE ? Device.NONE : device;
        ChronicleAdapter.prepare();
        this.directory = directory;
        this.clock = clock;
        this.catalogue = new Catalogue(directory, created);
        this.producer = randomId();
        checkOwnership(directory);
        new PreOpenCheck(directory).checkMetadataAndNames();
        ChronicleAdapter.create(directory, options);
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        boolean done = false;
        try {
            ChronicleAdapter.createMetadata(directory, options, created);
            ChronicleAdapter.warmUp(directory);
            this.identity = closedLater(opened, JournalIdentity.open(directory));
            this.signal = closedLater(opened, Signal.open(directory));
            this.words = closedLater(opened, MetadataWords.open(directory, "append to"));
            this.slot = closedLater(opened, WriterSlots.take(directory, words));
            this.roll = words.roll();
            this.ground = closedLater(
                    opened,
                    new CycleProvisioner(
                            directory,
                            identity,
                            roll,
                            words,
                            created,
                            new Retention(directory, clock, identity).oldestCycle()));
            this.room = new DiskFullPolicy(options, ground);
            this.lock =
                    new WriterLock(directory, words, slot, options.lockTimeout().toNanos(), this::lockTaken);
            this.queue = closedLater(opened, open(options, device));
            this.appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true); // one at a time, not the same for ever
            this.durable = created == Device.NONE
                    ? null
                    : new Syncer(directory, identity, roll, signal, options.durability(), device);
            identity.check();
            done = true;
        } catch (JournalException e) {
            throw e;
        } catch (RuntimeException e) {
            throw cannotAppend(e);
        } finally {
            if (!done) {
                opened.forEach(JournalWriter::close);
            }
        }
    }

    private static void checkOwnership(JournalDirectory directory) {
        try {
            Ownership.check(directory, directory.path());
        } catch (IOException e) {
            throw Disk.failure("cannot append to journal " + directory.path(), e);
        }
    }

    private static <T extends AutoCloseable> T closedLater(Deque<AutoCloseable> opened, T part) {
        opened.push(part);
        return part;
    }

    /** @throws IllegalStateException when this writer is closed: what it wrote to is unmapped */
    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("this writer of " + directory.path() + " is closed: open another one");
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            // what could not be opened is what is told
        }
    }

    private JournalException cannotAppend(RuntimeException e) {
        return new JournalException(
                "cannot append to journal " + directory.path() + ": " + ChronicleAdapter.reason(e), e);
    }

    /**
     * Under our lock, since the queue looks at the word while it is opened, and frees it when it does not know the process in
     * it; ours it knows.
     */
    private SingleChronicleQueue open(WriterOptions options, Device device) {
        lock.lock();
        try {
            if (!slot.slots().isChecked()) {
                ground.mendAfterReboot(device, options.notice());
                slot.slots().checked();
            }
            trustedCycle = new PreOpenCheck(directory).checkCycles();
            ground.completeCycles();
            restoreLastStamp();
            ground.checkEnd(roll.cycleAt(Math.floorDiv(stampNanos, 1_000_000L)));
            ground.moveConsumersBack(options.notice());
            SingleChronicleQueue opened =
                    ChronicleAdapter.open(directory.path(), roll, () -> Math.floorDiv(stampNanos, 1_000_000L));
            ChronicleAdapter.install(opened, lock);
            return opened;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Under the lock, before the library does anything: fixes the time of this append, for the queue and for the event, and sees
     * to it that all that will be written has blocks.
     */
    private void lockTaken(boolean afterDeath) {
        if (afterDeath || appendBytes == NO_APPEND) {
            identity.check();
        }
        if (afterDeath) {
            ground.clearLeftovers();
        }
        stampNanos = stamp();
        slot.held(stampNanos);
        long millis = Math.floorDiv(stampNanos, 1_000_000L);
        if (appendBytes != NO_APPEND) {
            look(millis);
            ground.provide(roll.cycleAt(millis), appendBytes);
        }
    }

    /** A file of stamps that was lost, or is older than the events after a loss of power, is set right. */
    private void restoreLastStamp() {
        try (JournalReader reader = new JournalReader(directory, null, Start.OLDEST, clock)) {
            long last = reader.lastAppendedNanos();
            if (last > signal.lastAppendedNanos()) {
                signal.lastAppendedNanos(last);
                stampNanos = Math.max(stampNanos, last);
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

    /** Now, but never before the last append or the newest cycle, so that stamps and cycles only go forward. */
    private long stamp() {
        nowNanos = clock.nanos();
        long nanos = Math.max(nowNanos, signal.lastAppendedNanos());
        int newest = words.highestCycle();
        if (newest > 0 && roll.startMillis(newest) > Long.MAX_VALUE / 1_000_000L) {
            throw new JournalException("cannot append to journal " + directory.path() + ": its newest cycle, " + newest
                    + ", is beyond all dates");
        }
        if (newest > 0 && roll.startMillis(newest) > nanos / 1_000_000L && isThere(newest)) {
            return roll.startMillis(newest) * 1_000_000L;
        }
        return nanos;
    }

    private boolean isThere(int cycle) {
        return Disk.isThere(directory.cycleFile(roll, cycle));
    }

    /** Once a second, and before each cycle: that this is still the journal, and that files of others are what they should be. */
    private void look(long millis) {
        // unsigned: also when the clock was set back
        if (millis < nextCycleMillis && Long.compareUnsigned(nowNanos - lookedNanos, LOOK_EVERY_NANOS) < 0) {
            return;
        }
        lookedNanos = Long.MIN_VALUE; // unless it goes well
        if (replaced != null) {
            throw replaced;
        }
        identity.check();
        if (millis >= nextCycleMillis) {
            int cycle = roll.cycleAt(millis);
            opensFiles = true;
            new PreOpenCheck(directory).checkNewer(roll, trustedCycle, cycle);
            trustedCycle = cycle;
            nextCycleMillis = roll.startMillis(cycle + 1);
        }
        lookedNanos = nowNanos;
    }

    /** Between the opening of files by name and the first byte that is written to them. */
    private DocumentContext looked(DocumentContext document) {
        if (!opensFiles) {
            return document;
        }
        boolean same = false;
        try {
            identity.check();
            opensFiles = false;
            same = true;
            return document;
        } catch (JournalReplacedException e) {
            replaced = e;
            throw e;
        } finally {
            if (!same) {
                lookedNanos = Long.MIN_VALUE;
                close(document, false);
            }
        }
    }

    /**
     * From now on a thread of this writer has the kernel provide the pages it is going to write to, ahead of it, so that
     * bursts and single appends do not wait for page faults. It needs a processor of its own: where there are fewer than 3,
     * it can hurt. Does nothing where there is no such call (elsewhere than on Linux 5.14 and newer).
     */
    public void preTouch() {
        if (preToucher == null && PreTouchThread.AVAILABLE) {
            preToucher = new PreTouchThread();
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
        checkOpen();
        identity.check();
        try {
            return catalogue.publish(labels);
        } catch (JournalFullException e) {
            return room.awaitFor(e, () -> catalogue.publish(labels));
        }
    }

    /**
     * Puts a label set of another journal into this one's catalogue, byte for byte. Does nothing when that one lacks it.
     *
     * @throws JournalException when it is damaged there, or cannot be written here
     */
    public void publishFrom(Journal other, long hash) {
        byte[] content = other.catalogue().content(hash);
        if (content != null) {
            identity.check();
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
     * @throws IllegalArgumentException when it is too large, or has no time of capture
     * @throws IllegalStateException when this writer is closed
     * @throws JournalReplacedException when the journal was replaced, moved or removed, which is looked for at each change of cycle
     *     and once a second; what was appended before is in the old one
     * @throws JournalException when it could not be appended
     */
    public long append(EventDraft draft) {
        draft.check();
        int bytes = draft.encodedBytes();
        long staged = stage(bytes);
        draft.encode(staged, bytes);
        appendStaged(staged, bytes, true);
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
        DocumentContext document = open(batch.totalBytes());
        boolean done = false;
        try {
            long at = room(document, batch.totalBytes());
            long nanos = stampNanos;
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
        long staged = stage(bytes);
        Memory.copy(event.address(), staged, bytes);
        appendStaged(staged, bytes, !keepsIdentity);
        if (!keepsIdentity) {
            sequence++;
        }
        return moved();
    }

    /** Address of that many bytes in which an event is made ready: see docs/decisions/0013. */
    private long stage(int bytes) {
        if (staging.capacity() < bytes) {
            staging = ByteBuffer.allocateDirect(
                    Math.max(bytes, Math.min(2 * staging.capacity(), EventLayout.MAX_EVENT_BYTES)));
        }
        return Memory.addressOf(staging);
    }

    /** Appends an event that is complete but for its stamp, its checksum, and, when it is to be ours, its identity. */
    private void appendStaged(long staged, int bytes, boolean ours) {
        DocumentContext document = open(bytes);
        boolean done = false;
        try {
            long at = room(document, bytes);
            if (ours) {
                Memory.putLong(staged + EventLayout.PRODUCER, producer);
                Memory.putLong(staged + EventLayout.SEQUENCE, sequence);
            }
            Memory.putLong(staged + EventLayout.APPENDED_NANOS, stampNanos);
            Memory.putInt(staged + EventLayout.CRC, checksum.of(staged + 4, bytes - 4));
            Memory.copy(staged, at, bytes);
            signal.lastAppendedNanos(stampNanos);
            done = true;
        } finally {
            close(document, done);
        }
    }

    private DocumentContext open(int bytes) {
        checkOpen();
        if (broken != null) {
            throw broken;
        }
        if (durable != null) {
            durable.check();
        }
        appendBytes = bytes;
        try {
            return looked(appender.writingDocument());
        } catch (JournalFullException e) {
            return looked(room.awaitFor(e, appender::writingDocument));
        } catch (JournalException e) {
            throw e;
        } catch (RuntimeException e) {
            throw cannotAppend(e);
        } finally {
            appendBytes = NO_APPEND;
        }
    }

    /** Address of that many writable bytes in one piece; an excerpt of up to a quarter of a block always is. */
    private long room(DocumentContext document, int bytes) {
        Bytes<?> target = Objects.requireNonNull(document.wire()).bytes();
        long start = target.writePosition();
        long at = target.addressForWrite(start);
        target.writeSkip(bytes);
        pages.at(at, start);
        if (preToucher != null) {
            preToucher.at(at, start);
        }
        return at;
    }

    /** An event whose publication has failed may have a number that must not be given again. */
    private void close(DocumentContext document, boolean done) {
        try {
            if (!done) {
                document.rollbackOnClose();
            }
            document.close();
        } catch (RuntimeException | Error e) {
            broken = HalfwayAppend.perhapsAppended(directory.path(), e);
            throw broken;
        }
    }

    private long moved() {
        long index = appender.lastIndexAppended();
        try {
            moved(index);
        } catch (JournalException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw HalfwayAppend.appended(directory.path(), index, e);
        }
        return index;
    }

    /** What has to be done once an event is there. */
    private void moved(long index) {
        signal.wakeSleepers();
        if (preToucher == null) {
            pages.provide();
        }
        if (lock.lost() != null) {
            throw new JournalException("the write lock of journal " + directory.path() + " was taken from this writer ("
                    + lock.lost() + " has it) while it appended 0x" + Long.toHexString(index)
                    + ": what lies there may be damaged; run sightlog verify");
        }
        if (lastIndex < 0 || Roll.cycle(index) != Roll.cycle(lastIndex)) {
            CycleTrimmer.trim(directory, identity, roll, Roll.cycle(index));
            prune();
        }
        lastIndex = index;
        if (durable != null) {
            durable.appended(index);
        }
    }

    /** For tests: what orders its appends. */
    public WriterLock lock() {
        return lock;
    }

    private void prune() {
        if (keeps.keepsAll() || pruneListener == null) {
            return;
        }
        Retention.Plan plan = new Retention.Plan(List.of(), 0, 0, List.of());
        JournalException failure = null;
        try {
            Retention retention = new Retention(directory, clock, identity);
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

    /** Unmaps everything; a second time it does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (preToucher != null) {
            preToucher.close(); // before what it works on is unmapped
            preToucher = null;
        }
        appender.close();
        queue.close();
        if (lastIndex < 0) {
            // opening the queue has made closed files large again, and no append has cut them since
            CycleTrimmer.trim(directory, identity, roll, roll.cycleAt(Math.floorDiv(stamp(), 1_000_000L)));
        }
        ground.close();
        slot.close();
        words.close();
        try {
            if (durable != null) {
                durable.close();
            }
        } finally {
            signal.close();
            identity.close();
        }
    }
}
