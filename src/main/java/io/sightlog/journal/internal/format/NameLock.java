package io.sightlog.journal.internal.format;

import io.sightlog.journal.internal.os.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What keeps two consumers of one name apart: the kernel's lock of {@code consumers/NAME.lock}, an empty file that those cannot
 * open who may only read. The position itself, which they may read, is locked as well for the sake of older versions, which
 * lock only that; a reader's lock there keeps nobody out.
 */
final class NameLock implements AutoCloseable {
    static final String SUFFIX = ".lock";

    private final FileChannel channel;

    private NameLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes both.
     *
     * @param file the name's lock
     * @param position the position, open
     * @return null when another process has one of them
     * @throws java.nio.channels.OverlappingFileLockException when this process has
     */
    static @Nullable NameLock tryLock(JournalDirectory journal, Path file, FileChannel position) throws IOException {
        FileChannel channel = open(journal, file);
        NameLock held = null;
        try {
            boolean both = channel.tryLock() != null && tryLock(position) != null;
            held = both ? new NameLock(channel) : null;
        } finally {
            if (held == null) {
                channel.close();
            }
        }
        return held;
    }

    private static @Nullable FileLock tryLock(FileChannel position) throws IOException {
        FileLock alone = position.tryLock();
        return alone != null ? alone : position.tryLock(0, Long.MAX_VALUE, true);
    }

    /** Opens the file of a lock, which is made when it is not there. */
    static FileChannel open(JournalDirectory journal, Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            make(journal, file);
        }
        Ownership.narrow(file);
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
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

    /** Deletes the position, and then the file of this lock, while it is held. */
    void deleteWith(Path position, Path file) throws IOException {
        if (!channel.isOpen()) {
            throw new IllegalStateException("the lock " + file + " is not held");
        }
        Files.delete(position);
        Files.deleteIfExists(file);
    }

    /** Gives it back. After the position is closed, which gives back that one's lock: who gets this one finds none there. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
