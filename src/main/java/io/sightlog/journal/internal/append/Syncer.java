package io.sightlog.journal.internal.append;

import io.sightlog.journal.Durability;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.format.Signal;
import io.sightlog.journal.internal.os.Device;
import io.sightlog.journal.internal.os.IoReason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Brings what a writer appends to the device: on the writer's thread before an append returns, or every so often on a thread of
 * its own. An error of the device is final: the kernel may have given up the pages, and a second try would not show it.
 */
public final class Syncer implements AutoCloseable {
    private static final long NOTHING = -1;

    private final JournalDirectory directory;
    private final JournalIdentity identity;
    private final Roll roll;
    private final Signal signal;
    private final Device device;
    private final @Nullable Thread thread;
    private final long intervalNanos;

    private volatile long appended = NOTHING;
    private volatile boolean closed;
    private volatile Before before = () -> {};
    private volatile @Nullable IOException failure;

    private long synced = NOTHING;
    private @Nullable RandomAccessFile file;

    /** What has to be on the device before the events are. */
    public interface Before {
        void sync() throws IOException;
    }

    /** Begins; what other writers appended to these cycles before is made durable with the first append. */
    Syncer(
            JournalDirectory directory,
            JournalIdentity identity,
            Roll roll,
            Signal signal,
            Durability durability,
            Device device) {
        this.directory = directory;
        this.identity = identity;
        this.roll = roll;
        this.signal = signal;
        this.device = device;
        this.intervalNanos = durability.interval().toNanos();
        if (durability.kind() == Durability.Kind.INTERVAL) {
            thread = new Thread(this::run, "durability");
            thread.setDaemon(true);
            thread.start();
        } else {
            thread = null;
        }
    }

    /** Has something synced before events are that were appended after this. */
    void before(Before other) {
        before = other;
    }

    /** @throws JournalException when the device has failed */
    void check() {
        IOException failed = failure;
        if (failed != null) {
            throw new JournalException(
                    "the device of journal " + directory.path() + " has failed to keep what was appended after "
                            + (signal.durable() < 0 ? "the beginning" : new Position(signal.durable(), 0).toString())
                            + ": " + IoReason.of(failed)
                            + "; look after the device, then append with a new writer",
                    failed);
        }
    }

    /**
     * An excerpt was appended.
     *
     * @throws JournalException when it is there, and the device could not keep it
     */
    void appended(long index) {
        appended = index;
        if (thread == null) {
            sync();
            check();
        }
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(this, intervalNanos);
            if (failure == null) {
                sync();
            }
        }
    }

    /** On one thread at a time. */
    private void sync() {
        long index = appended;
        if (index == synced) {
            return;
        }
        boolean interrupted = Thread.interrupted(); // which would close a directory while we wait for it
        try {
            before.sync(); // all that belongs to what was appended up to that index is written by now
            if (synced == NOTHING || ExcerptIndex.cycle(index) != ExcerptIndex.cycle(synced)) {
                syncUpTo(ExcerptIndex.cycle(index));
            }
            RandomAccessFile current = file;
            if (current != null) {
                device.sync(current, directory.cycleFile(roll, ExcerptIndex.cycle(index)));
            }
            synced = index;
            signal.durable(index);
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException | Error e) { // also one that would end the thread, and with it all durability
            failure = new IOException(String.valueOf(e), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A cycle begins for us: the ones before it, their ends, the list of them, and its name. */
    private void syncUpTo(int cycle) throws IOException {
        int first = synced == NOTHING
                ? signal.durable() < 0 ? 0 : ExcerptIndex.cycle(signal.durable())
                : ExcerptIndex.cycle(synced);
        for (int older : directory.cycles(roll)) {
            if (older >= first && older < cycle) {
                device.sync(directory.cycleFile(roll, older));
            }
        }
        if (file != null) {
            file.close();
        }
        Path path = directory.cycleFile(roll, cycle);
        file = new RandomAccessFile(path.toFile(), "r");
        device.sync(directory.metadata());
        device.syncDirectory(directory.path());
        try {
            identity.check(); // all of these were opened by name
        } catch (JournalException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Makes durable what is not yet. */
    @Override
    public void close() {
        closed = true;
        if (thread != null) {
            LockSupport.unpark(thread);
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join(TimeUnit.SECONDS.toMillis(1));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure == null) {
                sync();
            }
        }
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            failure = e;
        }
        check();
    }
}
