package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Named consumers in Java, C and Python, real processes, to which the system refuses memory, handles or bytes of the second of
 * three cycles: each says so, its position stays, and the same reader goes on once it is given them again.
 */
@Tag("slow")
final class StarvedReadersTest {
    private static final int EVENTS_A_CYCLE = 20;
    /** So that mapping it takes more than a process needs for anything else. */
    private static final long CYCLE_BYTES = 600L << 20;

    private static final long SPARE_BYTES = 150L << 20;

    private static @Nullable Path jar;

    @TempDir
    Path temp;

    private Path queue;

    enum Language {
        JAVA {
            @Override
            List<String> command() throws IOException {
                return List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classesInOneFile() + File.pathSeparator + System.getProperty("java.class.path"),
                        "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                        PatientReader.class.getName());
            }
        },
        C {
            @Override
            List<String> command() throws IOException, InterruptedException {
                return List.of(ForeignPrograms.c("patient_reader", ForeignPrograms.WITH_LIBRARY)
                        .toString());
            }
        },
        PYTHON {
            @Override
            List<String> command() {
                ForeignPrograms.need("python3");
                return List.of("python3", "src/test/python/patient_reader.py");
            }
        };

        abstract List<String> command() throws IOException, InterruptedException;
    }

    /** A jar of what is tested, which takes one handle, however many classes are loaded later; the packaged one may not be there yet. */
    private static synchronized Path classesInOneFile() throws IOException {
        Path classes = Path.of("target", "classes");
        if (jar == null) {
            jar = Files.createTempFile("classes", ".jar");
            jar.toFile().deleteOnExit();
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                    Stream<Path> files = Files.walk(classes.resolve("io"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".class")).toList()) {
                    out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                    Files.copy(file, out);
                }
            }
        }
        return jar;
    }

    /** One that reads {@link #queue}. */
    private static final class Patient implements AutoCloseable {
        private final Process process;
        private final BufferedReader out;
        private final BufferedWriter in;

        Patient(Language language, Path queue) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>(language.command());
            command.addAll(List.of(queue.toString(), "alarm"));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            in = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        }

        String line() throws IOException {
            return Objects.requireNonNull(out.readLine(), "it has ended");
        }

        /** The sequences of events up to another line, which is added to {@code end}. */
        List<Long> events(List<String> end) throws IOException {
            List<Long> events = new ArrayList<>();
            String line = line();
            for (; line.startsWith("event "); line = line()) {
                events.add(Long.parseLong(line.substring(6)));
            }
            end.add(line);
            return events;
        }

        void goOn() throws IOException {
            in.write("\n");
            in.flush();
        }

        void limit(String what) throws IOException, InterruptedException {
            Process prlimit = new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), what)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(prlimit.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(prlimit.waitFor()).as("%s: %s", what, said).isZero();
        }

        long addressSpace() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
                if (line.startsWith("VmSize:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
            throw new IOException("no VmSize");
        }

        int firstFreeHandle() throws IOException {
            try (Stream<Path> open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
                List<Integer> used = open.map(
                                path -> Integer.parseInt(path.getFileName().toString()))
                        .toList();
                return IntStream.iterate(0, i -> i + 1)
                        .filter(i -> !used.contains(i))
                        .findFirst()
                        .orElseThrow();
            }
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly();
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        }
    }

    /** Takes something away from a process, or gives it back. */
    private interface Change {
        void on(Patient patient) throws IOException, InterruptedException;
    }

    private void fill(Path directory) throws IOException {
        queue = directory;
        AtomicLong now = new AtomicLong(Recording.BEGIN);
        Journal journal = Journal.open(queue, now::get);
        try (JournalWriter writer = journal.writer(Roll.SECONDLY)) {
            EventDraft draft = new EventDraft();
            for (int i = 0; i < 3 * EVENTS_A_CYCLE; i++) {
                now.set(Recording.BEGIN + i / EVENTS_A_CYCLE * 1_000_000_000L);
                writer.append(draft.clear().capturedNanos(i).message("t", "x".repeat(3000)));
            }
        }
        try (RandomAccessFile second =
                new RandomAccessFile(journal.files().get(1).toFile(), "rw")) {
            second.setLength(CYCLE_BYTES);
        }
    }

    private void starve(Language language, Path seen, Change take, Change giveBack, String reason)
            throws IOException, InterruptedException {
        List<Long> read = new ArrayList<>();
        List<String> said = new ArrayList<>();
        try (Patient patient = new Patient(language, seen)) {
            assertThat(patient.line()).isEqualTo("event 0");
            take.on(patient);
            for (int times = 0; times < 2; times++) {
                patient.goOn();
                read.addAll(patient.events(said));
                assertThat(said.get(times))
                        .startsWith("error ")
                        .contains(seen.toString())
                        .containsIgnoringCase(reason)
                        .doesNotContain("amage");
                assertThat(position(seen)).isEqualTo(EVENTS_A_CYCLE - 1);
            }
            giveBack.on(patient);
            patient.goOn();
            read.addAll(patient.events(said));
            assertThat(said.get(2)).isEqualTo("end");
        }
        assertThat(read)
                .isEqualTo(Stream.iterate(1L, i -> i + 1)
                        .limit(3 * EVENTS_A_CYCLE - 1)
                        .toList());
    }

    /** Number of the event that was handled last, in the first cycle. */
    private static long position(Path seen) {
        ConsumerFile.State state =
                Objects.requireNonNull(ConsumerFile.read(new JournalDirectory(seen), "alarm"), "no position");
        assertThat(state.state()).isEqualTo(ConsumerFile.BEHIND);
        return ExcerptIndex.sequence(state.index());
    }

    @ParameterizedTest
    @EnumSource
    void aReaderWithoutAddressSpaceSaysSoAndGoesOnLater(Language language) throws IOException, InterruptedException {
        ForeignPrograms.need("prlimit");
        fill(temp.resolve("q"));
        starve(
                language,
                queue,
                patient -> patient.limit("--as=" + (patient.addressSpace() + SPARE_BYTES) + ":"),
                patient -> patient.limit("--as=unlimited:"),
                "memory");
    }

    @ParameterizedTest
    @EnumSource
    void aReaderWithoutHandlesSaysSoAndGoesOnLater(Language language) throws IOException, InterruptedException {
        ForeignPrograms.need("prlimit");
        fill(temp.resolve("q"));
        starve(
                language,
                queue,
                patient -> patient.limit("--nofile=" + patient.firstFreeHandle() + ":"),
                patient -> patient.limit("--nofile=1024:"),
                "too many open files");
    }

    @ParameterizedTest
    @EnumSource
    void aReaderWhoseDeviceGivesErrorsSaysSoAndGoesOnLater(Language language) throws IOException, InterruptedException {
        try (FaultyDisk disk = FaultyDisk.mount(temp)) {
            fill(disk.behind().resolve("q"));
            String second = Journal.open(queue).files().get(1).getFileName().toString();
            starve(
                    language,
                    disk.mounted().resolve("q"),
                    patient -> disk.fail("read", FaultyDisk.EIO, second, 0),
                    patient -> disk.heal(),
                    "input/output error");
        }
    }

    @Test
    void aBadPageInTheMiddleOfAnEventEndsNoProcess() throws IOException, InterruptedException {
        try (FaultyDisk disk = FaultyDisk.mount(temp)) {
            fill(disk.behind().resolve("q"));
            String second = Journal.open(queue).files().get(1).getFileName().toString();
            long page = firstDocument(second) / 4096 * 4096 + 4096; // in the second event: 3,000 bytes each, and more
            for (Language language : Language.values()) {
                disk.fail("read", FaultyDisk.EIO, second, page);
                List<String> said = new ArrayList<>();
                try (Patient patient = new Patient(language, disk.mounted().resolve("q"))) {
                    patient.line();
                    patient.goOn();
                    assertThat(patient.events(said)).as("%s", language).contains(EVENTS_A_CYCLE - 1L);
                    assertThat(said)
                            .singleElement()
                            .asString()
                            .startsWith("error ")
                            .containsIgnoringCase("input/output error");
                    disk.heal();
                    patient.goOn();
                    assertThat(patient.events(said)).contains(3 * EVENTS_A_CYCLE - 1L);
                }
                Files.delete(queue.resolve("consumers/alarm.position"));
            }
        }
    }

    private long firstDocument(String name) {
        try (CycleFile file = Objects.requireNonNull(CycleFile.tryOpen(queue.resolve(name), 0))) {
            CycleCursor cursor = file.start();
            cursor.peek();
            return cursor.position();
        }
    }
}
