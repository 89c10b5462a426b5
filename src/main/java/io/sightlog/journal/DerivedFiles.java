package io.sightlog.journal;

import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.NewFile;
import io.sightlog.journal.internal.format.Ownership;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.Listing;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Files that are made from the events of a journal and can be deleted at any time, since they are made again: in a folder of the
 * journal, with its owner, group and permissions, or in a private one elsewhere. No link is followed for one of them. Any thread, any
 * number of processes: each file is there as a whole, or not at all.
 *
 * <p>Nothing is synced: a file that a loss of power has torn is told by its checksum, and made again.
 */
public final class DerivedFiles {
    private static final String DRAFT = ".draft-";
    private static final long OLD_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final JournalDirectory journal;
    private final Path folder;
    private final boolean isInJournal;

    DerivedFiles(JournalDirectory journal, Path folder, boolean isInJournal) {
        this.journal = journal;
        this.folder = folder.toAbsolutePath().normalize();
        this.isInJournal = isInJournal;
    }

    /** What a file is filled with. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it, from byte 0 on. */
        void writeTo(FileChannel file) throws IOException;
    }

    /** Whether a file of this name in the folder is {@link #putPrivate private}: no one but its maker is to use it. */
    public static boolean isPrivate(String name) {
        return JournalDirectory.isPrivate(name);
    }

    /** The folder, which may not be there yet. */
    public Path folder() {
        return folder;
    }

    /**
     * The names of the files there are, without drafts, in no order.
     *
     * @throws FileAccessException when they cannot be listed
     */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        try {
            for (Path file : Listing.of(folder)) {
                String name = file.getFileName().toString();
                if (!name.startsWith(".")) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return names;
        } catch (IOException e) {
            throw FileAccessException.of("cannot list " + folder, e);
        }
        return names;
    }

    /**
     * Opens a file for reading. An interrupt does not close it.
     *
     * @return the caller's, to be closed
     * @throws NoSuchFileException when it is not there
     * @throws IOException when it cannot be opened, or is a link, or no file
     */
    public RandomAccessFile open(String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(file.toString());
        }
        return new RandomAccessFile(Disk.regular(file).toFile(), "r");
    }

    /**
     * Makes a file, or puts another in the place of one: written beside it, and renamed.
     *
     * @throws FileAccessException when it cannot be written; what was there is there still
     */
    public void put(String name, Content content) {
        put(name, content, isInJournal);
    }

    /**
     * Likewise, a file that no other user can read.
     *
     * @param name see {@link #isPrivate}
     * @throws FileAccessException when it cannot be written; what was there is there still
     */
    public void putPrivate(String name, Content content) {
        if (!isPrivate(name)) {
            throw new IllegalArgumentException(name + " is no name of a private file");
        }
        put(name, content, false);
    }

    /**
     * What is in a private file that this user has made.
     *
     * @param most bytes that are read of it
     * @return null when there is none, when it is another user's, or when others can read or write it
     * @throws FileAccessException when it cannot be looked at
     */
    public byte @Nullable [] readPrivate(String name, int most) {
        Path file = folder.resolve(name);
        try (RandomAccessFile opened = open(name)) {
            if (!Ownership.isPrivate(file)) {
                return null;
            }
            byte[] content = new byte[(int) Math.min(most, opened.length())];
            opened.readFully(content);
            return content;
        } catch (NoSuchFileException | AccessDeniedException | FileNotFoundException e) {
            return null;
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + file, e);
        }
    }

    /**
     * Makes a file and deletes it.
     *
     * @throws FileAccessException when none can be made
     */
    public void tryToWrite() {
        Path draft = folder.resolve(DRAFT + UUID.randomUUID());
        try {
            makeFolder();
            create(draft, isInJournal);
            Files.delete(draft);
        } catch (IOException e) {
            throw FileAccessException.of("cannot write into " + folder, e);
        }
    }

    private void put(String name, Content content, boolean isOfJournal) {
        Path file = folder.resolve(name);
        Path draft = folder.resolve(DRAFT + UUID.randomUUID());
        try {
            makeFolder();
            create(draft, isOfJournal);
            try {
                try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                    content.writeTo(channel);
                }
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw FileAccessException.of("cannot write " + file, e);
        }
    }

    /**
     * Deletes a file; one that is not there is as good.
     *
     * @throws FileAccessException when it cannot be deleted
     */
    public void delete(String name) {
        try {
            Files.deleteIfExists(folder.resolve(name));
        } catch (IOException e) {
            throw FileAccessException.of("cannot delete " + folder.resolve(name), e);
        }
    }

    /** Deletes what processes that died an hour ago or longer have left half written. */
    public void deleteOldDrafts() {
        long old = System.currentTimeMillis() - OLD_MILLIS;
        try {
            for (Path file : Listing.of(folder)) {
                if (file.getFileName().toString().startsWith(DRAFT)
                        && Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                                        .toMillis()
                                < old) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            // another has deleted it, or nobody may: doctor names it
        }
    }

    /**
     * A file without a name, for what has no room in memory: gone with who has it open. It lies in the folder, or where the system keeps
     * temporary files when that cannot be written.
     *
     * @return the caller's, to be closed
     * @throws FileAccessException when there is no place for it
     */
    public RandomAccessFile scratch() {
        try {
            makeFolder();
            return scratch(folder);
        } catch (IOException e) {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
            try {
                return scratch(temporary);
            } catch (IOException again) {
                again.addSuppressed(e);
                throw FileAccessException.of("cannot make a temporary file in " + folder + " or " + temporary, again);
            }
        }
    }

    private RandomAccessFile scratch(Path in) throws IOException {
        Path file = in.resolve(DRAFT + UUID.randomUUID());
        NewFile.createPrivate(file);
        RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw");
        try {
            Files.delete(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit(); // where an open file keeps its name
        }
        return opened;
    }

    private void makeFolder() throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && isInJournal) {
            throw new NotDirectoryException(folder + " is a link, or no folder");
        }
        if (isInJournal) {
            NewFile.createFolder(journal, folder, WriterOptions.DEFAULT.permissions());
        } else if (!Files.isDirectory(folder)) {
            Path above = folder.getParent();
            if (above != null) {
                Files.createDirectories(above);
            }
            NewFile.createPrivateFolder(folder);
        }
    }

    private void create(Path file, boolean isOfJournal) throws IOException {
        if (isOfJournal) {
            NewFile.create(journal, file);
        } else {
            NewFile.createPrivate(file);
        }
    }
}
