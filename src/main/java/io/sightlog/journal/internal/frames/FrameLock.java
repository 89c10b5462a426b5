package io.sightlog.journal.internal.frames;

import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.NewFile;
import io.sightlog.journal.internal.os.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code frames/ID/PRODUCER.lock}, an empty file: its byte N is locked by the producer as long as it may write to its file N, or append
 * events that point into it. The kernel frees it when the process ends. It is there before the producer's first file, and until it
 * closes; a file whose lock is not there, or not held, is nobody's any more.
 *
 * <p>The files of frames themselves are not locked: whoever may read them could hold up those who may write. A process loses its locks of
 * a file when it closes any handle of it, so within this one a table is asked, under the monitor of {@link #OWN}.
 */
final class FrameLock implements Closeable {
    private static final Map<Object, FrameLock> OWN = new HashMap<>();

    private final Path file;
    private final Object key;
    private final AsynchronousFileChannel channel; // which an interrupt does not close
    private final Map<Long, FileLock> held = new HashMap<>();

    private FrameLock(Path file, Object key, AsynchronousFileChannel channel) {
        this.file = file;
        this.key = key;
        this.channel = channel;
    }

    /**
     * Makes it, and holds a file by it that is not made yet.
     *
     * @param file the lock, in a folder that is there
     * @param number of the first file
     */
    static FrameLock take(JournalDirectory journal, Path file, long number) throws IOException {
        synchronized (OWN) {
            FrameLock taken = null;
            while (taken == null) {
                make(journal, file);
                taken = tryTake(file, number);
            }
            return taken;
        }
    }

    private static void make(JournalDirectory journal, Path file) throws IOException {
        Path draft = file.resolveSibling(".draft-" + UUID.randomUUID());
        try {
            NewFile.createLocked(journal, draft);
            Disk.publish(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Null when somebody who prunes has deleted it before it was held. */
    private static @Nullable FrameLock tryTake(Path file, long number) throws IOException {
        Object key = key(file);
        if (key == null) {
            return null;
        }
        AsynchronousFileChannel channel;
        try {
            channel = AsynchronousFileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
        FrameLock taken = new FrameLock(file, key, channel);
        boolean done = false;
        try {
            taken.hold(number);
            done = key.equals(key(file));
        } finally {
            if (!done) {
                channel.close();
            }
        }
        if (done) {
            OWN.put(key, taken);
        }
        return done ? taken : null;
    }

    private static @Nullable Object key(Path file) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.fileKey() == null ? file.toAbsolutePath() : attributes.fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Whether its name still leads to it. */
    boolean isThere() throws IOException {
        return key.equals(key(file));
    }

    /** Holds one file more. */
    void hold(long number) throws IOException {
        synchronized (OWN) {
            FileLock lock = channel.tryLock(number, 1, false);
            if (lock == null) {
                throw new IOException("another process has locked it, which no producer does");
            }
            held.put(number, lock);
        }
    }

    /** Lets one go. */
    void release(long number) throws IOException {
        synchronized (OWN) {
            FileLock lock = held.remove(number);
            if (lock != null) {
                lock.release();
            }
        }
    }

    /**
     * Whether the producer of a file that is there has done with it. Once it has, that stays so: nobody takes up a file again.
     *
     * @param lock of its producer, which need not be there
     * @return false when that cannot be known, too
     */
    static boolean isFree(Path lock, long number) {
        synchronized (OWN) {
            try {
                Object key = key(lock);
                FrameLock own = key == null ? null : OWN.get(key);
                return own == null ? key == null || isFreeOfOthers(lock, number) : !own.held.containsKey(number);
            } catch (IOException | OverlappingFileLockException e) {
                return false; // also one of this process by way of another class loader
            }
        }
    }

    private static boolean isFreeOfOthers(Path lock, long number) throws IOException {
        try (FileChannel channel = open(lock)) {
            return channel.tryLock(number, 1, false) != null;
        } catch (NoSuchFileException e) {
            return true; // its producer has closed meanwhile
        }
    }

    private static FileChannel open(Path lock) throws IOException {
        return FileChannel.open(Disk.regular(lock), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes one that a producer that has died has left behind, with none of whose files anything is to be done any more. */
    static void removeLeft(Path lock) throws IOException {
        synchronized (OWN) {
            Object key = key(lock);
            if (key == null || OWN.containsKey(key)) {
                return;
            }
            try (FileChannel channel = open(lock)) {
                if (channel.tryLock() != null) {
                    Files.delete(lock);
                }
            } catch (NoSuchFileException | OverlappingFileLockException e) {
                // its producer has just closed, or is of another class loader
            }
        }
    }

    /** Lets all of them go, and removes it. */
    @Override
    public void close() throws IOException {
        synchronized (OWN) {
            OWN.remove(key);
            held.clear();
            try {
                if (isThere()) {
                    Files.delete(file);
                }
            } finally {
                channel.close();
            }
        }
    }
}
