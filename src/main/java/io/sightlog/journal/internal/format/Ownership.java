package io.sightlog.journal.internal.format;

import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.internal.os.Proc;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whose the files of a journal are: every file that is made in it gets owner, group and permissions of {@code metadata.cq4t},
 * whoever makes it and whatever the umask. Where that is not possible, and those whom the journal belongs to could not go on
 * with the file, it is not made.
 *
 * <p>A journal that has no {@code metadata.cq4t} yet is private. Root gives what it makes there to the owner of the directory.
 *
 * @param like what they are like: {@code metadata.cq4t}, or the journal's directory
 * @param uid number of their owner
 * @param gid number of their group
 * @param mode permissions of files, as {@code chmod} counts them
 * @param isMade whether the journal has its {@code metadata.cq4t}
 */
public record Ownership(Path like, int uid, int gid, int mode, boolean isMade) {
    /** False where files have no owners: then nothing is done. */
    static final boolean POSSIBLE =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    private static final int SET_GROUP_ID = 02000;
    private static final int PRIVATE = 0600;

    /** Null where files have no owners, or the journal's directory is not there yet. */
    static @Nullable Ownership of(JournalDirectory journal) throws IOException {
        Ownership made = of(journal.metadata(), true);
        return made == null ? ofDirectory(journal) : made;
    }

    /** As if it had no {@code metadata.cq4t} yet. */
    static @Nullable Ownership ofDirectory(JournalDirectory journal) throws IOException {
        return of(journal.path(), false);
    }

    private static @Nullable Ownership of(Path like, boolean isMade) throws IOException {
        if (!POSSIBLE) {
            return null;
        }
        try {
            Status now = Status.of(like);
            return new Ownership(like, now.uid, now.gid, isMade ? now.mode & 0666 : PRIVATE, isMade);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** What a file has. */
    record Status(int uid, int gid, int mode) {
        /** @throws FileAccessException when it is there, and that cannot be asked */
        static Status of(Path file, LinkOption... options) throws IOException {
            try {
                Map<String, Object> all = Files.readAttributes(file, "unix:uid,gid,mode", options);
                return new Status(number(all, "uid"), number(all, "gid"), number(all, "mode") & 07777);
            } catch (NoSuchFileException e) {
                throw e;
            } catch (IOException e) {
                throw FileAccessException.of("cannot look at " + file, e);
            }
        }

        private static int number(Map<String, Object> all, String name) {
            return (Integer) Objects.requireNonNull(all.get(name));
        }
    }

    /** Whether a file is this process's user's, and nobody else's; where files have no owners it is. */
    public static boolean isPrivate(Path file) throws IOException {
        if (!POSSIBLE) {
            return true;
        }
        Status now = Status.of(file, LinkOption.NOFOLLOW_LINKS);
        Proc.User user = Proc.user();
        return (now.mode & 0077) == 0 && (user == null || user.uid() == now.uid);
    }

    /** The same owner and group, with other permissions. */
    Ownership withMode(int other) {
        return new Ownership(like, uid, gid, other, isMade);
    }

    /** Without reading for those who may not write: of files whose kernel locks order writers. */
    static int lockedMode(int mode) {
        return mode & ~((~mode & 0222) << 1);
    }

    /** Of a folder whose files have these: who may read may search. */
    static int folderMode(int mode) {
        return mode | (mode & 0444) >> 2;
    }

    /**
     * Looks whether this process can make files that those can use whom the journal belongs to, before anything is written.
     *
     * @param folder where one would be made
     * @throws IOException when it cannot, saying whose the journal is and as whom to run
     */
    public static void check(JournalDirectory journal, Path folder) throws IOException {
        Ownership ownership = of(journal);
        if (ownership == null || !ownership.isMade || ownership.isOf(Proc.user())) {
            return;
        }
        Path probe = (Files.isDirectory(folder) ? folder : journal.path()).resolve(".draft-" + UUID.randomUUID());
        try {
            NewFile.create(journal, probe);
        } catch (AccessDeniedException e) {
            throw new FileSystemException(
                    folder.toString(), null, "permission denied; " + ownership.whose() + ": " + ownership.runAs());
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /** Whether what that user makes is right without further ado; also when nobody knows who that is. */
    private boolean isOf(Proc.@Nullable User user) {
        return user == null || (user.uid() == uid && (user.isMember(gid) || !groupCounts()));
    }

    /** Whether the group may do more than everybody. */
    private boolean groupCounts() {
        return ((mode >> 3) & ~mode & 6) != 0;
    }

    /** Takes reading of a file made by an older version from those who may not write it, as far as it is ours. */
    static void narrow(Path file) throws IOException {
        int mode = POSSIBLE ? Status.of(file, LinkOption.NOFOLLOW_LINKS).mode() : 0;
        if (lockedMode(mode) != mode) {
            tryToSet(file, "unix:mode", lockedMode(mode));
        }
    }

    /**
     * Gives a new file, with nothing in it yet, to whom it belongs.
     *
     * @param permissions what it gets, such as {@link #mode}
     * @throws IOException when those whom the journal belongs to could not go on with it
     */
    void give(Path file, int permissions) throws IOException {
        Status before = Status.of(file);
        if (before.gid != gid) {
            tryToSet(file, "unix:gid", gid);
        }
        if (before.mode != permissions) {
            Files.setAttribute(file, "unix:mode", permissions);
        }
        if (before.uid != uid) {
            tryToSet(file, "unix:uid", uid);
        }
        if (isMade && !suits(Status.of(file))) {
            throw new FileSystemException(
                    file.toString(),
                    null,
                    whose() + ", and " + (mode == PRIVATE ? "its owner" : "they") + " could not use what user "
                            + Files.getAttribute(file, "unix:owner") + " writes here: " + runAs());
        }
    }

    /** Likewise a folder. It hands its group on where that of the directory does, or where it is not that of who made it. */
    void giveFolder(Path folder) throws IOException {
        Status made = Status.of(folder);
        int handsOn = made.gid == gid ? made.mode & SET_GROUP_ID : (mode & 0060) != 0 ? SET_GROUP_ID : 0;
        give(folder, folderMode(mode) | handsOn);
    }

    private static void tryToSet(Path file, String attribute, int value) throws IOException {
        try {
            Files.setAttribute(file, attribute, value);
        } catch (FileSystemException e) {
            // not allowed: whether it suits all the same is looked at
        }
    }

    /** Whether those whom the journal belongs to can use a file of the same mode with this owner and group. */
    boolean suits(Status file) {
        boolean sameGroup = file.gid == gid;
        return (sameGroup || !groupCounts())
                && (file.uid == uid || (mode & 0006) == 0006 || (sameGroup && (mode & 0060) == 0060));
    }

    private String whose() throws IOException {
        return "it belongs to user " + owner() + ", group " + group() + " (mode " + text(mode) + ")";
    }

    private String runAs() throws IOException {
        return "run as " + owner() + ((mode & 0060) == 0060 ? ", or as a member of group " + group() : "");
    }

    String owner() throws IOException {
        return String.valueOf(Files.getAttribute(like, "unix:owner"));
    }

    String group() throws IOException {
        return String.valueOf(Files.getAttribute(like, "unix:group"));
    }

    /** What {@code chmod} adds so that all files have these permissions, and folders can be searched by those who may read. */
    static String symbols(int mode) {
        StringBuilder symbols = new StringBuilder();
        for (int shift = 6; shift >= 0; shift -= 3) {
            int bits = mode >> shift & 7;
            if ((bits & 6) != 0) {
                symbols.append(symbols.isEmpty() ? "" : ",")
                        .append(shift == 6 ? "u" : shift == 3 ? "g" : "o")
                        .append('+')
                        .append((bits & 4) != 0 ? "r" : "")
                        .append((bits & 2) != 0 ? "w" : "")
                        .append((bits & 4) != 0 ? "X" : "");
            }
        }
        return symbols.toString();
    }

    /** As {@code chmod} takes it. */
    static String text(int mode) {
        return String.format(java.util.Locale.ROOT, "%04o", mode);
    }
}
