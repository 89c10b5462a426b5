package io.sightlog.journal.internal.append;

import io.sightlog.journal.DamageException;
import io.sightlog.journal.Durability;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalFullException;
import io.sightlog.journal.JournalReplacedException;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Roll;
import io.sightlog.journal.WriterOptions;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.format.MetadataWords;
import io.sightlog.journal.internal.format.Ownership;
import io.sightlog.journal.internal.format.Signal;
import io.sightlog.journal.internal.format.WriterSlots;
import io.sightlog.journal.internal.os.Device;
import io.sightlog.journal.internal.os.Disk;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * How one open writer gets bytes into a journal. An append is three calls, on one thread at a time: {@link #begin} takes the write
 * lock and finds room, the caller writes all that it has asked room for, {@link #end} publishes it and releases the lock, {@link
 * #ended} does what follows. Allocates nothing once warm, but at a change of cycle and at a look at the directory once a second.
 */
public final class Appender implements AutoCloseable {
    /** Instead of an address: the append would have begun another cycle. */
    public static final long OTHER_CYCLE = 0;

    private static final int NO_APPEND = -1;
    private static final int ANY_CYCLE = -1;

    private final JournalDirectory directory;
    private final JournalIdentity identity;
    private final Signal signal;
    private final MetadataWords words;
    private final WriterSlots.Slot slot;
    private final WriterLock lock;
    private final AppendClock clock;
    private final JournalWatch watch;
    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final Roll roll;
    private final CycleProvisioner provisioner;
    private final DiskFullPolicy diskFull;
    private final @Nullable Syncer syncer;
    private final PreTouch preTouch = new PreTouch();
    private @Nullable PreTouchThread preTouchThread;

    private int appendBytes = NO_APPEND;
    /** The only cycle that the append at hand may go into. */
    private int onlyCycle = ANY_CYCLE;

    private final OtherCycle otherCycle = new OtherCycle();

    private @Nullable DocumentContext document;
    private long lastIndex = -1;
    private boolean beganCycle;
    private @Nullable JournalException broken;
    private boolean closed;

    /**
     * Makes the journal when there is none, and sets it right when a writer or the machine has died.
     *
     * @param oldestCycle of this journal, which may go when there is no room
     * @param newestStamp reads when the newest event was appended; throws {@link DamageException} when that cannot be known
     */
    public Appender(
            JournalDirectory directory,
            WriterOptions options,
            NanoClock clock,
            Device device,
            Function<JournalIdentity, OldestCycle> oldestCycle,
            LongSupplier newestStamp) {
        Device created = options.durability().kind() == Durability.Kind.NONE ? Device.NONE : device;
        JvmFlags.check(directory);
        ChronicleAdapter.prepare();
        this.directory = directory;
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
            this.provisioner = closedLater(
                    opened,
                    new CycleProvisioner(directory, identity, roll, words, created, oldestCycle.apply(identity)));
            this.diskFull = new DiskFullPolicy(options, provisioner);
            this.clock = new AppendClock(directory, clock, signal, words, roll);
            this.watch = new JournalWatch(directory, identity, roll);
            this.lock =
                    new WriterLock(directory, words, slot, options.lockTimeout().toNanos(), this::lockTaken);
            this.queue = closedLater(opened, open(options, device, newestStamp));
            this.appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true); // one at a time, not the same for ever
            this.syncer = created == Device.NONE
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
                opened.forEach(Appender::close);
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

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            // what could not be opened is reported
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
    private SingleChronicleQueue open(WriterOptions options, Device device, LongSupplier newestStamp) {
        lock.lock();
        try {
            if (!slot.slots().isChecked()) {
                provisioner.mendAfterReboot(device, options.notice());
                slot.slots().checked();
            }
            watch.trust(new PreOpenCheck(directory).checkCycles());
            provisioner.completeCycles();
            clock.restore(newestStamp);
            provisioner.checkEnd(Cycles.at(roll, clock.stampMillis()));
            provisioner.moveConsumersBack(options.notice());
            SingleChronicleQueue opened = ChronicleAdapter.open(directory.path(), roll, clock::stampMillis);
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
            provisioner.clearLeftovers();
        }
        clock.tick();
        slot.held(clock.stampNanos());
        if (appendBytes != NO_APPEND) {
            long millis = clock.stampMillis();
            if (onlyCycle != ANY_CYCLE && Cycles.at(roll, millis) != onlyCycle) {
                throw otherCycle; // before its file is made
            }
            watch.check(millis, clock.nowNanos());
            provisioner.provide(Cycles.at(roll, millis), appendBytes);
        }
    }

    private DocumentContext checked(DocumentContext opened) {
        boolean same = false;
        try {
            watch.checkOpened();
            same = true;
            return opened;
        } finally {
            if (!same) {
                close(opened, false);
            }
        }
    }

    /** Asks the kernel for pages ahead, on a thread of its own; does nothing where there is no such call. */
    public void preTouchOnThread() {
        if (preTouchThread == null && PreTouchThread.AVAILABLE) {
            preTouchThread = new PreTouchThread();
        }
    }

    public Roll roll() {
        return roll;
    }

    /** Of the journal that is appended to. */
    public JournalIdentity identity() {
        return identity;
    }

    /** Has something brought to the device before each event that is appended from now on; at some levels of durability only. */
    public void syncBefore(Syncer.Before before) {
        if (syncer != null) {
            syncer.before(before);
        }
    }

    /**
     * The cycle in which an event would be appended now, or a little later.
     *
     * @throws IllegalStateException when it is closed
     */
    public int newestCycle() {
        checkOpen();
        return Cycles.at(roll, clock.nextMillis());
    }

    /** The cycle of the append at hand. Between {@link #begin} and {@link #end}. */
    public int cycle() {
        return Cycles.at(roll, clock.stampMillis());
    }

    /** What orders its appends. */
    WriterLock lock() {
        return lock;
    }

    /**
     * @throws IllegalStateException when it is closed: what it wrote to is unmapped
     * @throws JournalReplacedException when it is not the journal any more that was opened
     */
    public void checkSame() {
        checkOpen();
        identity.check();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("this writer of " + directory.path() + " is closed: open another one");
        }
    }

    /** Tries again what has found no room, as the options say. */
    public <T> T awaitRoom(JournalFullException first, Supplier<T> again) {
        return diskFull.awaitFor(first, again);
    }

    /**
     * Takes the lock, and finds room for an excerpt. When it returns, {@link #end} must follow.
     *
     * @return address of that many bytes, in one piece
     */
    public long begin(int bytes) {
        DocumentContext opened = open(bytes);
        boolean done = false;
        try {
            long at = room(opened, bytes);
            document = opened;
            done = true;
            return at;
        } finally {
            if (!done) {
                close(opened, false);
            }
        }
    }

    /**
     * Likewise, if the excerpt goes into the cycle of the last one that this writer appended.
     *
     * @return {@link #OTHER_CYCLE} when it would go into another one, or nothing was appended yet: then nothing has begun
     */
    public long beginInSameCycle(int bytes) {
        if (lastIndex < 0) {
            checkOpen();
            return OTHER_CYCLE;
        }
        onlyCycle = ExcerptIndex.cycle(lastIndex);
        try {
            return begin(bytes);
        } catch (OtherCycle e) {
            return OTHER_CYCLE;
        } finally {
            onlyCycle = ANY_CYCLE;
        }
    }

    /** An append would have gone into another cycle than it may. */
    private static final class OtherCycle extends JournalException {
        private static final long serialVersionUID = 1;

        private OtherCycle() {
            super("another cycle has begun");
            setStackTrace(new StackTraceElement[0]); // thrown again and again
        }
    }

    private DocumentContext open(int bytes) {
        checkOpen();
        if (broken != null) {
            throw broken;
        }
        if (syncer != null) {
            syncer.check();
        }
        appendBytes = bytes;
        try {
            return checked(appender.writingDocument());
        } catch (JournalFullException e) {
            return checked(diskFull.awaitFor(e, appender::writingDocument));
        } catch (JournalException e) {
            throw e;
        } catch (RuntimeException e) {
            throw cannotAppend(e);
        } finally {
            appendBytes = NO_APPEND;
        }
    }

    /** Address of that many writable bytes in one piece; an excerpt of up to a quarter of a block always is. */
    private long room(DocumentContext opened, int bytes) {
        Bytes<?> target = Objects.requireNonNull(opened.wire()).bytes();
        long start = target.writePosition();
        long at = target.addressForWrite(start);
        target.writeSkip(bytes);
        preTouch.at(at, start);
        if (preTouchThread != null) {
            preTouchThread.at(at, start);
        }
        return at;
    }

    /** When this append is, nanoseconds since the epoch. Between {@link #begin} and {@link #end}. */
    public long stampNanos() {
        return clock.stampNanos();
    }

    /**
     * Publishes what was written, or takes it back, and releases the lock.
     *
     * @param written whether all of it was written
     */
    public void end(boolean written) {
        DocumentContext opened = Objects.requireNonNull(document);
        document = null;
        if (written) {
            signal.lastAppendedNanos(clock.stampNanos());
        }
        close(opened, written);
    }

    /** An event whose publication has failed may have a number that must not be given again. */
    private void close(DocumentContext opened, boolean done) {
        try {
            if (!done) {
                opened.rollbackOnClose();
            }
            opened.close();
        } catch (RuntimeException | Error e) {
            broken = HalfwayAppend.perhapsAppended(directory.path(), e);
            throw broken;
        }
    }

    /**
     * Wakes readers, gives back the room of cycles that have ended, waits for the device: what follows once an excerpt is there.
     *
     * @return its index
     */
    public long ended() {
        long index = appender.lastIndexAppended();
        try {
            ended(index);
        } catch (JournalException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw HalfwayAppend.appended(directory.path(), index, e);
        }
        return index;
    }

    private void ended(long index) {
        signal.wakeSleepers();
        if (preTouchThread == null) {
            preTouch.provide();
        }
        if (lock.lost() != null) {
            throw new JournalException("the write lock of journal " + directory.path() + " was taken from this writer ("
                    + lock.lost() + " has it) while it appended 0x" + Long.toHexString(index)
                    + ": what lies there may be damaged; run sightlog verify");
        }
        beganCycle = lastIndex < 0 || ExcerptIndex.cycle(index) != ExcerptIndex.cycle(lastIndex);
        if (beganCycle) {
            CycleTrimmer.trim(directory, identity, roll, ExcerptIndex.cycle(index));
        }
        lastIndex = index;
        if (syncer != null) {
            syncer.appended(index);
        }
    }

    /** Whether the append that has ended was the first of its cycle, or of this writer. */
    public boolean beganCycle() {
        return beganCycle;
    }

    /** Index of the last excerpt, -1 before the first. */
    public long lastIndex() {
        return lastIndex;
    }

    /** Unmaps everything; a second time it does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (preTouchThread != null) {
            preTouchThread.close(); // before what it works on is unmapped
            preTouchThread = null;
        }
        appender.close();
        queue.close();
        if (lastIndex < 0) {
            // opening the queue has made closed files large again, and no append has cut them since
            clock.tick();
            CycleTrimmer.trim(directory, identity, roll, Cycles.at(roll, clock.stampMillis()));
        }
        provisioner.close();
        slot.close();
        words.close();
        try {
            if (syncer != null) {
                syncer.close();
            }
        } finally {
            signal.close();
            identity.close();
        }
    }
}
