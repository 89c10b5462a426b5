package io.sightlog.natives;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Folders into which nobody but us and root can put anything: they and all above them belong to us or to root and are not
 * writable by others. A folder above, such as {@code /tmp}, may be writable when it is sticky: what is in it and is ours stays
 * ours.
 */
final class SafeFolder {
    private static final int MOST_LINKS = 40;

    private SafeFolder() {}

    /**
     * Follows a path step by step, and each link in it.
     *
     * @param folder absolute; what is not there yet is not judged
     * @return where it leads to
     * @throws UnsafeFolderException when others could write there
     * @throws IOException when something in its place is no folder, or cannot be looked at
     */
    static Path resolve(Path folder) throws IOException {
        return resolve(folder, false);
    }

    /** Likewise, of a folder in which we will have one of our own, and which may be like {@code /tmp}. */
    static Path resolveParent(Path folder) throws IOException {
        return resolve(folder, true);
    }

    private static Path resolve(Path folder, boolean mayBeSticky) throws IOException {
        Path root = folder.getRoot();
        Deque<Path> rest = new ArrayDeque<>();
        push(rest, folder);
        Owners owners = Owners.here();
        Path at = root;
        check(owners, folder, at, mayBeSticky || !rest.isEmpty());
        int links = 0;
        while (!rest.isEmpty()) {
            Path name = rest.pop();
            if (name.toString().equals("..")) {
                at = at.getParent() == null ? root : at.getParent();
                continue;
            }
            Path next = at.resolve(name);
            if (Files.isSymbolicLink(next)) {
                if (++links > MOST_LINKS) {
                    throw new IOException(next + ": too many links");
                }
                checkLink(owners, folder, next);
                Path target = Files.readSymbolicLink(next);
                at = target.isAbsolute() ? root : at;
                push(rest, target);
            } else if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                at = next;
            } else {
                at = next;
                check(owners, folder, at, mayBeSticky || !rest.isEmpty());
            }
        }
        return at;
    }

    private static void push(Deque<Path> rest, Path path) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            if (!path.getName(i).toString().equals(".")) {
                rest.push(path.getName(i));
            }
        }
    }

    private static void check(Owners owners, Path folder, Path part, boolean mayBeSticky) throws IOException {
        if (!Files.isDirectory(part, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(part + " is no folder");
        }
        if (!Owners.KNOWN) {
            return;
        }
        Owners.Owned owned = Owners.of(part);
        if (!owners.trusts(owned)) {
            throw new UnsafeFolderException(folder, part, "belongs to another user (" + owned.uid() + ")");
        }
        if (owned.isWritableByOthers() && !(mayBeSticky && owned.isSticky())) {
            throw new UnsafeFolderException(folder, part, writable(owned));
        }
    }

    private static void checkLink(Owners owners, Path folder, Path link) throws IOException {
        if (Owners.KNOWN && !owners.trusts(Owners.of(link))) {
            throw new UnsafeFolderException(
                    folder,
                    link,
                    "is a link of another user (" + Owners.of(link).uid() + ")");
        }
    }

    /** Likewise, of one file in a safe folder. */
    static void checkFile(Path folder, Path file) throws IOException {
        if (!Owners.KNOWN) {
            return;
        }
        Owners.Owned owned = Owners.of(file);
        if (!Owners.here().trusts(owned)) {
            throw new UnsafeFolderException(folder, file, "belongs to another user (" + owned.uid() + ")");
        }
        if (owned.isWritableByOthers()) {
            throw new UnsafeFolderException(folder, file, writable(owned));
        }
    }

    private static String writable(Owners.Owned owned) {
        return "can be written by others (mode " + Integer.toOctalString(owned.mode()) + ")";
    }

    /** Makes a folder and what is missing above it, for us alone, whatever the umask. */
    static void make(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path above = folder.getParent();
        if (above != null) {
            make(above);
        }
        try {
            Files.createDirectory(folder, attributes("rwx------"));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) { // else another process was quicker
                throw e;
            }
        }
    }

    /** For {@link Files#createDirectory} and the like: permissions that no umask widens; none where there are none. */
    static FileAttribute<?>[] attributes(String permissions) {
        Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
        return Owners.KNOWN
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)}
                : new FileAttribute<?>[0];
    }
}
