package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reader in C, which is the C library, and the one in Python, which follows docs/format.md and docs/ndjson.md alone, print what
 * the Java reader prints.
 * A compiler or interpreter that is missing skips their half, unless the environment has {@code SIGHTLOG_REQUIRE_TOOLS=true}.
 */
@Tag("slow")
class ForeignReadersTest {
    private static final int EVENTS_EACH = 10_000;

    @TempDir
    static Path built;

    @TempDir
    Path temp;

    enum Language {
        C("gcc") {
            @Override
            List<String> command() throws IOException, InterruptedException {
                return List.of(ForeignPrograms.printer().toString());
            }
        },
        PYTHON("python3") {
            @Override
            List<String> command() throws IOException, InterruptedException {
                return List.of("python3", "src/test/python/read_journal.py");
            }
        };

        final String tool;

        Language(String tool) {
            this.tool = tool;
        }

        abstract List<String> command() throws IOException, InterruptedException;

        void need() {
            ForeignPrograms.need(tool);
        }
    }

    private record Result(int code, String out, List<String> errors) {}

    static Stream<Arguments> languagesAndGoldens() {
        return Stream.of(Language.values())
                .flatMap(language -> Stream.of(Goldens.values()).map(golden -> Arguments.of(language, golden)));
    }

    @ParameterizedTest
    @MethodSource("languagesAndGoldens")
    void printsEveryGoldenAsJavaDoes(Language language, Goldens golden) throws Exception {
        language.need();
        Result result = run(language, golden.journal().toString());
        assertThat(result.out).isEqualTo(Files.readString(golden.folder().resolve("expected.ndjson")));
        Path errors = golden.folder().resolve("expected.errors");
        assertThat(result.errors)
                .containsExactlyElementsOf(Files.exists(errors) ? Files.readAllLines(errors) : List.of());
        assertThat(result.code).isEqualTo(Files.exists(errors) ? 3 : 0);
    }

    @ParameterizedTest
    @EnumSource
    void printsWhatTwoJavaWritersWroteAcrossRolls(Language language) throws Exception {
        language.need();
        Path directory = temp.resolve("two");
        AtomicLong now = new AtomicLong(Recording.BEGIN);
        Journal journal = Journal.open(directory, () -> now.addAndGet(3_000_000));
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int seed = i;
            Thread thread = new Thread(() -> write(journal, seed));
            thread.setUncaughtExceptionHandler((t, e) -> {
                synchronized (failures) {
                    failures.add(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(journal.files().size()).as("cycles and metadata").isGreaterThan(2);
        Printed expected = Printed.of(journal, Start.OLDEST);
        assertThat(expected.lines()).hasSize(2 * EVENTS_EACH);
        Result result = run(language, directory.toString());
        assertThat(result.errors).isEmpty();
        assertThat(result.code).isZero();
        assertThat(result.out.lines().map(line -> line + "\n").toList()).isEqualTo(expected.lines());
    }

    private static void write(Journal journal, int seed) {
        Random random = new Random(seed);
        EventDraft draft = new EventDraft().capturedNanos(0);
        try (JournalWriter writer = journal.writer(Roll.MINUTELY)) {
            long labels = writer.publish(
                    new LabelSet(LabelSet.Model.named("model " + seed), new TreeMap<>(Map.of(0, "cat", 2, "犬 🐕"))));
            for (int i = 0; i < EVENTS_EACH; i++) {
                draft.clear()
                        .source("/photos/" + "🐕".repeat(random.nextInt(3)) + i % 10 + ".jpg")
                        .capturedNanos(random.nextLong())
                        .frame(i, i * 40_000_000L)
                        .took(random.nextInt(1 << 30), 1L << random.nextInt(62))
                        .labelSet(labels);
                for (int d = random.nextInt(3); d > 0; d--) {
                    float anything = Float.intBitsToFloat(random.nextInt(0x7f800000));
                    draft.detection(d, random.nextFloat(), anything, -anything, anything, random.nextFloat(), d);
                }
                writer.append(draft);
            }
        }
    }

    /** Headers that are damaged so that they lead behind the end, where nothing is, hide nothing. */
    @ParameterizedTest
    @EnumSource
    void aJumpOverTheLastEventIsNoEnd(Language language) throws Exception {
        language.need();
        Path directory = temp.resolve("jump");
        Journal journal = Journal.open(directory);
        try (JournalWriter writer = journal.writer(Roll.DAILY)) {
            for (int i = 0; i < 60; i++) {
                writer.append(new EventDraft().capturedNanos(0).frame(i, 0));
            }
        }
        JournalDirectory files = new JournalDirectory(directory);
        Path file = files.cycleFile(Roll.DAILY, files.cycles(Roll.DAILY)[0]);
        long from;
        long end;
        try (CycleFile cycle = CycleFile.tryOpen(file, 0)) {
            CycleCursor cursor = cycle.start();
            cursor.to(18);
            from = cursor.position();
            cursor.toEnd();
            end = cursor.position();
        }
        List<String> all = Printed.of(journal, Start.OLDEST).lines();
        for (int flags : new int[] {0, 0x4000_0000, 0xc000_0000}) {
            try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                byte[] noise = new byte[36];
                new Random(flags).nextBytes(noise);
                out.seek(from);
                out.write(noise);
                out.seek(from);
                out.writeInt(Integer.reverseBytes(flags | (int) (end - from + 400)));
            }
            Printed java = Printed.of(journal, Start.OLDEST);
            assertThat(java.lines()).as("%x", flags).containsAll(all.subList(19, 60));
            assertThat(java.errors()).as("%x", flags).isNotEmpty();
            Result result = run(language, directory.toString());
            assertThat(result.out).isEqualTo(java.text());
            assertThat(result.errors).isEqualTo(java.errors());
        }
    }

    @ParameterizedTest
    @EnumSource
    void printsPositionsAndHoldersOfConsumers(Language language) throws Exception {
        language.need();
        Path copy = temp.resolve("copy");
        GoldenTest.copy(Goldens.BATCHES.journal(), copy);
        Journal journal = Journal.open(copy);
        journal.reader("new").close();
        journal.reader("at-the-end", Start.END).close();
        try (JournalReader stopped = journal.reader("stopped");
                JournalReader running = journal.reader("running")) {
            stopped.poll(event -> {}, 3);
            stopped.close();
            running.poll(event -> {}, 100);
            List<String> expected = new ArrayList<>();
            for (String name : List.of("at-the-end", "new", "running", "stopped")) {
                ConsumerFile.State state = ConsumerFile.read(new JournalDirectory(copy), name);
                long holder = name.equals("running") ? ProcessHandle.current().pid() : 0;
                expected.add(name + " " + state.state() + " 0x" + Long.toHexString(state.index()) + " " + state.place()
                        + " " + holder);
            }
            Result result = run(language, "--consumers", copy.toString());
            assertThat(result.out.lines()).containsExactlyElementsOf(expected);
            assertThat(result.code).isZero();
        }
    }

    private Result run(Language language, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(language.command());
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Errors are cut to their first two words, which are the ones that are agreed on. */
    private static Result run(List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(built, "out", "");
        Path errors = Files.createTempFile(built, "errors", "");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("%s ended", command)
                .isTrue();
        List<String> words = Files.readAllLines(errors).stream()
                .map(line -> line.replaceFirst("^((?:damaged|missing) [^ ]*): .*", "$1"))
                .toList();
        return new Result(process.exitValue(), Files.readString(out), words);
    }
}
