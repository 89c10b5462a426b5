package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.Event;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Start;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native libraries across processes: where they come from, what of them stays, and what goes on without them. */
final class NativesTest {
    private static final int SECONDS = 90;
    private static final String EVENT = "{\"source\":\"a.jpg\"}\n";

    @TempDir
    Path scratch;

    private Path temporary;
    private Path queue;

    /** How one ended, and what it said on standard error. */
    private record Ended(int code, List<String> lines) {}

    @BeforeEach
    void prepare() throws IOException {
        assumeTrue(File.separatorChar == '/', "no Unix here");
        temporary = Files.createDirectory(scratch.resolve("tmp"));
        queue = scratch.resolve("queue");
    }

    @Test
    void producingWithoutAHomeLeavesNothingInTheTemporaryFolder() throws Exception {
        Ended ended = run(homeless("produce", "-q", queue.toString(), picture()), "");

        assertThat(ended.code()).as(ended.toString()).isZero();
        assertThat(events()).isEqualTo(1);
        assertThat(files(temporary)).isEmpty();
    }

    @Test
    void aSignalRemovesItToo() throws Exception {
        Process waiting = start(homeless("append", "-q", queue.toString()));
        try {
            await(() -> events() == 0 && !files(temporary).isEmpty() && Files.exists(queue.resolve("sightlog.signal")));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            temporary.resolve(files(temporary).get(0)))))
                    .isEqualTo("rwx------");
            waiting.toHandle().destroy();
            assertThat(waiting.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(files(temporary)).isEmpty();
        } finally {
            waiting.destroyForcibly();
        }
    }

    @Test
    void whatAKilledOneLeftIsRemovedByTheNext() throws Exception {
        Process killed = start(homeless("append", "-q", queue.toString()));
        await(() -> !files(temporary).isEmpty() && Files.exists(queue.resolve("sightlog.signal")));
        killed.destroyForcibly().waitFor();
        assertThat(files(temporary)).hasSize(1);

        assertThat(run(homeless("append", "-q", queue.toString()), EVENT).code())
                .isZero();
        assertThat(files(temporary)).isEmpty();
    }

    @Test
    void aFolderThatOthersMayWriteToIsAnErrorBeforeAnythingIsAppended() throws Exception {
        Path open = Files.createDirectory(scratch.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        for (String cache : new String[] {open.toString(), open.resolve("cache").toString()}) {
            List<String> append = homeless("append", "-q", queue.toString(), "--cache-dir", cache);
            Ended ended = run(append, EVENT);
            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.lines()).singleElement().asString().contains(open.toString(), "written by others");
        }
        assertThat(queue.resolve("metadata.cq4t")).doesNotExist();
    }

    @Test
    void noUmaskLetsOthersWriteToIt() throws Exception {
        Path cache = scratch.resolve("cache");
        List<String> command = new ArrayList<>(List.of("sh", "-c", "umask 000; exec \"$@\"", "sh"));
        command.addAll(homeless("append", "-q", queue.toString(), "--cache-dir", cache.toString()));

        assertThat(run(command, EVENT).code()).isZero();
        assertThat(files(temporary)).isEmpty();
        try (Stream<Path> all = Files.walk(cache)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                assertThat(Files.getPosixFilePermissions(file))
                        .as(file.toString())
                        .doesNotContain(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE)
                        .doesNotContain(PosixFilePermission.OTHERS_READ);
            }
        }
    }

    @Test
    void appendingGoesOnWithoutNativeCodeAndProducingSaysWhatIsMissing() throws Exception {
        temporary = Files.createFile(scratch.resolve("no-folder"));

        Ended appended = run(homeless("append", "-q", queue.toString()), EVENT);
        assertThat(appended.code()).as(appended.toString()).isZero();
        assertThat(ours(appended)).hasSize(2);
        assertThat(ours(appended).get(0)).contains("goes on without");
        assertThat(events()).isEqualTo(1);

        Ended produced = run(homeless("produce", "-q", queue.toString(), picture()), "");
        assertThat(produced.code()).isEqualTo(1);
        assertThat(ours(produced)).singleElement().asString().contains("--cache-dir");
        assertThat(events()).isEqualTo(1);
    }

    /** Newer virtual machines say by themselves that there is no temporary folder. */
    private static List<String> ours(Ended ended) {
        return ended.lines().stream()
                .filter(line -> !line.startsWith("WARNING: java.io.tmpdir"))
                .toList();
    }

    @Test
    void aHeapThatIsTooSmallIsOneLine() throws Exception {
        List<String> command = homeless("produce", "-q", queue.toString(), picture());
        command.add(command.indexOf("-jar"), "-Xmx20m");

        Ended ended = run(command, "");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.lines()).singleElement().asString().contains("out of memory");
        assertThat(events()).isZero();
    }

    /** Somebody without a home, and with a temporary folder of his own. */
    private List<String> homeless(String... args) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "-u",
                "SIGHTLOG_CACHE",
                "-u",
                "XDG_CACHE_HOME",
                "HOME=/nonexistent",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary));
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-jar", System.getProperty("sightlog.jar")));
        command.addAll(List.of(args));
        return command;
    }

    private String picture() throws IOException {
        Path picture = scratch.resolve("dog.jpg");
        try (InputStream in = NativesTest.class.getResourceAsStream("/io/sightlog/demo/dog.jpg")) {
            Files.write(picture, in.readAllBytes());
        }
        return picture.toString();
    }

    private Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(scratch.resolve("out").toFile())
                .redirectError(scratch.resolve("err").toFile())
                .start();
    }

    private Ended run(List<String> command, String input) throws Exception {
        Process process = start(command);
        try {
            process.getOutputStream().write(input.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            process.getOutputStream().close();
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
            return new Ended(process.exitValue(), Files.readAllLines(scratch.resolve("err")));
        } finally {
            process.destroyForcibly();
        }
    }

    private long events() {
        Journal journal = Journal.open(queue);
        long events = 0;
        if (journal.exists()) {
            try (JournalReader reader = journal.reader(Start.OLDEST)) {
                while (reader.next()) {
                    Event event = reader.event();
                    events += event.index() >= 0 ? 1 : 0;
                }
            }
        }
        return events;
    }

    private static List<String> files(Path folder) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            all.forEach(file -> names.add(file.getFileName().toString()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return names;
    }

    private static void await(BooleanSupplier what) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!what.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.sleep(20);
        }
    }
}
