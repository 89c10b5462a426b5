package io.sightlog.bench;

import io.sightlog.journal.CopyTarget;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a bench writes: a directory of its own, made when this is made. One that the user named stays, with what is in it; else
 * it is a temporary one, in shared memory ({@code /dev/shm}) where there is some, and goes when this is closed.
 */
public final class Scratch implements AutoCloseable {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Path directory;
    private final boolean temporary;

    /**
     * @param named what the user named, null for a temporary one
     * @param neededBytes how much will be written; a full disk would end the processes that have it mapped
     * @throws IOException when there is something in the named directory, or too little room
     */
    public Scratch(@Nullable Path named, long neededBytes) throws IOException {
        temporary = named == null;
        if (named == null) {
            Path parent =
                    hasRoom(SHARED_MEMORY, neededBytes) ? SHARED_MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
            needRoom(parent, neededBytes);
            directory = Files.createTempDirectory(parent, "sightlog-bench-");
        } else {
            Path over = CopyTarget.journalOver(named);
            if (over != null) {
                throw new IOException(named + " is or lies in the journal " + over
                        + ": bench writes many events; name another directory");
            }
            needRoom(named, neededBytes);
            if (Files.exists(named)) {
                try (var files = Files.newDirectoryStream(named)) {
                    if (files.iterator().hasNext()) {
                        throw new IOException(
                                named + " is not empty: bench writes many events; name a directory of its own");
                    }
                }
            }
            directory = Files.createDirectories(named);
        }
    }

    private static boolean hasRoom(Path parent, long bytes) throws IOException {
        return Files.isDirectory(parent)
                && Files.isWritable(parent)
                && Machine.store(parent).getUsableSpace() > bytes;
    }

    private static void needRoom(Path place, long bytes) throws IOException {
        long usable = Machine.store(place).getUsableSpace();
        if (usable <= bytes) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "%s has room for %,d MB and this needs %,d MB: ask for fewer events, or name another place with --queue",
                    place,
                    usable >> 20,
                    bytes >> 20));
        }
    }

    public Path directory() {
        return directory;
    }

    /** Whether it goes when this is closed. */
    public boolean temporary() {
        return temporary;
    }

    /** Deletes a directory with all that is in it; does nothing when it is not there. */
    static void delete(Path top) throws IOException {
        if (Files.notExists(top)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            delete(directory);
        }
    }
}
