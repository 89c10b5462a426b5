package io.sightlog.sink.draw;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A private folder for files that are not finished, beside the place where they will be.
 *
 * <p>A lock says that its process lives: what a killed process left behind is removed by the next one.
 */
final class ScratchFolder implements AutoCloseable {
    private static final String PREFIX = ".drawing-";
    private static final String LOCK = "lock";

    private final Path folder;
    private final FileChannel lock;
    private int files;

    /** @throws IOException when nothing can be written in {@code parent} */
    ScratchFolder(Path parent) throws IOException {
        removeLeftovers(parent);
        folder = Files.createTempDirectory(parent, PREFIX);
        Path unlocked = folder.resolve(LOCK + ".new");
        lock = FileChannel.open(unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            lock.lock();
            Files.move(unlocked, folder.resolve(LOCK)); // nobody ever sees it unlocked
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** A path of a file that does not exist yet. */
    Path file(String extension) {
        return folder.resolve(files++ + "." + extension);
    }

    private static void removeLeftovers(Path parent) throws IOException {
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path candidate : candidates) {
                if (Files.isDirectory(candidate, LinkOption.NOFOLLOW_LINKS)
                        && Files.isRegularFile(candidate.resolve(LOCK), LinkOption.NOFOLLOW_LINKS)) {
                    removeUnlessLocked(candidate);
                }
            }
        }
    }

    private static void removeUnlessLocked(Path leftover) {
        try (FileChannel channel =
                        FileChannel.open(leftover.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                var held = channel.tryLock()) {
            if (held != null) {
                remove(leftover);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // another's, or in use: it stays
        }
    }

    private static void remove(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** Removes it and what is in it. */
    @Override
    public void close() throws IOException {
        try (lock) {
            remove(folder);
        }
    }
}
