package io.sightlog.journal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A real file system over a folder, which gives errors when it is told to: {@code src/test/c/faulty_disk.c}. */
public final class FaultyDisk implements AutoCloseable {
    public static final int EIO = 5;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EMFILE = 24;

    private static final long SECONDS = 120;

    private final Path folder;
    private final Path faults;
    private final Path mounted;
    private final Process process;

    private FaultyDisk(Path root, Path program) throws IOException {
        this.folder = Files.createDirectories(root.resolve("behind"));
        this.mounted = Files.createDirectories(root.resolve("faulty"));
        this.faults = root.resolve("faults");
        this.process = new ProcessBuilder(program.toString(), folder.toString(), faults.toString(), mounted.toString())
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("faulty-disk.txt").toFile())
                .start();
    }

    /** Skips the test where it cannot be compiled, or mounting is not allowed. */
    public static FaultyDisk mount(Path root) throws IOException, InterruptedException {
        FaultyDisk disk = new FaultyDisk(root, ForeignPrograms.faultyDisk());
        FileStore before = Files.getFileStore(disk.folder);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (disk.process.isAlive()
                && Files.getFileStore(disk.mounted).equals(before)
                && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        boolean isMounted = !Files.getFileStore(disk.mounted).equals(before);
        if (!isMounted) {
            disk.close();
        }
        assumeTrue(isMounted, "mounting a FUSE file system is not allowed here");
        return disk;
    }

    /** The files as programs see them. */
    public Path mounted() {
        return mounted;
    }

    /** The same files, without errors. */
    public Path behind() {
        return folder;
    }

    /**
     * From now on an operation fails on what has this in its path.
     *
     * @param operation as FUSE names it: open, read, getattr, readdir
     * @param from the first byte that cannot be read
     */
    public void fail(String operation, int errno, String part, long from) throws IOException {
        Files.writeString(faults, operation + " " + errno + " " + part + " " + from + "\n");
    }

    /** Nothing fails any more. */
    public void heal() throws IOException {
        Files.deleteIfExists(faults);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        heal();
        new ProcessBuilder("fusermount3", "-u", "-z", mounted.toString())
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start()
                .waitFor();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
