package io.sightlog.journal.internal.format;

import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalReplacedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * A random id for the journal that is in a directory now, and another one for the journal that takes its place: what
 * {@link JournalIdentity} sees, for those who cannot hold one themselves. Keeps the directory and its {@code metadata.cq4t} open, so that
 * their inodes are not given to others. Any thread.
 */
public final class JournalGeneration implements AutoCloseable {
    private final JournalDirectory directory;
    private @Nullable JournalIdentity identity;
    private @Nullable FileChannel metadata;
    private String id = "";

    public JournalGeneration(JournalDirectory directory) {
        this.directory = directory;
    }

    /**
     * Of the journal that is there now.
     *
     * @return 16 hex digits; null while there is none
     * @throws FileAccessException when it cannot be known
     * @throws JournalReplacedException when it is being replaced; ask again
     */
    public synchronized @Nullable String id() {
        if (identity == null || !identity.isSame()) {
            close();
            open();
        }
        return identity == null ? null : id;
    }

    private void open() {
        JournalIdentity opened = JournalIdentity.tryOpen(directory);
        if (opened == null) {
            return;
        }
        identity = opened;
        boolean isOpen = false;
        try {
            metadata = FileChannel.open(directory.metadata(), StandardOpenOption.READ);
            opened.check();
            id = Long.toHexString(new SecureRandom().nextLong() | Long.MIN_VALUE);
            isOpen = true;
        } catch (NoSuchFileException e) {
            throw JournalIdentity.replaced(directory.path(), "there is no metadata.cq4t", e);
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + directory.metadata(), e);
        } finally {
            if (!isOpen) {
                close();
            }
        }
    }

    @Override
    public synchronized void close() {
        if (identity != null) {
            identity.close();
            identity = null;
        }
        try {
            if (metadata != null) {
                metadata.close();
            }
        } catch (IOException e) {
            // it was opened to be held, and nothing was written to it
        } finally {
            metadata = null;
        }
    }
}
