package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sightlog.event.Digest;
import io.sightlog.event.EventDraft;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.audit.Finding;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be opened, mapped, read or listed is an error: nothing is passed, moved, mended or deleted for it. */
final class UnreadableTest {
    private static final int EVENTS_A_CYCLE = 100;
    private static final int EVENT_BYTES = 3000;
    /** In the middle of the events of a cycle, which begin behind its index. */
    private static final long MIDDLE = 700_000;

    @TempDir
    Path temp;

    private FaultyDisk disk;
    private Journal journal;
    private Path secondCycle;

    @BeforeEach
    void fill() throws IOException, InterruptedException {
        disk = FaultyDisk.mount(temp);
        AtomicLong now = new AtomicLong(Recording.BEGIN);
        try (JournalWriter writer =
                Journal.open(disk.behind().resolve("q"), now::get).writer(Roll.SECONDLY)) {
            EventDraft draft = new EventDraft().capturedNanos(0);
            for (int i = 0; i < 3 * EVENTS_A_CYCLE; i++) {
                now.set(Recording.BEGIN + i / EVENTS_A_CYCLE * 1_000_000_000L);
                writer.append(draft.clear().capturedNanos(0).message("t", i + "x".repeat(EVENT_BYTES)));
            }
        }
        journal = Journal.open(disk.mounted().resolve("q"), now::get);
        secondCycle = journal.files().get(1);
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (disk != null) { // else there is no such file system here
            disk.close();
        }
    }

    /** {@code cycle} stands for the name of the second cycle's file, {@code all} for the directory. */
    private void fail(String fault) throws IOException {
        String[] words = fault.split(" ", -1);
        String part =
                words[2].replace("cycle", secondCycle.getFileName().toString()).replace("all", "/q");
        disk.fail(words[0], Integer.parseInt(words[1]), part, words.length > 3 ? Long.parseLong(words[3]) : 0);
    }

    private static List<Long> read(JournalReader reader) {
        List<Long> read = new ArrayList<>();
        while (reader.poll(event -> read.add(event.sequence()), 7) > 0) {
            // until there are no more
        }
        return read;
    }

    @ParameterizedTest
    @CsvSource({
        "open 5 cycle, Input/output error",
        "open 24 cycle, Too many open files",
        "open 13 cycle, permission denied",
        "read 5 cycle, Input/output error",
        "getattr 5 cycle, Input/output error",
        "readdir 5 all, Input/output error",
        "read 5 cycle 700000, Input/output error"
    })
    void aReaderGoesOnWhereItWas(String fault, String reason) throws IOException {
        List<Long> read = new ArrayList<>();
        try (JournalReader reader = journal.reader("alarm")) {
            assertThat(reader.poll(event -> read.add(event.sequence()), EVENTS_A_CYCLE))
                    .isEqualTo(EVENTS_A_CYCLE);
            fail(fault);
            for (int times = 0; times < 3; times++) {
                FileAccessException failure = catchThrowableOfType(
                        FileAccessException.class, () -> reader.poll(event -> read.add(event.sequence()), 10_000));
                assertThat(failure)
                        .hasMessageContainingAll(fault.contains("all") ? "/q" : secondCycle.toString(), reason)
                        .message()
                        .doesNotContain("\n", "damage");
            }
            assertThat(Objects.requireNonNull(ConsumerFile.read(directory(), "alarm"))
                            .index())
                    .isEqualTo(reader.event().index());
            disk.heal();
            read.addAll(read(reader));
        }
        assertThat(read)
                .isEqualTo(
                        Stream.iterate(0L, i -> i + 1).limit(3 * EVENTS_A_CYCLE).toList());
    }

    private JournalDirectory directory() {
        return new JournalDirectory(journal.directory());
    }

    @Test
    void whatLiesBeforeABadPageIsRead() throws IOException {
        fail("read 5 cycle " + MIDDLE);
        List<Long> read = new ArrayList<>();
        try (JournalReader reader = journal.reader()) {
            assertThatThrownBy(() -> reader.poll(event -> read.add(event.sequence()), 10_000))
                    .isInstanceOf(FileAccessException.class);
        }
        long bytes = MIDDLE - firstDocument();
        assertThat(read.size() - EVENTS_A_CYCLE)
                .isBetween((int) (bytes / (EVENT_BYTES + 200)) - 2, (int) (bytes / EVENT_BYTES));
    }

    /** Where a file is read in order, the kernel is asked for much of it at once, or only whether it is there. */
    @Test
    void aBadPageFarOnIsAnErrorAndNoFault() throws IOException {
        long events = 2000;
        long badByte = 4 << 20;
        try (JournalWriter writer = Journal.open(disk.behind().resolve("q"), () -> Recording.BEGIN + 10_000_000_000L)
                .writer()) {
            EventDraft draft = new EventDraft().capturedNanos(0);
            for (int i = 0; i < events; i++) {
                writer.append(draft.clear().capturedNanos(0).message("long", i + "x".repeat(EVENT_BYTES)));
            }
        }
        String last = journal.files().get(3).getFileName().toString();
        disk.fail("read", FaultyDisk.EIO, last, badByte);
        List<Long> read = new ArrayList<>();
        try (JournalReader reader = journal.reader()) {
            for (int times = 0; times < 3; times++) {
                assertThatThrownBy(() -> reader.poll(event -> read.add(event.sequence()), 10_000))
                        .isInstanceOf(FileAccessException.class)
                        .hasMessageContainingAll(last, "Input/output error");
            }
            assertThat(read.size() - 3 * EVENTS_A_CYCLE)
                    .isGreaterThan((int) ((badByte - (1 << 20)) / (EVENT_BYTES + 200)))
                    .isLessThan((int) (badByte / EVENT_BYTES));
            disk.heal();
            read.addAll(read(reader));
            assertThat(read).hasSize(3 * EVENTS_A_CYCLE + (int) events);
        }
    }

    private long firstDocument() {
        try (CycleFile file = Objects.requireNonNull(
                CycleFile.tryOpen(disk.behind().resolve("q").resolve(secondCycle.getFileName()), 0))) {
            CycleCursor cursor = file.start();
            cursor.peek();
            return cursor.position();
        }
    }

    @ParameterizedTest
    @CsvSource({"open 5 cycle", "getattr 13 cycle", "read 5 cycle", "readdir 5 all"})
    void aSeekThatFailedIsDoneByTheNextPoll(String fault) throws IOException {
        try (JournalReader reader = journal.reader()) {
            assertThat(reader.next()).isTrue();
            fail(fault);
            assertThatThrownBy(() -> reader.seek(new Start.Last(150))).isInstanceOf(FileAccessException.class);
            disk.heal();
            assertThat(read(reader)).hasSize(150);
        }
    }

    @Test
    void nothingThatWasNotReadIsCalledDamaged() throws IOException {
        fail("read 5 cycle " + MIDDLE);
        List<Finding> findings = new ArrayList<>();
        Verification verification = new Verification(journal, null, null, findings::add, bytes -> {});
        verification.run();
        assertThat(findings)
                .filteredOn(found -> found.kind() != Finding.Kind.UNREAD)
                .isEmpty();
        assertThat(findings).singleElement().satisfies(found -> {
            assertThat(found.file()).isEqualTo(secondCycle.getFileName().toString());
            assertThat(found.text()).contains("Input/output error");
        });
        assertThat(verification.damages()).isZero();
        assertThat(verification.unread()).isEqualTo(1);
        assertThat(verification.events()).isGreaterThan(2 * EVENTS_A_CYCLE);
    }

    @ParameterizedTest
    @CsvSource({"open 13 alarm.position", "readdir 5 consumers", "getattr 5 consumers", "read 5 cycle", "open 24 cycle"
    })
    void nothingIsDeletedForWhatCannotBeRead(String fault) throws IOException {
        try (JournalReader reader = journal.reader("alarm")) {
            reader.poll(event -> {}, EVENTS_A_CYCLE + 1);
        }
        fail(fault);
        Retention.Policy policy = new Retention.Policy(null, Long.MAX_VALUE, 1, Set.of(), false);
        assertThatThrownBy(() -> journal.retention().plan(policy)).isInstanceOf(FileAccessException.class);
        assertThatThrownBy(() -> journal.retention().oldestCycle().drop(false)).isInstanceOf(FileAccessException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "open 5 cycle",
        "read 5 cycle",
        "read 5 cycle 700000",
        "readdir 5 all",
        "read 5 metadata",
        "getattr 5 metadata"
    })
    void aWriterThatCannotReadMendsNothing(String fault) throws IOException {
        Path newest = journal.files().get(2);
        Files.delete(disk.behind().resolve("q/sightlog.writers")); // so that it looks at all as after a loss of power
        Files.delete(disk.behind().resolve("q").resolve(newest.getFileName()));
        Map<String, Long> before = cycles();
        fail(fault);
        assertThatThrownBy(journal::writer)
                .isInstanceOf(FileAccessException.class)
                .message()
                .containsPattern(fault.replace("all", "q")
                        .replaceAll("\\w+ \\d (\\w+).*", "$1")
                        .replace("cycle", secondCycle.getFileName().toString()))
                .contains("nput/output error");
        assertThat(cycles()).isEqualTo(before);
    }

    private Map<String, Long> cycles() throws IOException {
        Map<String, Long> all = new TreeMap<>();
        try (Stream<Path> files = Files.list(disk.behind().resolve("q"))) {
            for (Path file :
                    (Iterable<Path>) files.filter(path -> path.toString().endsWith(".cq4"))::iterator) {
                all.put(file.getFileName().toString(), Digest.of(Files.readAllBytes(file)));
            }
        }
        return all;
    }
}
