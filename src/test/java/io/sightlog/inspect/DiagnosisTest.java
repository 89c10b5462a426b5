package io.sightlog.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.EventDraft;
import io.sightlog.inspect.Symptom.Area;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.audit.Finding;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosisTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final AtomicLong now = new AtomicLong(System.currentTimeMillis() * 1_000_000);

    @BeforeEach
    void fill() throws IOException {
        append(10);
        Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwx------"));
    }

    private Path directory() {
        return temp.resolve("q");
    }

    private Journal journal() {
        return Journal.open(directory(), now::get);
    }

    private void append(int events) {
        try (JournalWriter writer = journal().writer()) {
            for (int i = 0; i < events; i++) {
                writer.append(draft.clear().frame(i, 0).capturedNanos(now.addAndGet(1000)));
            }
        }
    }

    private List<Symptom> symptoms() {
        return Diagnosis.of(journal(), now::get).symptoms();
    }

    private Symptom only(Area area) {
        assertThat(symptoms()).singleElement().extracting(Symptom::area).isEqualTo(area);
        return symptoms().get(0);
    }

    @Test
    void nothingIsFoundWithASoundJournal() {
        assertThat(symptoms()).isEmpty();
    }

    @Test
    void whatIsNoJournalIsSaid() throws IOException {
        Files.createDirectory(temp.resolve("other"));
        assertThatThrownBy(() -> Diagnosis.of(Journal.open(temp.resolve("other")), now::get))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("no journal in");
    }

    private void lockedBy(long pid) throws IOException {
        byte[] metadata = Files.readAllBytes(directory().resolve("metadata.cq4t"));
        int key = new String(metadata, StandardCharsets.ISO_8859_1).indexOf("chronicle.write.lock");
        try (RandomAccessFile raw =
                new RandomAccessFile(directory().resolve("metadata.cq4t").toFile(), "rw")) {
            raw.seek((key + 20 + 5 + 1 + 7) / 8 * 8);
            raw.writeLong(Long.reverseBytes(pid));
        }
    }

    @Test
    void aHolderIsRunningOrStoppedOrDead() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "only /proc says what processes do");
        Process process = new ProcessBuilder("sleep", "60").start();
        try {
            lockedBy(process.pid());
            assertThat(only(Area.LOCK).text()).contains("process " + process.pid(), "and runs");
            new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            Symptom stopped = only(Area.LOCK);
            assertThat(stopped.text()).contains("is stopped");
            assertThat(stopped.remedy()).isEqualTo("kill -CONT " + process.pid());
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(only(Area.LOCK).text()).contains("when it died");
    }

    @Test
    void anotherProcessWithTheNumberOfADeadHolderIsNotTakenForIt() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "only /proc says what processes do");
        ProcessHandle first = ProcessHandle.of(1).orElseThrow(); // it runs for longer than this test does
        long started = first.info().startInstant().orElseThrow().toEpochMilli() * 1_000_000;
        lastAppended(started - 30 * SECOND);
        lockedBy(1);
        Symptom symptom = only(Area.LOCK);
        assertThat(symptom.text()).contains("process 1 held", "another process has its number");
        assertThat(symptom.remedy()).contains("dd of=" + directory().resolve("metadata.cq4t"));
        mend(symptom.remedy().substring(symptom.remedy().indexOf("printf")));
        assertThat(symptoms()).isEmpty();
        append(1);
    }

    private static void mend(String command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("sh", "-c", command + " 2>/dev/null")
                        .start()
                        .waitFor())
                .isZero();
    }

    private void lastAppended(long nanos) throws IOException {
        try (RandomAccessFile raw =
                new RandomAccessFile(directory().resolve("sightlog.signal").toFile(), "rw")) {
            raw.seek(8);
            raw.writeLong(Long.reverseBytes(nanos));
        }
    }

    @Test
    void aClockThatWasSetBackIsSeen() {
        now.addAndGet(-60 * SECOND);
        assertThat(only(Area.CLOCK).text()).contains("1m in the future");
        append(200);
        now.addAndGet(120 * SECOND);
        append(1);
        assertThat(symptoms())
                .anySatisfy(symptom -> assertThat(symptom.text()).contains("have the same stamp", "had caught up at"))
                .allSatisfy(symptom -> assertThat(symptom.area()).isEqualTo(Area.CLOCK));
    }

    @Test
    void eventsCapturedAfterTheirAppendAreSeen() {
        try (JournalWriter writer = journal().writer()) {
            writer.append(draft.clear().capturedNanos(now.get() + 7 * SECOND));
        }
        assertThat(only(Area.CLOCK).text()).contains("1 of the newest", "up to 7s after they were appended");
    }

    @Test
    void aConsumerThatDoesNotMoveIsSeen() {
        try (JournalReader reader = journal().reader("alarm")) {
            reader.poll(event -> {}, 3);
            now.addAndGet(TimeUnit.MINUTES.toNanos(11));
            assertThat(only(Area.CONSUMERS).text()).contains("\"alarm\" runs as process", "7 events behind");
        }
        assertThat(symptoms()).as("one that does not run may have its reasons").isEmpty();
        now.addAndGet(TimeUnit.DAYS.toNanos(2));
        assertThat(only(Area.CONSUMERS).text()).contains("\"alarm\" does not run", "2 days");
        try (JournalReader reader = journal().reader("alarm")) {
            reader.poll(event -> {}, 100);
        }
        now.addAndGet(TimeUnit.DAYS.toNanos(2));
        assertThat(symptoms()).as("behind by nothing").isEmpty();
    }

    @Test
    void whatWasLeftBehindIsSeenAndItsRemedyRemovesIt() throws Exception {
        Path old = Files.createFile(directory().resolve("catalogue/.draft-it's"));
        Files.setLastModifiedTime(old, FileTime.fromMillis(now.get() / 1_000_000 - TimeUnit.HOURS.toMillis(2)));
        Files.createFile(directory().resolve(".draft-young"));
        Path discard = Files.createFile(directory().resolve("20260101-00F.cq4-1234.discard"));
        assertThat(symptoms()).extracting(Symptom::area).containsExactly(Area.LEFTOVERS, Area.LEFTOVERS);
        for (Symptom symptom : symptoms()) {
            mend(symptom.remedy().replace(", when it is not needed", ""));
        }
        assertThat(old).doesNotExist();
        assertThat(discard).doesNotExist();
        assertThat(symptoms()).isEmpty();
    }

    @Test
    void aMissingSignalFileIsSeen() throws IOException {
        Files.delete(directory().resolve("sightlog.signal"));
        assertThat(only(Area.FILES).text()).contains("sightlog.signal is missing");
        append(1);
        assertThat(symptoms()).isEmpty();
    }

    @Test
    void whatEverybodyMayReadIsSeenAndItsRemedyMendsIt() throws Exception {
        Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(
                directory().resolve("sightlog.signal"), PosixFilePermissions.fromString("rw-r--r--"));
        Symptom symptom = only(Area.PERMISSIONS);
        assertThat(symptom.text()).contains("can be read by every user");
        mend(symptom.remedy());
        assertThat(symptoms()).isEmpty();
    }

    @Test
    void aHeaderThatIsNotChroniclesIsSeen() throws IOException {
        Path cycle = journal().files().get(0);
        try (RandomAccessFile raw = new RandomAccessFile(cycle.toFile(), "rw")) {
            raw.seek(20);
            raw.write('X');
        }
        assertThat(symptoms()).anySatisfy(symptom -> {
            assertThat(symptom.area()).isEqualTo(Area.FILES);
            assertThat(symptom.text()).contains(cycle.toString(), "type SCQStore was expected");
        });
    }

    private void cutTo3Bytes(Path file) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(3);
        }
    }

    private List<Finding> damages() {
        List<Finding> findings = new ArrayList<>();
        new Verification(Journal.openDamaged(directory()), null, null, findings::add, bytes -> {}).run();
        return findings.stream().filter(Finding::isDamage).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sightlog.signal", "sightlog.writers"})
    void whatProducersShareWhenItIsCutIsFoundAndItsRemedyMends(String name) throws IOException {
        Path file = directory().resolve(name);
        cutTo3Bytes(file);
        Symptom found = only(Area.FILES);
        assertThat(found.text()).contains(file.toString(), "cut to 3 bytes");
        assertThat(damages()).singleElement().extracting(Finding::file).isEqualTo(name);
        assertThatThrownBy(() -> append(1)).isInstanceOf(JournalException.class);

        assertThat(found.remedy()).endsWith("rm " + file);
        Files.delete(file);
        append(1);
        assertThat(symptoms()).isEmpty();
        assertThat(damages()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sightlog.writers", "sightlog.pruned"})
    void aLinkInPlaceOfWhatProducersShareIsFoundAndItsRemedyMends(String name) throws IOException {
        Path file = directory().resolve(name);
        Files.deleteIfExists(file);
        Files.createSymbolicLink(file, temp.resolve("elsewhere"));
        assertThat(damages()).singleElement().extracting(Finding::file).isEqualTo(name);
        Symptom found = only(Area.FILES);
        assertThat(found.remedy()).endsWith("rm -r " + file);
        Files.delete(file);
        append(1);
        assertThat(symptoms()).isEmpty();
    }

    @Test
    void aCycleThatIsCutIsFoundAndRecoverIsNamed() throws IOException {
        cutTo3Bytes(journal().files().get(0));
        Symptom found = only(Area.FILES);
        assertThat(found.text()).contains("cut to 3 bytes");
        assertThat(found.remedy()).contains("sightlog recover -q " + directory() + " --into NEW");
    }

    @Test
    void metadataThatAreCutAreFoundAndRecoverIsNamed() throws IOException {
        cutTo3Bytes(directory().resolve("metadata.cq4t"));
        assertThat(only(Area.FILES).remedy()).contains("sightlog recover -q " + directory() + " --into NEW");
    }
}
