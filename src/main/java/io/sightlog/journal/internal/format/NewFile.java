package io.sightlog.journal.internal.format;

import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.Listing;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the files and folders of a journal, empty, so that they are from the first byte on whose they should be. */
public final class NewFile {
    private static final Set<PosixFilePermission> PRIVATE_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> PRIVATE_FOLDER = PosixFilePermissions.fromString("rwx------");

    private NewFile() {}

    /**
     * Makes a file, with the owner, group and permissions of the journal.
     *
     * @throws IOException when those whom the journal belongs to could not use it; it is not there then
     */
    public static void create(JournalDirectory journal, Path file) throws IOException {
        Ownership ownership = Ownership.of(journal);
        create(file, ownership, ownership == null ? 0 : ownership.mode());
    }

    /** Likewise, one whose kernel locks order writers: who may only read does not get at it. */
    public static void createLocked(JournalDirectory journal, Path file) throws IOException {
        Ownership ownership = Ownership.of(journal);
        create(file, ownership, ownership == null ? 0 : Ownership.lockedMode(ownership.mode()));
    }

    /**
     * Makes {@code metadata.cq4t} under another name: the journal is its maker's, or root gives it to the owner of its directory.
     * Its group is that of the directory where it can be had.
     */
    public static void createMetadata(JournalDirectory journal, Path draft, Set<PosixFilePermission> permissions)
            throws IOException {
        create(draft, Ownership.ofDirectory(journal), Disk.bits(permissions));
    }

    /** A file that is nobody's but its maker's. */
    public static void createPrivate(Path file) throws IOException {
        if (Ownership.POSSIBLE) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PRIVATE_FILE));
        } else {
            Files.createFile(file);
        }
    }

    /** A folder that is nobody's but its maker's; one that is there stays as it is. */
    public static void createPrivateFolder(Path folder) throws IOException {
        makePrivate(folder);
    }

    private static void create(Path file, @Nullable Ownership ownership, int mode) throws IOException {
        if (ownership == null) {
            Files.createFile(file);
            return;
        }
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PRIVATE_FILE));
        boolean done = false;
        try {
            ownership.give(file, mode);
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * Makes a folder where there is none: that of a journal, or one in it. One that is there stays as it is.
     *
     * @param permissions of the files of a journal that is not made yet
     * @throws IOException when it cannot be made, or those whom the journal belongs to could not use it
     */
    public static void createFolder(JournalDirectory journal, Path folder, Set<PosixFilePermission> permissions)
            throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path above = folder.getParent();
        if (above != null) {
            Files.createDirectories(above);
        }
        if (!makePrivate(folder)) {
            return;
        }
        boolean done = false;
        try {
            Ownership ownership = Ownership.of(journal);
            if (ownership != null) {
                (ownership.isMade() ? ownership : ownership.withMode(Disk.bits(permissions))).giveFolder(folder);
            }
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(folder);
            }
        }
    }

    /** False when another was quicker. */
    private static boolean makePrivate(Path folder) throws IOException {
        try {
            if (Ownership.POSSIBLE) {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE_FOLDER));
            } else {
                Files.createDirectory(folder);
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw new NotDirectoryException(folder.toString());
            }
            return false;
        }
    }

    /**
     * Once the journal is made: what a consumer that came first has made for itself is for all whom the journal belongs to. Nothing
     * gets narrower, and what is another user's stays as it is.
     */
    public static void widen(JournalDirectory journal) throws IOException {
        Ownership ownership = Ownership.of(journal);
        if (ownership == null) {
            return;
        }
        int folder = Ownership.folderMode(ownership.mode());
        widen(journal.path(), folder);
        widen(journal.consumers(), folder);
        for (Path file : Listing.of(journal.consumers())) {
            boolean isLock = file.toString().endsWith(NameLock.SUFFIX);
            widen(file, isLock ? Ownership.lockedMode(ownership.mode()) : ownership.mode());
        }
    }

    private static void widen(Path file, int mode) throws IOException {
        int now = Ownership.Status.of(file).mode();
        if ((now | mode) != now) {
            try {
                Files.setAttribute(file, "unix:mode", now | mode);
            } catch (FileSystemException e) {
                // another user's: doctor names it
            }
        }
    }
}
