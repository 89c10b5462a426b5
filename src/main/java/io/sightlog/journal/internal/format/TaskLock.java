package io.sightlog.journal.internal.format;

import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.IoReason;
import io.sightlog.journal.internal.os.KernelLocks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps two processes from doing the same to a journal: the kernel's lock of {@code .NAME.lock}, an empty file in its directory that
 * those cannot open who may only read. The kernel frees it when the process ends; the file stays.
 */
public final class TaskLock implements AutoCloseable {
    /** Held by this process, which would lose a lock if it closed any other handle of its file. */
    private static final Map<Path, TaskLock> HELD = new HashMap<>();

    private final Path file;
    private final FileChannel channel;

    private TaskLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * @param name letters, digits and dashes
     * @param task what nobody else may do meanwhile, as a sentence begins: "receiving topic t"
     * @throws JournalException when another one does it, naming its process
     */
    public static TaskLock hold(JournalDirectory journal, String name, String task) {
        boolean interrupted = Thread.interrupted(); // which would close the channel, and with it drop the lock
        try {
            Path file = journal.path().toRealPath().resolve("." + name + ".lock");
            synchronized (HELD) {
                if (HELD.containsKey(file)) {
                    throw busy(
                            journal, task, "process " + ProcessHandle.current().pid());
                }
                TaskLock held = new TaskLock(file, locked(journal, file, task));
                HELD.put(file, held);
                return held;
            }
        } catch (IOException e) {
            throw new JournalException(
                    "cannot lock journal " + journal.path() + " for " + task + ": " + IoReason.of(e), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static FileChannel locked(JournalDirectory journal, Path file, String task) throws IOException {
        FileChannel channel = NameLock.open(journal, Disk.regular(file));
        boolean done = false;
        try {
            if (channel.tryLock() == null) {
                KernelLocks.Holder holder = KernelLocks.of(file, 0);
                throw busy(journal, task, holder == null ? "another process" : holder.describe());
            }
            done = true;
            return channel;
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    private static JournalException busy(JournalDirectory journal, String task, String who) {
        return new JournalException(who + " is " + task + " into " + journal.path() + " already: stop that one");
    }

    @Override
    public void close() {
        synchronized (HELD) {
            HELD.remove(file, this);
            try {
                channel.close();
            } catch (IOException e) {
                throw new JournalException("cannot close " + file + ": " + IoReason.of(e), e);
            }
        }
    }
}
