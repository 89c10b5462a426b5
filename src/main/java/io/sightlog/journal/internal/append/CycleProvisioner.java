package io.sightlog.journal.internal.append;

import io.sightlog.journal.DamageException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalFullException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.format.MetadataWords;
import io.sightlog.journal.internal.mend.ConsumersPastEnd;
import io.sightlog.journal.internal.mend.PartialWrites;
import io.sightlog.journal.internal.mend.PowerLossRepair;
import io.sightlog.journal.internal.os.Device;
import io.sightlog.journal.internal.os.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files under a writer: complete, with blocks for all that the library is about to write, and free of what dead writers left.
 * One a writer. Under the write lock only, but for {@link #dropOldest} and {@link #close}.
 */
final class CycleProvisioner implements AutoCloseable {
    private final JournalDirectory directory;
    private final JournalIdentity identity;
    private final Roll roll;
    private final MetadataWords words;
    private final Device device;
    private final OldestCycle oldest;
    private @Nullable CyclePreallocation preallocation;

    CycleProvisioner(
            JournalDirectory directory,
            JournalIdentity identity,
            Roll roll,
            MetadataWords words,
            Device device,
            OldestCycle oldest) {
        this.directory = directory;
        this.identity = identity;
        this.roll = roll;
        this.words = words;
        this.device = device;
        this.oldest = oldest;
    }

    /**
     * Makes sure that the library finds nothing it would wait for, rename, or fail to write an end mark to.
     *
     * @throws JournalException when there is no room, or no permission
     */
    void completeCycles() {
        uninterrupted(() -> {
            for (int cycle : NewCycle.incomplete(directory, roll)) {
                NewCycle.complete(directory, identity, roll, cycle, device);
            }
            provideEnds(Integer.MAX_VALUE);
            return null;
        });
    }

    /**
     * When the machine was started anew since somebody appended, or that is not known.
     *
     * @param keeping what is set right lasts, also when this writer's events need not
     */
    void mendAfterReboot(Device keeping, Consumer<String> notice) {
        uninterrupted(() -> {
            PowerLossRepair.mend(directory, roll, keeping, notice);
            return null;
        });
    }

    /** What those that have read events that are gone would take for read. */
    void moveConsumersBack(Consumer<String> notice) {
        uninterrupted(() -> {
            ConsumersPastEnd.moveBack(directory, identity, roll, notice);
            return null;
        });
    }

    /** @throws DamageException when readers would not find what is appended to a cycle */
    void checkEnd(int cycle) {
        uninterrupted(() -> {
            ReachableEnd.check(directory, roll, cycle);
            return null;
        });
    }

    /** After the death of a writer that held the lock. */
    void clearLeftovers() {
        uninterrupted(() -> {
            PartialWrites.clear(directory, identity, roll);
            return null;
        });
        if (preallocation != null) {
            preallocation.lookClosely();
        }
        completeCycles();
    }

    /** Back to the newest cycle that has ended. */
    private void provideEnds(int before) throws IOException {
        int[] cycles = directory.cycles(roll);
        boolean ended = false;
        for (int i = cycles.length - 1; i >= 0 && !ended; i--) {
            if (cycles[i] < before) {
                ended = CyclePreallocation.provideEnd(directory.cycleFile(roll, cycles[i]));
            }
        }
    }

    /**
     * Makes sure that the next append finds its cycle, and room in it.
     *
     * @throws JournalFullException when there is no room
     * @throws JournalException when the files cannot be written
     */
    void provide(int cycle, int bytes) {
        if (preallocation == null || preallocation.cycle() != cycle) {
            uninterrupted(() -> {
                begin(cycle);
                return null;
            });
        }
        if (preallocation != null) {
            try {
                preallocation.provide(bytes);
            } catch (IOException e) {
                throw cannotAppend(e);
            }
        }
    }

    private void begin(int cycle) throws IOException {
        provideEnds(cycle);
        if (NewCycle.complete(directory, identity, roll, cycle, device)) {
            words.changed();
        }
        CyclePreallocation next = CyclePreallocation.open(directory, roll, cycle);
        close();
        preallocation = next;
    }

    /**
     * Deletes the oldest cycle, if it has ended.
     *
     * @param unreadToo also when a named consumer has not read all of it
     * @return what was deleted, or null when there is none that may be
     */
    @Nullable
    Path dropOldest(boolean unreadToo) {
        return uninterrupted(() -> oldest.drop(unreadToo));
    }

    /** Whether {@link #dropOldest} would delete something. */
    boolean mayDropOldest() {
        try {
            return uninterrupted(() -> oldest.file(false)) != null;
        } catch (JournalException e) {
            return false;
        }
    }

    private interface Work {
        @Nullable
        Path run() throws IOException;
    }

    /** An interrupt would close the files we open. */
    private @Nullable Path uninterrupted(Work work) {
        boolean interrupted = Thread.interrupted();
        try {
            return work.run();
        } catch (IOException e) {
            throw cannotAppend(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private JournalException cannotAppend(IOException e) {
        return Disk.failure("cannot append to journal " + directory.path(), e);
    }

    @Override
    public void close() {
        if (preallocation != null) {
            preallocation.close();
            preallocation = null;
        }
    }
}
