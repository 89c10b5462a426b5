package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventKind;
import io.sightlog.journal.audit.Finding;
import io.sightlog.journal.internal.append.AppendInside;
import io.sightlog.journal.internal.append.HoldingWriter;
import io.sightlog.journal.internal.format.CycleHead;
import io.sightlog.journal.internal.format.JournalDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writers in C keep what writers in Java promise: the same bytes, locks, and errors before anything is harmed. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("slow")
@Tag("alone")
class ForeignWriterTest {
    /** Two seconds are promised; whoever waits for the end of its patience instead takes longer than this. */
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String PATIENT = Long.toString(PATIENCE.toMillis());
    private static final String FULL = "-5 ";
    private static final String LOCKED = "-7 ";

    @TempDir
    Path temp;

    private Path cases;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void compile() throws Exception {
        cases = ForeignPrograms.sanitized("writer_cases", "-Wno-unused-function");
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    private Path directory() {
        return temp.resolve("q");
    }

    @Test
    void refusesWhatCannotBeAndAllocatesNothingAndJavaReadsWhatItAppends() throws Exception {
        Process api = start("api", directory().toString());
        assertThat(end(api)).as(errors()).isZero();
        List<String> kinds = new ArrayList<>();
        try (JournalReader reader = Journal.open(directory()).reader()) {
            while (reader.next() && kinds.size() < 9) {
                Event event = reader.event();
                kinds.add(event.kind().text() + " " + event.place());
                switch (kinds.size()) {
                    case 1 -> checkFirst(event);
                    case 2 -> assertThat(event.text(3)).isEqualTo("it has no bytes");
                    case 3 -> {
                        assertThat(event.sectionCount()).isEqualTo(4);
                        assertThat(event.labels().model().name()).isEqualTo("own");
                        assertThat(event.width()).isEqualTo(100);
                    }
                    case 7 -> assertThat(event.detectionCount()).isEqualTo(100_000);
                    case 8 -> {
                        assertThat(event.topic()).isEqualTo("ключ/1");
                        assertThat(event.isBinary()).isTrue();
                        assertThat(event.frame()).isZero();
                        assertThat(event.capturedNanos()).isEqualTo(5);
                    }
                    case 9 -> assertThat(event.contentBytes()).isEqualTo(1 << 20);
                    default -> {}
                }
            }
        }
        assertThat(kinds)
                .containsExactly(
                        "frame 0",
                        "skip 0",
                        "frame 0",
                        "frame 0",
                        "frame 1",
                        "frame 2",
                        "frame 0",
                        "message 0",
                        "message 0");
        List<Finding> findings = new ArrayList<>();
        new io.sightlog.inspect.Verification(Journal.open(directory()), null, null, findings::add, bytes -> {}).run();
        assertThat(findings).filteredOn(Finding::isDamage).isEmpty();
    }

    /** Its boxes are clipped as Java clips them. */
    private static void checkFirst(Event event) {
        EventDraft draft = new EventDraft().capturedNanos(0).size(768, 576);
        draft.detection(7, 0.7f, 125.25f, 212, 199.5f, 339, 0)
                .detection(1_000_000, 1, -10, -20.5f, 30, 1000, Long.MAX_VALUE)
                .detection(0, 0, 800, 600, 5, 5, 1)
                .detection(8, 0.5f, -0.0f, 575.5f, 768, 2, 0);
        java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocateDirect(draft.encodedBytes());
        draft.encode(io.sightlog.event.Memory.addressOf(bytes), bytes.capacity(), 1, 0, 0);
        for (int i = 0; i < 4; i++) {
            for (int at = 0; at < 32; at++) {
                assertThat(io.sightlog.event.Memory.getByte(event.address() + 112 + 32L * i + at))
                        .as("detection %d, byte %d", i, at)
                        .isEqualTo(bytes.get(112 + 32 * i + at));
            }
        }
        assertThat(event.detectionCount()).isEqualTo(4);
        assertThat(event.source()).isEqualTo("/photos/Grüße/犬.jpg");
        assertThat(event.stream()).isEqualTo("gate");
        assertThat(event.label(0)).isEqualTo("cat");
        assertThat(event.label(1)).isEqualTo("犬 \"\\ 🐕");
        assertThat(event.labels().model().name()).isEqualTo("c");
        assertThat(event.capturedNanos()).isEqualTo(-1);
        assertThat(event.positionNanos()).isEqualTo(2);
        assertThat(event.decodeNanos()).isEqualTo(3);
        assertThat(event.inferNanos()).isEqualTo(4);
        assertThat(event.digest()).isEqualTo(0x0807_0605_0403_0201L);
        assertThat(event.kind()).isEqualTo(EventKind.FRAME);
    }

    @Test
    void beginsFilesByteForByteAsJavaDoes() throws Exception {
        Path heads = Files.createDirectories(temp.resolve("heads"));
        assertThat(end(start("heads", heads.toString()))).as(errors()).isZero();
        for (Roll roll : Roll.values()) {
            assertThat(Files.readAllBytes(heads.resolve("cycle-" + roll.text())))
                    .as("%s", roll)
                    .isEqualTo(CycleHead.of(roll));
            Path made = temp.resolve("made-" + roll.text());
            JournalDirectory files = new JournalDirectory(made);
            AppendInside.createMetadata(files, WriterOptions.DEFAULT.roll(roll));
            byte[] expected = Files.readAllBytes(files.metadata());
            byte[] actual = Files.readAllBytes(heads.resolve("metadata-" + roll.text()));
            assertThat(actual).as("%s", roll).isEqualTo(Arrays.copyOf(expected, actual.length));
            assertThat(Arrays.copyOfRange(expected, actual.length, expected.length))
                    .containsOnly(0);
        }
    }

    private static WriterOptions options() {
        return WriterOptions.DEFAULT.roll(Roll.DAILY).lockTimeout(Duration.ofMillis(600));
    }

    private void appendSoon() {
        try (JournalWriter writer = Journal.open(directory()).writer(options().lockTimeout(PATIENCE))) {
            long start = System.nanoTime();
            writer.append(new EventDraft().capturedNanos(0));
            assertThat(System.nanoTime() - start).isLessThan(SOON_NANOS);
        }
    }

    @Test
    void aHolderInCIsNamedAndNotRobbedWhenItIsStoppedAndFollowedWhenItIsKilled() throws Exception {
        try (JournalWriter writer = Journal.open(directory()).writer(options())) {
            Process holder = holder();
            signal("STOP", holder);
            assertThatThrownBy(() -> writer.append(new EventDraft().capturedNanos(0)))
                    .hasMessageContaining("process " + holder.pid() + " holds the write lock")
                    .hasMessageContaining("is stopped");
            signal("CONT", holder);
            goOn(holder);
            assertThat(end(holder)).isZero();
            writer.append(new EventDraft().capturedNanos(0));
            Process second = holder();
            second.destroyForcibly().waitFor();
        }
        appendSoon();
        assertThat(frames()).containsExactly(1000L, 1001L, 0L, 1000L, 0L);
    }

    @Test
    void aWriterInCFollowsAKilledWriterInJavaAndNamesAStoppedOne() throws Exception {
        try (HoldingWriter holder = new HoldingWriter(directory())) {
            holder.signal("STOP");
            Process blocked = start("append", directory().toString(), "1", "600");
            assertThat(end(blocked)).isEqualTo(1);
            assertThat(output(blocked))
                    .startsWith(LOCKED)
                    .contains("process " + holder.pid() + " holds the write lock, and is stopped");
            holder.signal("CONT");
            holder.kill();
        }
        assertThat(end(start("append", directory().toString(), "1", PATIENT))).isZero();
        assertThat(frames()).containsExactly(1000L, 1000L);
    }

    @Test
    void aWriterInCInAnotherPidNamespaceHarmsNobodyAndIsNotRobbed() throws Exception {
        String[] unshare = {"unshare", "--pid", "--fork", "--mount-proc", "--kill-child"};
        assumeTrue(succeeds(unshare), "unshare --pid is not allowed here");
        try (JournalWriter writer = Journal.open(directory()).writer(options())) {
            Process there = holder(unshare);
            assertThatThrownBy(() -> writer.append(new EventDraft().capturedNanos(0)))
                    .hasMessageContaining("of another PID namespace");
            Process here = start("append", directory().toString(), "1", "600");
            assertThat(end(here)).isEqualTo(1);
            assertThat(output(here)).startsWith(LOCKED).contains("of another PID namespace");
            goOn(there);
            assertThat(end(there)).isZero();
            writer.append(new EventDraft().capturedNanos(0));
            holder(unshare).descendants().forEach(ProcessHandle::destroyForcibly);
        }
        appendSoon();
        try (HoldingWriter holder = new HoldingWriter(directory())) {
            Process there = start(unshare, "append", directory().toString(), "1", "600");
            assertThat(end(there)).isEqualTo(1);
            assertThat(output(there)).startsWith(LOCKED).contains("of another PID namespace");
            holder.goOn();
            assertThat(holder.exitCode()).isZero();
        }
        assertThat(end(start(unshare, "append", directory().toString(), "2", PATIENT)))
                .isZero();
        assertThat(frames()).containsExactly(1000L, 1001L, 0L, 1000L, 0L, 1000L, 1001L, 1000L, 1001L);
    }

    @Test
    void aFullDiskIsAnErrorAndItGoesOnWhenThereIsRoom() throws Exception {
        for (String bytes : List.of("100", "5000", "300000")) {
            try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk" + bytes), 4096)) {
                disk.fillUpTo(2048);
                Process filler = start("fill", disk.journal().toString(), "daily", bytes);
                BufferedReader out =
                        new BufferedReader(new InputStreamReader(filler.getInputStream(), StandardCharsets.UTF_8));
                long before = 0;
                for (int round = 0; round < 2; round++) {
                    String line = out.readLine();
                    assertThat(line).as(errors()).startsWith(FULL).contains("No space left on device");
                    long appended = Long.parseLong(line.split(" ")[1]);
                    assertThat(appended).isGreaterThan(before);
                    before = appended;
                    try (JournalReader reader = Journal.open(disk.journal()).reader()) {
                        assertThat(reader.poll(event -> {}, Integer.MAX_VALUE)).isEqualTo((int) appended);
                    }
                    if (round == 0) {
                        disk.fillUpTo(1024);
                        goOn(filler);
                    }
                }
                filler.getOutputStream().close();
                assertThat(end(filler)).as(errors()).isZero();
            }
        }
    }

    @Test
    void aRollWithoutRoomIsAnErrorAndLeavesTheOldCycleAsItWas() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4096)) {
            disk.fillUpTo(1024);
            Process filler = start("fill", disk.journal().toString(), "secondly", "100");
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(filler.getInputStream(), StandardCharsets.UTF_8));
            String full = out.readLine();
            for (int tries = 0; tries < 3; tries++) {
                assertThat(full).as(errors()).startsWith(FULL).contains("No space left on device");
                long second = System.currentTimeMillis() / 1000;
                while (System.currentTimeMillis() / 1000 == second) {
                    Thread.onSpinWait();
                }
                goOn(filler);
                String next = out.readLine();
                assertThat(next.split(" ")[1])
                        .as("nothing more fits into a new cycle")
                        .isEqualTo(full.split(" ")[1]);
                full = next;
            }
            try (JournalReader reader = Journal.open(disk.journal()).reader()) {
                assertThat(reader.poll(event -> {}, Integer.MAX_VALUE)).isEqualTo(Integer.parseInt(full.split(" ")[1]));
            }
            disk.empty();
            goOn(filler);
            assertThat(out.readLine()).startsWith(FULL);
        }
    }

    @Test
    void aLimitOfTheSizeOfFilesIsAnErrorAndNoSignalAndLeavesTheJournalSound() throws Exception {
        for (String blocks :
                List.of("16", "400", "170000")) { // too few for metadata, for a cycle, and for a second block
            Path queue = temp.resolve("limited" + blocks);
            String[] limited = {"sh", "-c", "ulimit -f " + blocks + "; exec \"$@\"", "sh"};
            Process filler = start(limited, "fill", queue.toString(), "daily", "1000000");
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(filler.getInputStream(), StandardCharsets.UTF_8));
            String line = String.valueOf(out.readLine());
            assertThat(line).as(errors()).startsWith("-4 ").endsWith("File too large");
            filler.getOutputStream().close();
            assertThat(end(filler)).as("no signal ended it: " + errors()).isLessThan(2);
            if (Files.exists(queue.resolve("metadata.cq4t"))) {
                try (JournalReader reader = Journal.open(queue).reader()) {
                    assertThat(reader.poll(event -> {}, Integer.MAX_VALUE))
                            .isEqualTo(Integer.parseInt(line.split(" ")[1]));
                }
            }
        }
    }

    // Processes

    private Process holder(String... prefix) throws IOException {
        Process process = start(prefix, "hold", directory().toString());
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertThat(line).as(errors()).startsWith("holding ");
        return process;
    }

    private Process start(String... arguments) throws IOException {
        return start(new String[0], arguments);
    }

    private Process start(String[] prefix, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.add(cases.toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(temp.resolve("errors").toFile()))
                .start();
        processes.add(process);
        return process;
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String errors() throws IOException {
        Path errors = temp.resolve("errors");
        return Files.exists(errors) ? Files.readString(errors) : "";
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void goOn(Process process) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    private static void signal(String name, Process process) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of(command));
        all.add("true");
        try {
            return new ProcessBuilder(all).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private List<Long> frames() {
        List<Long> frames = new ArrayList<>();
        try (JournalReader reader = Journal.open(directory()).reader()) {
            reader.poll(event -> frames.add(event.frame()), Integer.MAX_VALUE);
        }
        return frames;
    }
}
