package io.sightlog.journal.audit;

import static io.sightlog.journal.FrameJournal.HOUR;
import static io.sightlog.journal.FrameJournal.picture;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.FrameJournal;
import io.sightlog.journal.FrameReader;
import io.sightlog.journal.FrameWriter;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Recoveries;
import io.sightlog.journal.Retention;
import io.sightlog.journal.Roll;
import io.sightlog.journal.Start;
import io.sightlog.journal.audit.Finding.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code verify} says of kept frames, and which of them {@code recover} saves. */
class FrameAuditTest {
    private static final int PICTURES = 12;
    private static final int BYTES = 400;

    @TempDir
    Path temp;

    private FrameJournal journal;
    private final List<KeptFrame> kept = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    /** Three cycles with four pictures each, two of them in a file, and an event without after each. */
    @BeforeEach
    void fill() {
        journal = new FrameJournal(temp.resolve("q"));
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 1000);
            for (int i = 0; i < PICTURES; i++) {
                kept.add(journal.append(writer, frames, BYTES, i));
                journal.append(writer, null);
                if (i % 4 == 3) {
                    journal.now.addAndGet(HOUR);
                }
            }
        }
    }

    private Verification verify() {
        return verify(journal.directory, null, null);
    }

    private Verification verify(Path directory, Position first, Position last) {
        findings.clear();
        Verification verification =
                new Verification(Journal.openDamaged(directory), first, last, findings::add, bytes -> {});
        verification.run();
        return verification;
    }

    private List<Finding> damage() {
        return findings.stream().filter(Finding::isDamage).toList();
    }

    private void expect(Verification verification, long sound, long notHere, long orphans) {
        assertThat(List.of(verification.frames(), verification.framesNotHere(), verification.orphanFrames()))
                .as("sound, not here, orphans; %s", findings)
                .containsExactly(sound, notHere, orphans);
    }

    private interface Change {
        void apply(RandomAccessFile file) throws IOException;
    }

    private void change(KeptFrame frame, Change change) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(journal.file(frame).toFile(), "rw")) {
            change.apply(file);
        }
    }

    private void changedLastAt(Path file, long nanos) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(nanos, TimeUnit.NANOSECONDS));
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void soundOnesAreCounted() {
        expect(verify(), PICTURES, 0, 0);
        assertThat(damage()).isEmpty();
    }

    @Test
    void onesThatNoEventPointsAtAreCountedAndNoDamage() {
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 1000);
            FrameJournal.write(frames, BYTES, 100);
            KeptFrame twice = journal.append(writer, frames, BYTES, 101);
            journal.append(writer, twice);
            FrameJournal.write(frames, BYTES, 102);
        }
        expect(verify(), PICTURES + 2, 0, 2);
        assertThat(damage()).isEmpty();
        Position from = new Position(1L << 32, 0);
        expect(verify(journal.directory, from, null), PICTURES + 2, 0, 0);
    }

    @Test
    void aPictureWithAWrongByteIsDamageAtItsEvent() throws IOException {
        KeptFrame broken = kept.get(5);
        change(broken, file -> {
            file.seek(broken.offset() + 100);
            file.write(file.read() + 1);
        });
        expect(verify(), PICTURES - 1, 0, 0);
        assertThat(damage()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.FRAME);
            assertThat(finding.file()).startsWith("frames/").endsWith("-00000002.frames");
            assertThat(finding.text()).contains("byte " + broken.offset() + " is damaged: its checksum is wrong");
            assertThat(eventAt(Objects.requireNonNull(finding.first()))).isEqualTo(broken);
        });
    }

    private KeptFrame eventAt(Position position) {
        try (JournalReader reader = journal.journal().reader(new Start.At(position))) {
            assertThat(reader.next()).isTrue();
            return Objects.requireNonNull(KeptFrame.of(reader.event()));
        }
    }

    @Test
    void aHeaderThatIsDamagedIsDamageOfTheFileAndOfWhatPointsIntoIt() throws IOException {
        change(kept.get(2), file -> file.write(0));
        expect(verify(), PICTURES - 2, 0, 0);
        assertThat(damage())
                .extracting(Finding::kind)
                .containsExactlyInAnyOrder(Kind.FRAME, Kind.FRAME, Kind.FRAME_FILE);
    }

    @Test
    void aHeaderThatDoesNotSayHowLongItIsToStayIsDamageOfTheFileAlone() throws IOException {
        change(kept.get(2), file -> {
            file.seek(40);
            file.write(7);
        });
        expect(verify(), PICTURES, 0, 0);
        assertThat(damage()).extracting(Finding::kind).containsExactly(Kind.FRAME_FILE);
    }

    @Test
    void aFileInPlaceOfAnotherIsDamage() throws IOException {
        Files.copy(journal.file(kept.get(0)), journal.file(kept.get(2)), StandardCopyOption.REPLACE_EXISTING);
        expect(verify(), PICTURES - 2, 0, 0);
        assertThat(damage())
                .hasSize(3)
                .allSatisfy(finding -> assertThat(finding.text()).contains("its header is that of another file"));
    }

    @Test
    void aFileThatWasCutIsDamage() throws IOException {
        change(kept.get(1), file -> file.setLength(kept.get(1).offset() + 10));
        expect(verify(), PICTURES - 1, 0, 0);
        assertThat(damage())
                .singleElement()
                .satisfies(finding -> assertThat(finding.text())
                        .contains("it ends at byte " + (kept.get(1).offset() + 10)));
    }

    @Test
    void aPictureThatBecameZerosIsDamage() throws IOException {
        change(kept.get(0), file -> {
            file.seek(64);
            file.write(new byte[416]);
        });
        expect(verify(), PICTURES - 1, 0, 0);
        assertThat(damage())
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).contains("no picture is at byte 80"));
    }

    @Test
    void aFileThatIsMissingIsDamageWhenItMustBeThere() throws IOException {
        Files.delete(journal.file(kept.get(4)));
        expect(verify(), PICTURES - 2, 0, 0);
        assertThat(damage()).hasSize(2).allSatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.FRAME);
            assertThat(finding.text()).contains("it is not there");
        });
    }

    @Test
    void allOfThemDeletedIsNoDamage() throws IOException {
        deleteAll(journal.directory.resolve("frames"));
        expect(verify(), 0, PICTURES, 0);
        assertThat(damage()).isEmpty();
    }

    /** As in a copy that was made beside a producer: first of the pictures, then of the events. */
    @Test
    void whatWasAppendedAfterTheFilesWereLastChangedIsNotHereAndNoDamage() throws IOException {
        long before = FrameJournal.BEGIN + 2 * HOUR - 1_000_000_000;
        change(kept.get(8), file -> file.setLength(kept.get(8).offset()));
        changedLastAt(journal.file(kept.get(8)), before);
        Files.delete(journal.file(kept.get(10)));
        changedLastAt(journal.file(kept.get(10)).getParent(), before);
        expect(verify(), PICTURES - 4, 4, 0);
        assertThat(damage()).isEmpty();
        changedLastAt(journal.file(kept.get(10)).getParent(), before + HOUR);
        expect(verify(), PICTURES - 4, 2, 0);
        assertThat(damage()).hasSize(2);
    }

    @Test
    void framesOfOthersAreNotHereAndNoDamage() {
        try (JournalWriter writer = journal.journal().writer()) {
            KeptFrame mine = kept.get(0);
            JournalId elsewhere = new JournalId(1, 2);
            writer.append(new EventDraft()
                    .capturedNanos(0)
                    .keptFrame(new KeptFrame(elsewhere, mine.producer(), 0, 80, 9, 9, 1, 0, 0)));
            writer.append(new EventDraft()
                    .capturedNanos(0)
                    .keptFrame(new KeptFrame(mine.journal(), 77, 0, 80, 9, 9, 1, 0, 0))); // a copy of another's event
        }
        expect(verify(), PICTURES, 2, 0);
        assertThat(damage()).isEmpty();
    }

    @Test
    void afterAPruneNothingIsMissing() {
        Retention retention = journal.journal().retention();
        retention.execute(retention.plan(new Retention.Policy(null, Long.MAX_VALUE, 2, Set.of(), false)));
        expect(verify(), 8, 0, 0);
        assertThat(damage()).isEmpty();
    }

    @Test
    void aFileThatMayGoBeforeItsEventsIsNoted() throws IOException {
        KeptFrame frame = kept.get(8);
        Path file = journal.file(frame);
        byte[] content = Files.readAllBytes(file);
        content[40] -= 1; // the cycle before
        CRC32C crc = new CRC32C();
        crc.update(content, 0, 44);
        ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putInt(44, (int) crc.getValue());
        Files.write(file, content);
        expect(verify(), PICTURES, 0, 0);
        assertThat(findings)
                .filteredOn(finding -> finding.kind() == Kind.FRAME_CYCLE)
                .hasSize(1);
        assertThat(damage()).isEmpty();
    }

    @Test
    void filesThatAreNoneOfFramesAreNotedAndLinksAreDamage() throws IOException {
        Path folder = journal.file(kept.get(0)).getParent();
        Files.writeString(folder.resolve("notes.txt"), "mine");
        Files.writeString(folder.resolve("0000000000000000-00000000.frames"), "");
        Files.createDirectory(journal.directory.resolve("frames").resolve("others"));
        verify();
        assertThat(damage()).isEmpty();
        assertThat(findings)
                .filteredOn(finding -> finding.kind() == Kind.FILE_UNKNOWN)
                .extracting(Finding::file)
                .hasSize(3)
                .allMatch(file -> file.startsWith("frames/"));
        Files.createSymbolicLink(folder.resolve("link"), temp);
        verify();
        assertThat(damage())
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).contains("it is a link"));
    }

    @Test
    void recoverSavesWhatItsEventsPointAtAndOnlyWhatIsSound() throws IOException {
        KeptFrame broken = kept.get(5);
        change(broken, file -> {
            file.seek(broken.offset());
            file.write(file.read() + 1);
        });
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 1 << 20);
            FrameJournal.write(frames, 70_000, 100);
            kept.add(journal.append(writer, frames, BYTES, PICTURES));
        }
        Path saved = temp.resolve("saved");
        Recovery recovery = Recoveries.recover(journal.journal(), Roll.HOURLY, saved);
        assertThat(recovery.frames()).isEqualTo(PICTURES);
        expect(verify(saved, null, null), PICTURES, 1, 0);
        assertThat(damage()).isEmpty();
        FrameJournal copy = new FrameJournal(saved);
        assertThat(copy.journal().id())
                .as("it gets another id when it needs one")
                .isNull();
        try (FrameReader frames = copy.journal().frames()) {
            for (int i = 0; i < kept.size(); i++) {
                assertThat(frames.read(kept.get(i))).isEqualTo(i == 5 ? null : picture(BYTES, i));
            }
        }
        try (JournalWriter writer = copy.journal().writer()) {
            copy.now.set(journal.now.get() + HOUR);
            copy.append(writer, copy.frames(writer, 1000), BYTES, 50);
        }
        expect(verify(saved, null, null), PICTURES + 1, 1, 0);
        assertThat(damage()).isEmpty();
        Retention retention = copy.journal().retention();
        retention.execute(retention.plan(new Retention.Policy(null, Long.MAX_VALUE, 2, Set.of(), false)));
        expect(verify(saved, null, null), 2, 0, 0);
        assertThat(damage()).isEmpty();
    }

    @Test
    void aRecoveryOfARecoverySavesThemAgain() {
        Path saved = temp.resolve("saved");
        Path again = temp.resolve("again");
        Recoveries.recover(journal.journal(), Roll.HOURLY, saved);
        Recoveries.recover(Journal.open(saved), Roll.HOURLY, again);
        expect(verify(again, null, null), PICTURES, 0, 0);
        assertThat(new FrameJournal(again).pictures()).hasSize(PICTURES);
    }

    /** Nothing that an event says makes the audit slow, large or wrong. */
    @Test
    void eventsThatPointAnywhereAreReportedAndNoMore() {
        KeptFrame mine = kept.get(0);
        long[] offsets = {0, 1, 64, 79, 81, Long.MAX_VALUE, Long.MAX_VALUE - 7, 1L << 40};
        int[] sizes = {1, Integer.MAX_VALUE, 1 << 30, (64 << 20) + 1};
        int events = 0;
        try (JournalWriter writer = journal.journal().writer()) {
            for (long offset : offsets) {
                for (int size : sizes) {
                    writer.append(new EventDraft()
                            .capturedNanos(0)
                            .keptFrame(new KeptFrame(
                                    mine.journal(), mine.producer(), 0, offset, size, mine.crc32c(), 9, 0, 0)));
                    events++;
                }
            }
            writer.append(new EventDraft()
                    .capturedNanos(0)
                    .keptFrame(new KeptFrame(mine.journal(), writer.producer(), Long.MAX_VALUE, 80, 9, 9, 1, 0, 0)));
        }
        Verification verification = verify();
        assertThat(verification.frames()).isEqualTo(PICTURES);
        assertThat(verification.framesNotHere() + damage().size())
                .isGreaterThan(20)
                .isLessThanOrEqualTo(events + 1);
        assertThat(damage()).hasSizeLessThanOrEqualTo(Audit.MOST_ALIKE + 1).isNotEmpty();
    }
}
