package io.sightlog.journal.internal.frames;

import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.os.Beneath;
import io.sightlog.journal.internal.os.IoReason;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Deletes files of kept frames once the last cycle that may point into them is gone, and their producer has done with them. A death in
 * the middle leaves some of them, for the next one.
 */
public final class FramePruning {
    private final JournalDirectory directory;
    private final @Nullable JournalIdentity identity;
    private final FrameFolder folder;

    /** @param identity of the journal that is meant, null when that is not known */
    public FramePruning(JournalDirectory directory, @Nullable JournalIdentity identity) {
        this.directory = directory;
        this.identity = identity;
        this.folder = new FrameFolder(directory);
    }

    /**
     * Deletes what nothing points at.
     *
     * @param oldestCycle that is left
     * @throws JournalException when one cannot be deleted
     */
    public void delete(int oldestCycle) {
        for (FrameFolder.Entry entry : folder.entries()) {
            if (entry.lastCycle() < oldestCycle && folder.isFree(entry.name()) && isStillBefore(entry, oldestCycle)) {
                delete(entry.name().path());
            }
        }
        for (Path lock : folder.leftLocks()) {
            removeLock(lock);
        }
    }

    /** Its producer may have raised it before it let go. */
    private boolean isStillBefore(FrameFolder.Entry entry, int oldestCycle) {
        FrameFolder.Entry now = folder.entry(entry.name());
        return now != null && now.lastCycle() < oldestCycle;
    }

    private void delete(Path file) {
        try {
            if (identity != null) {
                identity.check();
            }
            Beneath.delete(directory.path(), file);
        } catch (NoSuchFileException e) {
            // another was quicker
        } catch (IOException e) {
            throw new JournalException("cannot delete " + directory.path().resolve(file) + ": " + IoReason.of(e), e);
        }
    }

    private void removeLock(Path lock) {
        try {
            FrameLock.removeLeft(directory.path().resolve(lock));
        } catch (IOException e) {
            // it is empty, and harms nobody
        }
    }
}
