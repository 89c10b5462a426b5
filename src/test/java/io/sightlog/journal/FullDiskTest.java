package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.journal.internal.append.HoldingWriter;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device without room, permission or descriptors is an error that names it, before anything is harmed. */
@Tag("slow")
final class FullDiskTest {
    private static final long MINUTE = 60_000_000_000L;

    @TempDir
    Path temp;

    private final AtomicLong now = new AtomicLong(1_700_000_000_000_000_000L);
    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private long appended;

    private Journal journal(SmallDisk disk) {
        return Journal.open(disk.journal(), now::get);
    }

    private void append(JournalWriter writer, int bytes) {
        writer.append(draft.clear().capturedNanos(0).frame(appended, 0).section(40_000, new byte[bytes]));
        appended++;
    }

    private List<Long> frames(Journal journal) {
        List<Long> frames = new ArrayList<>();
        try (JournalReader reader = journal.reader()) {
            while (reader.poll(event -> frames.add(event.frame()), 1000) > 0) {
                // all there are
            }
        }
        return frames;
    }

    private List<Long> all() {
        return LongStream.range(0, appended).boxed().toList();
    }

    @Test
    void aRecoveryWithoutRoomFailsAndTakesItForNoDamageOfTheOldJournal() throws Exception {
        Journal old = Journal.open(temp.resolve("old"), now::get);
        try (JournalWriter writer = old.writer(Roll.DAILY)) {
            for (int i = 0; i < 8; i++) {
                append(writer, 300_000);
            }
        }
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 2048)) {
            assertThatThrownBy(() -> Recoveries.recover(old, Roll.DAILY, disk.journal()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("No space left on device")
                    .hasMessageContaining(disk.journal() + " is not complete");
        }
    }

    private static List<String> names(SmallDisk disk) throws IOException {
        try (Stream<Path> files = Files.list(disk.journal())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void anIdThatCannotBeWrittenIsAnErrorThatSaysSo() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4096)) {
            try (JournalWriter writer = journal(disk).writer(Roll.DAILY)) {
                append(writer, 100);
            }
            disk.fillUpTo(0);
            List<String> before = names(disk);
            assertThatThrownBy(journal(disk)::makeId)
                    .isInstanceOf(JournalFullException.class)
                    .hasMessageContaining("cannot write " + disk.journal().resolve("sightlog.id"));
            assertThat(names(disk)).isEqualTo(before);
            disk.empty();
            Path readOnly = disk.readOnlyJournal();
            assertThatThrownBy(Journal.open(readOnly)::makeId)
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("cannot write " + readOnly.resolve("sightlog.id"))
                    .hasMessageContaining("Read-only file system");
            JournalId made = journal(disk).makeId();
            assertThat(Journal.open(readOnly).makeId()).as("one that is there").isEqualTo(made);
        }
    }

    @Test
    void anAppendWithoutRoomIsAnErrorAndGoesOnWhenThereIsRoom() throws Exception {
        for (int bytes : new int[] {100, 5_000, 300_000}) {
            appended = 0;
            try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk" + bytes), 4096)) {
                disk.fillUpTo(2048);
                try (JournalWriter writer = journal(disk).writer(Roll.DAILY);
                        JournalReader live = journal(disk).reader()) {
                    for (int round = 0; round < 2; round++) {
                        assertThatThrownBy(() -> {
                                    while (true) {
                                        append(writer, bytes);
                                    }
                                })
                                .isInstanceOf(JournalFullException.class)
                                .hasMessageContaining("No space left on device");
                        assertThatThrownBy(() -> append(writer, bytes)).isInstanceOf(JournalFullException.class);
                        assertThat(writer.nextSequence()).isEqualTo(appended);
                        assertThat(frames(journal(disk))).isEqualTo(all());
                        while (live.next()) {
                            assertThat(live.event().frame()).isLessThan(appended);
                        }
                        if (round == 0) {
                            disk.fillUpTo(1024);
                            append(writer, bytes);
                        }
                    }
                    assertThat(appended).isGreaterThan(5);
                }
                disk.empty();
                try (JournalWriter writer = journal(disk).writer(Roll.DAILY)) {
                    append(writer, bytes);
                }
                assertThat(frames(journal(disk))).isEqualTo(all());
            }
        }
    }

    @Test
    void aRollWithoutRoomIsAnErrorAndLeavesTheOldCycleAsItWas() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4096);
                JournalWriter writer = journal(disk).writer(Roll.MINUTELY)) {
            append(writer, 100);
            List<String> before = names(disk);
            now.addAndGet(MINUTE);
            for (int free : new int[] {0, 4, 40, 100}) {
                disk.fillUpTo(free);
                assertThatThrownBy(() -> append(writer, 100)).isInstanceOf(JournalFullException.class);
                assertThat(names(disk)).isEqualTo(before);
                assertThat(frames(journal(disk))).isEqualTo(all());
            }
            disk.empty();
            append(writer, 100);
            assertThat(names(disk)).hasSize(before.size() + 1);
            assertThat(frames(journal(disk))).isEqualTo(all());
        }
    }

    @Test
    void theEndOfACycleFitsAlwaysAlsoOnAFullDisk() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4096)) {
            try (JournalWriter writer = journal(disk).writer(Roll.MINUTELY)) {
                append(writer, 100);
                disk.fillUpTo(0);
                assertThatThrownBy(() -> {
                            while (true) {
                                append(writer, 1000);
                            }
                        })
                        .isInstanceOf(JournalFullException.class);
            }
            now.addAndGet(5 * MINUTE);
            for (int i = 0; i < 3; i++) {
                try (JournalWriter writer = journal(disk).writer()) {
                    assertThatThrownBy(() -> append(writer, 100)).isInstanceOf(JournalFullException.class);
                }
            }
            assertThat(frames(journal(disk))).isEqualTo(all());
        }
    }

    @Test
    void droppingTheOldestIsAdvisedOnlyWhereThereIsOneThatMayGo() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4096);
                JournalWriter writer = journal(disk).writer(Roll.MINUTELY)) {
            append(writer, 100);
            assertThat(whenFull(disk, writer)).endsWith("No space left on device; make room");
            disk.empty();
            now.addAndGet(MINUTE);
            append(writer, 100);
            assertThat(whenFull(disk, writer)).endsWith("; make room, or write with --when-full drop-oldest");
            disk.empty();
            journal(disk).reader("has-read-nothing").close();
            assertThat(whenFull(disk, writer)).endsWith("No space left on device; make room");
        }
    }

    private String whenFull(SmallDisk disk, JournalWriter writer) throws Exception {
        disk.fillUpTo(0);
        try {
            while (true) {
                append(writer, 1000);
            }
        } catch (JournalFullException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void aJournalIsCreatedWholeOrNotAtAll() throws Exception {
        int created = 0;
        int refused = 0;
        for (int free = 0; free < 1200; free += 52) {
            appended = 0;
            try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk" + free), 4096)) {
                disk.fillUpTo(free);
                try (JournalWriter writer = journal(disk).writer(Roll.DAILY)) {
                    append(writer, 100);
                    created++;
                } catch (JournalException e) {
                    assertThat(e).hasMessageContaining("No space left on device");
                    refused++;
                }
                disk.empty();
                try (JournalWriter writer = journal(disk).writer(Roll.DAILY)) {
                    append(writer, 100);
                }
                assertThat(frames(journal(disk))).isEqualTo(all());
            }
        }
        assertThat(created).isPositive();
        assertThat(refused).isPositive();
    }

    @Test
    void blockingWaitsForRoomAndSaysSoOnce() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        WriterOptions options =
                WriterOptions.DEFAULT.roll(Roll.DAILY).whenFull(WhenFull.BLOCK).notice(told::add);
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4096);
                JournalWriter writer = journal(disk).writer(options)) {
            disk.fillUpTo(500);
            CompletableFuture<Void> appending = CompletableFuture.runAsync(() -> {
                while (appended < 20) {
                    append(writer, 100_000);
                }
            });
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (told.isEmpty() && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(appending).isNotDone();
            disk.empty();
            appending.get(2, TimeUnit.MINUTES);
            assertThat(told).singleElement().asString().contains("No space left on device", "waiting for room");
            assertThat(frames(journal(disk))).isEqualTo(all());
            disk.fillUpTo(0);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> {
                        while (true) {
                            append(writer, 100_000);
                        }
                    })
                    .isInstanceOf(JournalFullException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void droppingTheOldestKeepsWhatConsumersNeed() throws Exception {
        List<String> told = new ArrayList<>();
        WriterOptions options = WriterOptions.DEFAULT
                .roll(Roll.MINUTELY)
                .whenFull(WhenFull.DROP_OLDEST)
                .notice(told::add);
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4096);
                JournalWriter writer = journal(disk).writer(options)) {
            for (int cycle = 0; cycle < 10; cycle++) {
                for (int i = 0; i < 6; i++) {
                    append(writer, 100_000);
                }
                now.addAndGet(MINUTE);
            }
            assertThat(told).isNotEmpty().allMatch(line -> line.startsWith("dropped "));
            List<Long> left = frames(journal(disk));
            assertThat(left)
                    .isEqualTo(LongStream.range(appended - left.size(), appended)
                            .boxed()
                            .toList());
            assertThat(left.size() % 6).isZero();

            try (JournalReader reader = journal(disk).reader("needs-all")) {
                assertThat(reader.next()).isTrue();
                reader.poll(event -> {}, 1);
            }
            int drops = told.size();
            assertThatThrownBy(() -> {
                        while (true) {
                            append(writer, 100_000);
                        }
                    })
                    .isInstanceOf(JournalFullException.class)
                    .hasMessageContaining("no closed cycle left that may be dropped");
            assertThat(told).hasSize(drops);
        }
    }

    @Test
    void droppingTheOldestTakesUnreadOnesWhenTold() throws Exception {
        WriterOptions options = WriterOptions.DEFAULT
                .roll(Roll.MINUTELY)
                .whenFull(WhenFull.DROP_OLDEST)
                .retention(
                        new Retention.Policy(null, Long.MAX_VALUE, Integer.MAX_VALUE, Set.of(), true),
                        (plan, failure) -> {});
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4096);
                JournalWriter writer = journal(disk).writer(options)) {
            append(writer, 100);
            journal(disk).reader("never-reads").close();
            for (int i = 0; i < 60; i++) {
                append(writer, 100_000);
                now.addAndGet(MINUTE / 6);
            }
            assertThat(frames(journal(disk))).endsWith(appended - 1).hasSizeLessThan(60);
        }
    }

    @Test
    void aQuietJournalIsSmall() throws Exception {
        Path directory = temp.resolve("quiet");
        try (JournalWriter writer = Journal.open(directory, now::get).writer()) {
            for (int i = 0; i < 3600 * 3; i++) { // a frame a second
                append(writer, 200);
                now.addAndGet(MINUTE / 60);
            }
        }
        long blocks = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                blocks += onDisk(file);
            }
        }
        assertThat(blocks).isLessThan(3600 * 3 * 400L + (1 << 20));
    }

    private static long onDisk(Path file) throws Exception {
        Process du = new ProcessBuilder("du", "-k", "-s", file.toString()).start();
        String kilobytes = new String(du.getInputStream().readAllBytes()).split("\\s")[0];
        return Files.isDirectory(file) ? 0 : Long.parseLong(kilobytes) * 1024;
    }

    @Test
    void aReadOnlyMountIsNamed() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4096)) {
            try (JournalWriter writer = journal(disk).writer()) {
                append(writer, 100);
            }
            Journal readOnly = Journal.open(disk.readOnlyJournal(), now::get);
            assertThatThrownBy(readOnly::writer)
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("Read-only file system");
            assertThat(frames(readOnly)).isEqualTo(all());
        }
    }

    @Test
    void anExhaustedLimitOfOpenFilesIsNamedAndPasses() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
        List<String> command = new ArrayList<>(List.of("/bin/bash", "-c", "ulimit -n 300 && exec \"$@\"", "limited"));
        command.addAll(HoldingWriter.java(FullDiskTest.class, temp.resolve("q").toString()));
        Process limited = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(limited.getInputStream().readAllBytes());
        assertThat(limited.waitFor()).as(output).isZero();
        assertThat(output).contains("Too many open files").contains("read 2");
    }

    /** A writer in a process that runs out of descriptors at a roll. */
    public static void main(String[] args) throws IOException {
        AtomicLong now = new AtomicLong(1_700_000_000_000_000_000L);
        Journal journal = Journal.open(Path.of(args[0]), now::get);
        EventDraft draft = new EventDraft().capturedNanos(0);
        try (JournalWriter writer = journal.writer(Roll.MINUTELY)) {
            writer.append(draft.frame(0, 0));
            now.addAndGet(MINUTE);
            List<FileInputStream> open = new ArrayList<>();
            try {
                while (true) {
                    open.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                // none left
            }
            for (int free = 0; free < 8; free++) {
                try {
                    writer.append(draft.frame(1, 0));
                    break;
                } catch (JournalException e) {
                    System.out.println(free + " free: " + e.getMessage());
                    open.remove(0).close();
                }
            }
            for (FileInputStream file : open) {
                file.close();
            }
            if (writer.nextSequence() == 1) {
                writer.append(draft.frame(1, 0));
            }
        }
        int read = 0;
        try (JournalReader reader = journal.reader()) {
            while (reader.next()) {
                read++;
            }
        }
        System.out.println("read " + read);
    }
}
