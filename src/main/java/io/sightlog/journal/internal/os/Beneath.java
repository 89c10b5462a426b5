package io.sightlog.journal.internal.os;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * Files in folders beneath a directory, to which no link on the way leads: each folder is opened in the one above, where there are such
 * calls, so that nobody can put a link there in between. The directory itself may be a link.
 */
public final class Beneath {
    private Beneath() {}

    /** What is done in the folder that a file is in. */
    private interface Action<T> {
        T in(SecureDirectoryStream<Path> folder, Path name) throws IOException;
    }

    /**
     * Opens a file for reading.
     *
     * @param below names of folders and of the file, relative to the directory
     * @throws NoSuchFileException when it, or a folder on the way, is not there
     * @throws IOException when something on the way is a link or no folder, or it is no file: see {@link Disk#isNoFile}
     */
    public static FileChannel open(Path directory, Path below) throws IOException {
        try (DirectoryStream<Path> top = Files.newDirectoryStream(directory)) {
            if (top instanceof SecureDirectoryStream<Path> secure) {
                return descend(secure, below, (folder, name) -> (FileChannel) openIn(folder, name));
            }
        }
        check(directory, below);
        return FileChannel.open(directory.resolve(below), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /** Deletes a file, likewise. */
    public static void delete(Path directory, Path below) throws IOException {
        try (DirectoryStream<Path> top = Files.newDirectoryStream(directory)) {
            if (top instanceof SecureDirectoryStream<Path> secure) {
                descend(secure, below, (folder, name) -> {
                    folder.deleteFile(name);
                    return name;
                });
                return;
            }
        }
        check(directory, below);
        Files.delete(directory.resolve(below));
    }

    private static <T> T descend(SecureDirectoryStream<Path> folder, Path below, Action<T> action) throws IOException {
        Path name = below.getName(0);
        if (below.getNameCount() == 1) {
            return action.in(folder, name);
        }
        if (!attributes(folder, name).isDirectory()) {
            throw new IOException(Disk.NO_FILE);
        }
        try (SecureDirectoryStream<Path> next = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            return descend(next, below.subpath(1, below.getNameCount()), action);
        }
    }

    private static SeekableByteChannel openIn(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        if (!attributes(folder, name).isRegularFile()) {
            throw new IOException(Disk.NO_FILE);
        }
        return folder.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        return folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    /** Where folders cannot be opened in one another. */
    private static void check(Path directory, Path below) throws IOException {
        Path at = directory;
        for (int i = 0; i < below.getNameCount(); i++) {
            at = at.resolve(below.getName(i));
            BasicFileAttributes attributes =
                    Files.readAttributes(at, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            boolean isLast = i == below.getNameCount() - 1;
            if (isLast ? !attributes.isRegularFile() : !attributes.isDirectory()) {
                throw new IOException(Disk.NO_FILE);
            }
        }
    }
}
