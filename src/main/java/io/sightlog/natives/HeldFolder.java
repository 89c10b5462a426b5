package io.sightlog.natives;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A private folder of this process, of a name that nobody can guess, which goes when it is closed. A lock in it says that its
 * process lives: what a killed one left is removed by the next that makes one in the same place.
 */
final class HeldFolder implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final int RANDOM_BYTES = 12;
    /** A folder without a lock is being made, or its maker died at it before this. */
    private static final long MAKING_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final Path path;
    private final FileChannel lock;

    private HeldFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * @param prefix of its name, by which leftovers are known
     * @throws IOException when nothing can be written in {@code parent}
     */
    static HeldFolder make(Path parent, String prefix) throws IOException {
        removeLeftovers(parent, prefix);
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        Path path = parent.resolve(prefix + HexFormat.of().formatHex(random));
        Files.createDirectory(path, SafeFolder.attributes("rwx------"));
        try {
            return new HeldFolder(path, locked(path));
        } catch (IOException | RuntimeException e) {
            remove(path);
            throw e;
        }
    }

    /** Under another name first, so that nobody ever sees it unlocked. */
    private static FileChannel locked(Path path) throws IOException {
        Path unlocked = path.resolve(LOCK + ".new");
        FileChannel channel = FileChannel.open(
                unlocked,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                SafeFolder.attributes("rw-------"));
        try {
            channel.lock();
            Files.move(unlocked, path.resolve(LOCK));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    /** Only what is ours, ours alone, and of nobody who lives. */
    private static void removeLeftovers(Path parent, String prefix) throws IOException {
        Owners owners = Owners.here();
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(parent, prefix + "*")) {
            for (Path candidate : candidates) {
                try {
                    if (isOurs(owners, candidate) && isLeft(candidate)) {
                        remove(candidate);
                    }
                } catch (IOException e) {
                    // gone meanwhile, or kept by something we do not know
                }
            }
        }
    }

    private static boolean isOurs(Owners owners, Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!Owners.KNOWN) {
            return true;
        }
        Owners.Owned owned = Owners.of(folder);
        return owners.isOurs(owned) && !owned.isWritableByOthers();
    }

    private static boolean isLeft(Path folder) throws IOException {
        Path lock = folder.resolve(LOCK);
        if (!Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)) {
            long madeMillis =
                    Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS).toMillis();
            return Math.abs(System.currentTimeMillis() - madeMillis) > MAKING_MILLIS;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                var held = channel.tryLock()) {
            return held != null;
        } catch (OverlappingFileLockException e) {
            return false; // another thread's of this process
        }
    }

    /** Links in it are removed and not followed. */
    static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Removes it and what is in it. */
    @Override
    public void close() throws IOException {
        try (lock) {
            remove(path);
        }
    }
}
