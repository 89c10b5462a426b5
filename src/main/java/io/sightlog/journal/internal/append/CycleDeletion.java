package io.sightlog.journal.internal.append;

import io.sightlog.journal.JournalException;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.format.MetadataWords;
import io.sightlog.journal.internal.format.PrunedLog;
import io.sightlog.journal.internal.os.IoReason;
import io.sightlog.journal.internal.read.CycleFile;
import io.sightlog.journal.internal.read.EndedCycle;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes cycles that have ended, each under the write lock and only while it is the oldest one, and writes it into the
 * {@link PrunedLog} before. A death in the middle leaves nothing half done.
 */
public final class CycleDeletion {
    private final JournalDirectory directory;
    private final @Nullable JournalIdentity identity;
    private final MetadataWords words;
    private final NanoClock clock;

    /** @param identity of the journal that is meant, null when that is not known */
    public CycleDeletion(
            JournalDirectory directory, @Nullable JournalIdentity identity, MetadataWords words, NanoClock clock) {
        this.directory = directory;
        this.identity = identity;
        this.words = words;
        this.clock = clock;
    }

    /**
     * Deletes files, the oldest first.
     *
     * @return how many were deleted; less when another process was quicker
     * @throws JournalException when one cannot be deleted, or a writer holds the write lock for seconds; what has gone by then has
     *     gone
     */
    public int delete(List<Path> files) {
        int deleted = 0;
        for (Path file : files) {
            // held open until the lock is free again: giving back the blocks of a large file takes its time
            try (FileChannel kept = FileChannel.open(file, StandardOpenOption.READ)) {
                if (kept.isOpen() && delete(file)) {
                    deleted++;
                }
            } catch (NoSuchFileException e) {
                // another was quicker
            } catch (IOException e) {
                throw new JournalException("cannot delete " + file + ": " + IoReason.of(e), e);
            }
        }
        return deleted;
    }

    private boolean delete(Path path) throws IOException {
        PrunedLog.Entry entry;
        int number = Cycles.named(words.roll(), path.getFileName().toString()).orElse(-1);
        try (CycleFile file = CycleFile.tryOpen(path, number)) {
            entry = file == null ? null : EndedCycle.entry(file, clock.nanos());
        }
        if (entry == null) {
            return false;
        }
        words.lock();
        try {
            return deleteOldest(entry);
        } finally {
            words.unlock();
        }
    }

    /** Under the write lock. */
    private boolean deleteOldest(PrunedLog.Entry entry) throws IOException {
        int[] cycles = directory.cycles(words.roll());
        if (cycles.length < 2 || cycles[0] != entry.cycle()) {
            return false;
        }
        try (DirectoryStream<Path> held = Files.newDirectoryStream(directory.path())) {
            if (identity != null) {
                identity.check();
            }
            PrunedLog.add(directory, entry);
            delete(directory.cycleFile(words.roll(), entry.cycle()), held);
        }
        words.oldestIs(cycles[1]);
        return true;
    }

    /** In the directory that is held open, where that is possible: then it cannot be another one's file. */
    private static void delete(Path file, DirectoryStream<Path> directory) throws IOException {
        if (directory instanceof SecureDirectoryStream<Path> secure) {
            secure.deleteFile(file.getFileName());
        } else {
            Files.delete(file);
        }
    }
}
