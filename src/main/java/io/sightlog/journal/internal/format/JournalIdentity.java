package io.sightlog.journal.internal.format;

import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReplacedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which directory, and which {@code metadata.cq4t} in it, is open: by device and inode, so that whoever opens, makes or deletes a
 * file by name can see that the path still leads to that journal, and not to another one that has taken its place.
 *
 * <p>Keeps the directory open until it is closed, so that its inode is not given to another one. Whoever uses it keeps
 * {@code metadata.cq4t} open or mapped. Where files have no such key (elsewhere than on Unix) it never sees a difference. Any thread.
 */
public final class JournalIdentity implements AutoCloseable {
    private final JournalDirectory directory;
    private final @Nullable Object directoryKey;
    private final @Nullable Object metadataKey;
    private final @Nullable FileChannel held;

    private JournalIdentity(
            JournalDirectory directory,
            @Nullable Object directoryKey,
            @Nullable Object metadataKey,
            @Nullable FileChannel held) {
        this.directory = directory;
        this.directoryKey = directoryKey;
        this.metadataKey = metadataKey;
        this.held = held;
    }

    /**
     * Of the journal that is there now. Open its files after this, and {@link #check} before they are used.
     *
     * @return null while there is none
     * @throws JournalException when it cannot be known
     */
    static @Nullable public JournalIdentity tryOpen(JournalDirectory directory) {
        FileChannel held = null;
        boolean done = false;
        try {
            Object metadata = key(directory.metadata());
            held = hold(directory.path());
            JournalIdentity opened = new JournalIdentity(directory, key(directory.path()), metadata, held);
            done = true;
            return opened;
        } catch (NoSuchFileException e) {
            if (Files.isRegularFile(directory.path())) { // newer JDKs say of what is below a file that it is not there
                throw notRead(
                        directory, new NotDirectoryException(directory.path().toString()));
            }
            return null;
        } catch (IOException e) {
            throw notRead(directory, e);
        } finally {
            if (!done) {
                close(held);
            }
        }
    }

    private static FileAccessException notRead(JournalDirectory directory, IOException e) {
        return FileAccessException.of("cannot read journal " + directory.path() + ": metadata.cq4t", e);
    }

    /**
     * Likewise, of one that was there just now.
     *
     * @throws JournalReplacedException when it is not there any more
     */
    public static JournalIdentity open(JournalDirectory directory) {
        JournalIdentity opened = tryOpen(directory);
        if (opened == null) {
            throw replaced(directory.path(), "no journal is there", null);
        }
        return opened;
    }

    /** A directory can be opened for reading on Unix alone; without that its inode could be given to another one. */
    private static @Nullable FileChannel hold(Path directory) {
        try {
            return FileChannel.open(directory, StandardOpenOption.READ);
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /**
     * Whether its path leads to it still.
     *
     * @throws FileAccessException when that cannot be known
     */
    public boolean isSame() {
        try {
            check();
            return true;
        } catch (JournalReplacedException e) {
            return false;
        }
    }

    /**
     * @throws JournalReplacedException when its path leads to something else, or to nothing
     * @throws JournalException when that cannot be known
     */
    public void check() {
        try {
            if (!Objects.equals(directoryKey, key(directory.path()))) {
                throw replaced(directory.path(), "something else is there", null);
            }
            if (!Objects.equals(metadataKey, key(directory.metadata()))) {
                throw replaced(directory.path(), "its metadata.cq4t is another file", null);
            }
        } catch (NoSuchFileException e) {
            boolean isThere = Files.isDirectory(directory.path());
            throw replaced(directory.path(), isThere ? "there is no metadata.cq4t" : "no directory is there", e);
        } catch (IOException e) {
            throw FileAccessException.of(
                    "cannot see whether " + directory.path() + " is the journal that was opened", e);
        }
    }

    /** What to throw when it is not the same any more. */
    public static JournalReplacedException replaced(Path directory, String what, @Nullable Throwable cause) {
        return new JournalReplacedException(
                "the journal at " + directory + " was replaced, moved or removed since it was opened (" + what
                        + " now): open it again",
                cause);
    }

    @Override
    public void close() {
        close(held);
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // it was opened to be held, and nothing was written to it
        }
    }
}
