package io.sightlog.timeline;

import static io.sightlog.timeline.TimelineJournal.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.inspect.Diagnosis;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.Journal;
import io.sightlog.journal.Retention;
import io.sightlog.journal.Roll;
import io.sightlog.journal.audit.Finding;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cycles are closed, pruned, damaged and replaced under a timeline, and its files are deleted: what it says is what is there. */
@Tag("slow")
class TimelineLifeTest {
    private static final long HOUR = 3600 * SECOND;
    private static final int[] COLUMNS = {1, 3, 50, 1200, 8000};

    @TempDir
    Path temp;

    private Random random;
    private TimelineJournal journal;
    private Timeline timeline;

    @BeforeEach
    void fill() {
        random = new Random(Seeds.of(getClass()));
        journal = new TimelineJournal(temp.resolve("j"), Roll.HOURLY, random);
        journal.fill(600, 8 * HOUR);
        timeline = new Timeline(journal.journal);
        timeline.refresh(() -> false);
    }

    @AfterEach
    void close() {
        timeline.close();
        journal.close();
    }

    private void refresh() {
        timeline.lookAgain();
        Progress progress = timeline.refresh(() -> false);
        assertThat(progress.isUpToDate()).as(progress.toString()).isTrue();
    }

    /** Compares wide and narrow columns of all that is there, and more. */
    private void check(Timeline one) {
        PlainScan scan = new PlainScan(journal.journal);
        for (int columns : COLUMNS) {
            for (Lanes by : Lanes.values()) {
                Filter filter = new Filter(List.of(), columns == 50 ? 0.4f : 0, List.of(), List.of());
                Answer answer = one.query(scan.firstNanos() - HOUR, scan.lastNanos() + HOUR, columns, by, filter);
                assertThat(answer.unknown()).isEmpty();
                assertThat(answer.damaged()).isEqualTo(scan.damaged);
                scan.check(answer, by, filter, columns + " columns by " + by);
            }
        }
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Set<String> names = new TreeSet<>();
            files.forEach(file -> names.add(file.getFileName().toString()));
            return names;
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int was = open.read();
            open.seek(at);
            open.write(was ^ 0x10);
        }
    }

    @Test
    void whatIsAppendedIsCountedAtTheNextRefreshAlsoOverARoll() {
        for (int i = 0; i < 5; i++) {
            journal.fill(50, HOUR);
            assertThat(timeline.refresh(() -> false).isUpToDate()).isTrue(); // without another look at all files
            check(timeline);
        }
        refresh();
        check(timeline);
    }

    @Test
    void anIndexThatGrewIsTheSameByteForByteAsOneThatIsMadeAtOnce() throws IOException {
        for (int i = 0; i < 20; i++) {
            journal.fill(40, HOUR / 4);
            timeline.refresh(() -> false);
        }
        refresh();
        try (Timeline other = new Timeline(journal.journal, temp.resolve("cache"))) {
            other.refresh(() -> false);

            assertThat(names(other.folder()))
                    .isEqualTo(names(timeline.folder()))
                    .hasSizeGreaterThan(10);
            for (String name : names(other.folder())) {
                assertThat(other.folder().resolve(name))
                        .hasSameBinaryContentAs(timeline.folder().resolve(name));
            }
        }
    }

    @Test
    void filesOfPrunedCyclesGo() throws IOException {
        Set<String> before = names(timeline.folder());
        Retention retention = journal.journal.retention();
        retention.execute(retention.plan(new Retention.Policy(null, Long.MAX_VALUE, 4, Set.of(), true)));
        refresh();

        assertThat(before).hasSizeGreaterThan(6);
        assertThat(names(timeline.folder()).stream().filter(name -> name.endsWith(".cycle")))
                .hasSize(3);
        check(timeline);
    }

    @Test
    void aFileThatIsDeletedIsMadeAgainAndNothingWrongIsSaidMeanwhile() throws IOException {
        PlainScan scan = new PlainScan(journal.journal);
        for (String name : names(timeline.folder())) {
            Files.delete(timeline.folder().resolve(name));
        }

        Answer answer = timeline.query(scan.firstNanos(), scan.lastNanos(), 8000, Lanes.LABEL, Filter.ALL);
        assertThat(answer.unknown()).hasSize(1);
        assertThat(timeline.refresh(() -> false).isUpToDate()).isTrue();

        assertThat(names(timeline.folder())).isNotEmpty();
        check(timeline);
    }

    @Test
    void aFileThatIsDamagedIsMadeAgainAndNothingWrongIsSaidMeanwhile() throws IOException {
        long all = sum(timeline, 1, 0);
        long sure = sum(timeline, 1, 0.5f);
        for (String name : names(timeline.folder())) {
            Path file = timeline.folder().resolve(name);
            flip(file, (long) (random.nextDouble() * Files.size(file)));
        }
        try (Timeline again = new Timeline(journal.journal)) {
            for (int i = 0; i < 3; i++) {
                again.lookAgain();
                again.refresh(() -> false);
                for (int columns : COLUMNS) { // a block is looked at when it is read
                    for (float confidence : new float[] {0, 0.5f}) {
                        assertThat(sum(again, columns, confidence)).isIn(-1L, confidence == 0 ? all : sure);
                    }
                }
            }
            again.refresh(() -> false);
            check(again);
        }
    }

    /** Of all detections, -1 when not all are known. */
    private long sum(Timeline one, int columns, float confidence) {
        Filter filter = new Filter(List.of(), confidence, List.of(), List.of());
        PlainScan scan = new PlainScan(journal.journal);
        Answer answer = one.query(scan.firstNanos() - HOUR, scan.lastNanos() + HOUR, columns, Lanes.LABEL, filter);
        return answer.unknown().isEmpty()
                ? answer.lanes().stream().mapToLong(Answer.Lane::total).sum()
                : -1;
    }

    @Test
    void damagedEventsAreLeftOutAndCounted() throws IOException {
        EventDraft draft = new EventDraft();
        draft.clear()
                .capturedNanos(1)
                .source("s")
                .frame(1, 0)
                .ownLabels("m", "1\tcat")
                .detection(1, .5f, 1, 1, 2, 2, 0);
        journal.at(journal.now + HOUR, draft);
        journal.fill(100, HOUR);
        List<Path> files = journal.journal.files();
        for (Path file : files.subList(0, files.size() - 2)) { // not the open one, nor metadata
            for (int i = 0; i < 3; i++) {
                flip(file, 70_000 + random.nextInt(4000));
            }
        }
        try (Timeline other = new Timeline(journal.journal, temp.resolve("cache"))) {
            other.refresh(() -> false);
            assertThat(new PlainScan(journal.journal).damaged).isPositive();
            check(other);
        }
    }

    @Test
    void aCycleThatIsReplacedIsIndexedAnew() throws IOException {
        List<Path> files = journal.journal.files();
        List<Path> others = new ArrayList<>();
        try (TimelineJournal other = new TimelineJournal(temp.resolve("other"), Roll.HOURLY, random)) {
            other.fill(900, 8 * HOUR);
            others.addAll(other.journal.files());
        }
        for (Path other : others.subList(0, others.size() - 3)) {
            Path file = journal.directory.resolve(other.getFileName());
            if (files.subList(0, files.size() - 2).contains(file)) {
                Files.delete(file);
                Files.copy(other, file);
            }
        }
        refresh();
        check(timeline);
    }

    @ParameterizedTest
    @EnumSource(
            value = Roll.class,
            names = {"MINUTELY", "HOURLY"})
    void aJournalThatIsReplacedIsBegunAnew(Roll roll) throws IOException {
        journal.close();
        Files.move(journal.directory, temp.resolve("old"));
        journal = new TimelineJournal(journal.directory, roll, random);
        journal.fill(300, 20 * roll.lengthMillis() * 1_000_000L);
        PlainScan scan = new PlainScan(journal.journal);
        long deadline = System.nanoTime() + 30 * SECOND;
        Answer answer;
        do { // a reader looks once a second whether its journal is there
            assertThat(System.nanoTime()).as("the new journal is seen").isLessThan(deadline);
            timeline.lookAgain();
            timeline.refresh(() -> false);
            answer = timeline.query(0, Long.MAX_VALUE, 1, Lanes.SOURCE, Filter.ALL);
        } while (answer.lanes().stream().mapToLong(Answer.Lane::total).sum() != scan.frames());
        refresh();
        check(timeline);
    }

    @Test
    void aFirstLookIsTakenInStepsAndSaysWhatIsNotKnownYet() {
        PlainScan scan = new PlainScan(journal.journal);
        try (Timeline other = new Timeline(journal.journal, temp.resolve("cache"))) {
            TreeMap<Integer, Long> unknown = new TreeMap<>();
            Progress progress = other.progress();
            for (int calls = 0; !progress.isUpToDate(); calls++) {
                assertThat(calls).isLessThan(1000);
                AtomicBoolean once = new AtomicBoolean();
                progress = other.refresh(() -> once.getAndSet(true));
                Answer answer = other.query(scan.firstNanos(), scan.lastNanos(), 8000, Lanes.LABEL, Filter.ALL);
                long nanos = answer.unknown().stream()
                        .mapToLong(span -> span.toNanos() - span.fromNanos())
                        .sum();
                unknown.merge(progress.indexed(), nanos, Math::min);
                for (Answer.Span span : answer.unknown()) {
                    assertThat(span.toNanos()).as("newest first").isLessThan(scan.lastNanos());
                }
            }
            assertThat(unknown).hasSizeGreaterThan(6);
            assertThat(new ArrayList<>(unknown.values())).isSortedAccordingTo((a, b) -> Long.compare(b, a));
            assertThat(unknown.lastEntry().getValue()).isZero();
            check(other);
        }
    }

    @Test
    void whatWasIndexedIsTakenInAgainAndNotMadeAgain() throws IOException {
        TreeMap<String, Object> before = new TreeMap<>();
        for (String name : names(timeline.folder())) {
            before.put(name, Files.readAttributes(timeline.folder().resolve(name), "unix:ino,ctime"));
        }
        try (Timeline again = new Timeline(journal.journal)) {
            again.refresh(() -> false);
            check(again);
        }
        for (String name : names(timeline.folder())) {
            assertThat((Object) Files.readAttributes(timeline.folder().resolve(name), "unix:ino,ctime"))
                    .isEqualTo(before.get(name));
        }
    }

    @Test
    void aLabelSetThatComesLateHasItsCyclesIndexedAnew() throws IOException {
        long hash = journal.labels(LabelSet.of("late", List.of("zebra")));
        EventDraft draft = new EventDraft();
        draft.clear().capturedNanos(1).source("s").frame(1, 0).labelSet(hash).detection(0, .5f, 1, 1, 2, 2, 0);
        journal.at(journal.now + HOUR, draft);
        journal.fill(100, 2 * HOUR);
        Path catalogue = journal.directory.resolve("catalogue");
        Path set = null;
        for (String name : names(catalogue)) {
            if (Files.readString(catalogue.resolve(name)).contains("zebra")) {
                set = catalogue.resolve(name);
            }
        }
        assertThat(set).isNotNull();
        Path aside = temp.resolve("aside");
        Files.move(set, aside);
        Filter zebras = new Filter(List.of("zebra"), 0, List.of(), List.of());
        try (Timeline other = new Timeline(journal.journal, temp.resolve("cache"))) {
            other.refresh(() -> false);
            assertThat(other.query(0, journal.now, 1, Lanes.LABEL, zebras)
                            .lanes()
                            .get(0)
                            .total())
                    .isZero();
        }
        Files.move(aside, set);
        try (Timeline other = new Timeline(journal.journal, temp.resolve("cache"))) {
            other.refresh(() -> false);
            assertThat(other.query(0, journal.now, 1, Lanes.LABEL, zebras)
                            .lanes()
                            .get(0)
                            .total())
                    .isEqualTo(1);
        }
    }

    @Test
    void withACacheFolderNothingIsWrittenIntoTheJournal() throws IOException {
        timeline.close();
        for (String name : names(timeline.folder())) {
            Files.delete(timeline.folder().resolve(name));
        }
        Files.delete(timeline.folder());
        Set<String> before = names(journal.directory);
        try (Timeline other = new Timeline(journal.journal, temp.resolve("cache"))) {
            other.refresh(() -> false);
            check(other);
            assertThat(other.folder().getParent()).isEqualTo(temp.resolve("cache"));
        }
        assertThat(names(journal.directory)).isEqualTo(before).doesNotContain("timeline");
    }

    @Test
    void aFolderThatCannotBeWrittenIsAProblemAndLeavesTheOpenCycle() throws IOException {
        Path blocked = Files.createFile(temp.resolve("blocked"));
        try (Timeline other = new Timeline(journal.journal, blocked)) {
            Progress progress = other.refresh(() -> false);

            assertThat(progress.isUpToDate()).isFalse();
            assertThat(progress.problem()).contains("cannot write " + blocked);
            assertThat(other.whyNotKept()).contains("cannot write into " + blocked);
            assertThat(other.failedCycles())
                    .as("cycles that were read for nothing")
                    .isOne();
            Answer answer = other.query(journal.now - HOUR, journal.now, 8000, Lanes.SOURCE, Filter.ALL);
            assertThat(answer.lanes()).isNotEmpty();
            assertThat(other.query(0, journal.now, 8000, Lanes.SOURCE, Filter.ALL)
                            .unknown())
                    .isNotEmpty();
        }
    }

    @Test
    void auditDoctorAndStrayFilesKnowTheFolder() throws IOException {
        List<Finding> findings = new ArrayList<>();
        new Verification(journal.journal, null, null, findings::add, bytes -> {}).run();
        assertThat(findings)
                .filteredOn(finding -> finding.kind() == Finding.Kind.FILE_UNKNOWN)
                .isEmpty();
        assertThat(journal.journal.strayFiles()).isEmpty();
        assertThat(Diagnosis.of(journal.journal, () -> journal.now).symptoms())
                .filteredOn(symptom -> symptom.toString().contains("timeline"))
                .isEmpty();
        Object mode = Files.getAttribute(journal.directory.resolve("metadata.cq4t"), "unix:mode");
        for (String name : names(timeline.folder())) {
            assertThat(Files.getAttribute(timeline.folder().resolve(name), "unix:mode"))
                    .isEqualTo(mode);
        }
    }

    @Test
    void anyThreadMayAskWhileAnotherRefreshes() throws InterruptedException {
        AtomicBoolean isDone = new AtomicBoolean();
        List<Throwable> failed = new ArrayList<>();
        Filter all = Filter.ALL;
        Thread asking = new Thread(() -> {
            try {
                long before = 0;
                while (!isDone.get()) {
                    Answer answer = timeline.query(0, TimelineJournal.START + 1000 * HOUR, 1200, Lanes.LABEL, all);
                    long total = answer.lanes().stream()
                            .mapToLong(Answer.Lane::total)
                            .sum();
                    boolean isKnown = answer.unknown().isEmpty(); // else a cycle has begun just now
                    assertThat(total).isGreaterThanOrEqualTo(isKnown ? before : 0);
                    before = isKnown ? total : before;
                }
            } catch (Throwable e) {
                failed.add(e);
            }
        });
        asking.start();
        for (int i = 0; i < 60; i++) {
            journal.fill(30, HOUR / 2);
            if (i % 10 == 0) {
                timeline.lookAgain();
            }
            timeline.refresh(() -> false);
        }
        isDone.set(true);
        asking.join();
        assertThat(failed).isEmpty();
        check(timeline);
    }

    @Test
    void filesOfOthersInTheFolderStay() throws IOException {
        Files.writeString(timeline.folder().resolve("notes.txt"), "mine");
        Files.writeString(timeline.folder().resolve("20200101-00F.cycle"), "of a cycle that is gone");
        refresh();
        assertThat(names(timeline.folder())).contains("notes.txt").doesNotContain("20200101-00F.cycle");
    }

    @Test
    void aJournalThatComesLaterIsSeen() {
        Path directory = temp.resolve("later");
        try (Timeline other = new Timeline(Journal.open(directory))) {
            assertThat(other.refresh(() -> false).cycles()).isZero();
            journal.close();
            journal = new TimelineJournal(directory, Roll.MINUTELY, random);
            journal.fill(200, 300 * SECOND);
            other.lookAgain();
            other.refresh(() -> false);
            check(other);
        }
    }
}
