package io.sightlog.journal.internal.frames;

import io.sightlog.event.JournalId;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.Listing;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a journal has in {@code frames/}, of whatever journal's id. Links in it are not followed. */
public final class FrameFolder {
    private final JournalDirectory directory;

    public FrameFolder(JournalDirectory directory) {
        this.directory = directory;
    }

    /**
     * A file of kept frames.
     *
     * @param bytes its size
     * @param diskBytes what it takes on disk
     * @param lastCycle the last cycle of whose events one may point into it; {@link Integer#MAX_VALUE} when that is not known
     * @param problem what is wrong with it, null when nothing is
     */
    public record Entry(
            FrameName name,
            long bytes,
            long diskBytes,
            int lastCycle,
            @Nullable String problem) {}

    /**
     * All files of frames.
     *
     * @throws FileAccessException when they cannot be listed, or one cannot be read
     */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (Path file : list()) {
            FrameName name = name(file);
            Entry entry = name == null ? null : entry(name);
            if (entry != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    /** Those that are none, nor locks or drafts: files of others, links, folders, relative to the journal's directory. */
    public List<Path> others() {
        List<Path> others = new ArrayList<>();
        for (Path file : list()) {
            String name = file.getFileName().toString();
            boolean isFile = Files.isRegularFile(directory.path().resolve(file), LinkOption.NOFOLLOW_LINKS);
            boolean isKnown = name.startsWith(".") || FrameName.isLock(name) || name(file) != null;
            if (!isKnown || !isFile) {
                others.add(file);
            }
        }
        return others;
    }

    /** Everything in the folders of ids, and what else is beside these, relative to the journal's directory. */
    private List<Path> list() {
        List<Path> files = new ArrayList<>();
        Path folder = directory.frames();
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                    files.add(relative(folder));
                }
                return files;
            }
            for (Path of : Listing.of(folder)) {
                boolean isOfJournal = id(of) != null && Files.isDirectory(of, LinkOption.NOFOLLOW_LINKS);
                for (Path file : isOfJournal ? Listing.of(of) : List.of(of)) {
                    files.add(relative(file));
                }
            }
            return files;
        } catch (NoSuchFileException e) {
            return files; // deleted meanwhile
        } catch (IOException e) {
            throw FileAccessException.of("cannot list " + folder, e);
        }
    }

    private Path relative(Path file) {
        return directory.path().relativize(file);
    }

    private static @Nullable JournalId id(Path folder) {
        try {
            return JournalId.parse(folder.getFileName().toString());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Null when it is not the name of a file of frames. */
    private static @Nullable FrameName name(Path file) {
        Path folder = file.getParent();
        JournalId id = file.getNameCount() == 3 && folder != null ? id(folder) : null;
        return id == null ? null : FrameName.of(id, file.getFileName().toString());
    }

    /**
     * One of those that were listed, whose folders are none that a link leads to. No more than its header is read.
     *
     * @return null when it is not there any more
     */
    @Nullable
    Entry entry(FrameName name) {
        boolean interrupted = Thread.interrupted(); // which would close the file
        try {
            return look(name);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private @Nullable Entry look(FrameName name) {
        Path path = directory.path().resolve(name.path());
        try (FileChannel file =
                FileChannel.open(Disk.regular(path), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            byte[] header = FrameStore.header(file);
            String problem = FrameHeader.problem(header, name);
            if (problem != null) {
                header = FrameStore.header(file); // it may have been written to just now
                problem = FrameHeader.problem(header, name);
            }
            int lastCycle = problem == null ? FrameHeader.lastCycle(header) : Integer.MAX_VALUE;
            return new Entry(name, file.size(), Disk.bytesOnDisk(path), lastCycle, problem);
        } catch (NoSuchFileException e) {
            return null;
        } catch (AccessDeniedException e) {
            return new Entry(name, 0, Disk.bytesOnDisk(path), Integer.MAX_VALUE, "permission denied");
        } catch (IOException e) {
            if (Disk.isNoFile(e)) {
                return new Entry(name, 0, 0, Integer.MAX_VALUE, Disk.NO_FILE);
            }
            throw FileAccessException.of("cannot read " + path, e);
        }
    }

    /** Whether its producer has done with a file; false as well when that cannot be known. */
    public boolean isFree(FrameName name) {
        return FrameLock.isFree(directory.path().resolve(name.lock()), name.file());
    }

    /** The locks that producers which have died have left, and with which no file is left. */
    List<Path> leftLocks() {
        List<Path> locks = new ArrayList<>();
        List<Path> all = list();
        for (Path file : all) {
            if (file.getNameCount() == 3 && FrameName.isLock(file.getFileName().toString())) {
                locks.add(file);
            }
        }
        for (Path file : all) {
            FrameName name = name(file);
            if (name != null) {
                locks.remove(name.lock());
            }
        }
        return locks;
    }
}
