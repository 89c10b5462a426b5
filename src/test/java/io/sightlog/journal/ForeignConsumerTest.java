package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.JournalDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Named consumers in C and in Java keep the same positions, keep each other out, and are woken by the same writers. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("slow")
class ForeignConsumerTest {
    private static final int DEADLINE_SECONDS = 120;
    private static final int SLEEPERS = 128;
    private static final int ROLLED = 5_000;

    @TempDir
    Path temp;

    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void needsCompiler() {
        ForeignPrograms.need("gcc");
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void keepsInOneProcessWhatItsHeaderPromises() throws Exception {
        Path program = ForeignPrograms.sanitized("reader_cases", ForeignPrograms.WITH_LIBRARY);
        for (Goldens golden : List.of(Goldens.BATCHES, Goldens.ROLLS)) {
            Path copy = temp.resolve(golden.text());
            GoldenTest.copy(golden.journal(), copy);
            Process process = start(program, copy.toString());
            assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", golden, Files.readString(errors()))
                    .isZero();
        }
    }

    @Test
    void keepsItsPromisesInMomentsThatChanceHardlyMeets() throws Exception {
        Path program = ForeignPrograms.sanitized("moment_cases", "-Wno-unused-function");
        Process process = start(program, temp.toString());
        assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors())).isZero();
    }

    @Test
    void holdsItsNameAgainstJavaAndJavaGoesOnWhereItStopped() throws Exception {
        Journal journal = Journal.open(temp.resolve("journal"));
        try (JournalWriter writer = journal.writer()) {
            append(writer, 0, 5);
            Process follower = start(
                    reader(),
                    "--follow",
                    "alarm",
                    "--count",
                    "8",
                    journal.directory().toString());
            until("five events were printed", () -> printed() == 5);

            ConsumerStatus seen = journal.consumers().get(0);
            assertThat(seen.name()).isEqualTo("alarm");
            assertThat(seen.holderPid()).isEqualTo(follower.pid());
            assertThat(seen.lagEvents()).isZero();
            assertThat(ConsumerFile.read(new JournalDirectory(journal.directory()), "alarm")
                            .holderStartedMillis())
                    .isEqualTo(follower.info().startInstant().orElseThrow().toEpochMilli());
            assertThatThrownBy(() -> journal.reader("alarm"))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("running already, as process " + follower.pid());

            append(writer, 5, 8);
            assertThat(follower.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(follower.exitValue()).as(Files.readString(errors())).isZero();
            append(writer, 8, 10);
        }
        assertThat(journal.consumers().get(0).holderPid()).isZero();
        try (JournalReader reader = journal.reader("alarm")) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.event().frame()).isEqualTo(8);
            reader.handled();

            Process refused =
                    start(reader(), "--follow", "alarm", journal.directory().toString());
            assertThat(refused.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(refused.exitValue()).isEqualTo(1);
            assertThat(Files.readString(errors()))
                    .contains("running already, as process "
                            + ProcessHandle.current().pid());
        }
        Process last = start(
                reader(),
                "--follow",
                "alarm",
                "--count",
                "1",
                journal.directory().toString());
        assertThat(last.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(out())).contains("\"frame\":9,");
    }

    @Test
    void aKilledOneGivesItsNameBackAndNothingIsLost() throws Exception {
        Journal journal = Journal.open(temp.resolve("journal"));
        try (JournalWriter writer = journal.writer()) {
            append(writer, 0, 5);
        }
        Process follower =
                start(reader(), "--follow", "alarm", journal.directory().toString());
        until("five events were printed", () -> printed() == 5);
        until("all were handled", () -> journal.consumers().get(0).lagEvents() == 0);
        follower.destroyForcibly().waitFor();
        assertThat(journal.consumers().get(0).holderPid()).isZero();
        try (JournalReader reader = journal.reader("alarm")) {
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void sleepsUntilAJavaWriterAppends() throws Exception {
        Journal journal = Journal.open(temp.resolve("journal"));
        try (JournalWriter writer = journal.writer();
                RandomAccessFile signal = new RandomAccessFile(
                        new JournalDirectory(journal.directory()).signal().toFile(), "r")) {
            start(reader(), "--follow", "alarm", journal.directory().toString());
            for (int i = 0; i < 20; i++) {
                until("it sleeps", () -> word(signal) == 1);
                append(writer, i, i + 1);
                int expected = i + 1;
                until(expected + " events were printed", () -> printed() == expected);
            }
        }
    }

    @Test
    void followsOverRollsFromBeforeThereIsAJournal() throws Exception {
        Path directory = temp.resolve("journal");
        Process follower = start(reader(), "--live", "--count", String.valueOf(ROLLED), directory.toString());
        AtomicLong now = new AtomicLong(Recording.BEGIN);
        Journal journal = Journal.open(directory, () -> now.addAndGet(150_000_000));
        try (JournalWriter writer = journal.writer(Roll.MINUTELY)) {
            append(writer, 0, ROLLED);
        }
        assertThat(journal.files()).hasSizeGreaterThan(5);
        assertThat(follower.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS))
                .as("it has printed %d of %d", printed(), ROLLED)
                .isTrue();
        assertThat(Files.readString(errors())).isEmpty();
        assertThat(Files.readString(out()))
                .isEqualTo(Printed.of(journal, Start.OLDEST).text());
    }

    private static int word(RandomAccessFile file) {
        try {
            file.seek(SLEEPERS);
            return Integer.reverseBytes(file.readInt());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void append(JournalWriter writer, int from, int to) {
        EventDraft draft = new EventDraft().capturedNanos(0);
        for (int i = from; i < to; i++) {
            writer.append(
                    draft.clear().capturedNanos(0).source("/photos/dog.jpg").frame(i, 0));
        }
    }

    private static Path reader() throws Exception {
        return ForeignPrograms.sanitized("read_journal", ForeignPrograms.WITH_LIBRARY);
    }

    private Path out() {
        return temp.resolve("out-" + processes.size());
    }

    private Path errors() {
        return temp.resolve("errors-" + processes.size());
    }

    /** Its output is {@link #out} and {@link #errors} until the next one is started. */
    private Process start(Path program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path out = temp.resolve("out-" + (processes.size() + 1));
        Path errors = temp.resolve("errors-" + (processes.size() + 1));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        processes.add(process);
        return process;
    }

    private int printed() {
        try {
            return (int) Files.readString(out()).chars().filter(c -> c == '\n').count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void until(String what, BooleanSupplier condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("%s, within %d s; it said: %s", what, DEADLINE_SECONDS, Files.readString(errors()))
                    .isLessThan(deadline);
            Thread.sleep(1);
        }
    }
}
