package io.sightlog.journal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.journal.internal.os.Proc;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real file system of a few megabytes, in memory. */
final class SmallDisk implements AutoCloseable {
    private final Path root;
    private Path view;

    private SmallDisk(Path root) {
        this.root = root;
    }

    /** Skips the test where mounting is not allowed. */
    static SmallDisk mount(Path at, int kilobytes) throws IOException, InterruptedException {
        Files.createDirectories(at);
        assumeTrue(
                Proc.LINUX && run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", at.toString()),
                "mounting a tmpfs is not allowed here");
        return new SmallDisk(at);
    }

    Path journal() {
        return root.resolve("q");
    }

    /** Uses up all that is free, but for so much; anew each time. */
    void fillUpTo(int kilobytesFree) throws IOException {
        empty();
        try (RandomAccessFile ballast = new RandomAccessFile(ballast().toFile(), "rw")) {
            byte[] page = new byte[4096];
            while (true) {
                ballast.write(page);
            }
        } catch (IOException e) {
            // full
        }
        try (RandomAccessFile ballast = new RandomAccessFile(ballast().toFile(), "rw")) {
            ballast.setLength(Math.max(0, ballast.length() - kilobytesFree * 1024L));
        }
    }

    void empty() throws IOException {
        Files.deleteIfExists(ballast());
    }

    private Path ballast() {
        return root.resolve("ballast");
    }

    /** The same files, seen read-only; skips the test where that is not allowed. */
    Path readOnlyJournal() throws IOException, InterruptedException {
        view = root.resolveSibling(root.getFileName() + "-read-only");
        Files.createDirectories(view);
        assumeTrue(
                run("mount", "--bind", root.toString(), view.toString())
                        && run("mount", "-o", "remount,ro,bind", view.toString()),
                "mounting read-only is not allowed here");
        return view.resolve("q");
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (view != null) {
            run("umount", "-l", view.toString());
        }
        run("umount", "-l", root.toString());
    }
}
