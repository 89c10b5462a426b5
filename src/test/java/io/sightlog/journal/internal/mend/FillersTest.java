package io.sightlog.journal.internal.mend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalWithHoles;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Rebooted;
import io.sightlog.journal.Recording;
import io.sightlog.journal.Roll;
import io.sightlog.journal.audit.Finding;
import io.sightlog.journal.internal.format.BatchLayout;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the next writer lays over the holes that a loss of power has left, in Java and in C. */
class FillersTest {
    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private JournalWithHoles holed;

    @BeforeEach
    void inTemp() {
        holed = new JournalWithHoles(temp);
    }

    /** Between the holes lies nothing of which the index or the file's header knows the number. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eventsBetweenTheHolesOfTwoLossesKeepTheirNumbers(boolean inC) throws Exception {
        Path directory = holed.events("twice", 100);
        Recording.lose(JournalWithHoles.file(directory), 70, 72);
        Rebooted.mend(directory, inC);
        try (JournalWriter writer = Journal.open(directory).writer()) {
            for (int i = 100; i < 120; i++) {
                writer.append(draft.clear().capturedNanos(0).frame(i, 0));
            }
        }
        Recording.lose(JournalWithHoles.file(directory), 110, 111);
        JournalWithHoles.Seen seen = JournalWithHoles.seen(directory);
        List<Long> expected = new ArrayList<>();
        for (long i = 0; i < 120; i++) {
            if (i / 3 * 3 != 69 || i == 69) {
                expected.add(i);
            }
        }
        expected.removeAll(List.of(70L, 71L, 72L, 110L, 111L));
        assertThat(seen.frames().values()).containsExactlyElementsOf(expected);
        seen.frames()
                .forEach((position, frame) ->
                        assertThat((position >>> 8) & 0xffff_ffffL).isEqualTo(frame));
        assertThat(seen.errors()).hasSize(2);
        assertThat(seen.errors().get(0)).contains("3 excerpts from 0x").endsWith("on were lost with a loss of power");
    }

    @Test
    void saysWhatIsLostAndWhatRecoverSaves() throws Exception {
        Path directory = holed.events("said", 20);
        Recording.lose(JournalWithHoles.file(directory), 5, 8, 12);
        String name = String.format("0x%x", ExcerptIndex.of(new JournalDirectory(directory).cycles(Roll.DAILY)[0], 5));
        assertThat(Rebooted.mend(directory, false))
                .singleElement()
                .asString()
                .contains("the machine stopped before 8 appends to");
        assertThat(JournalWithHoles.findings(directory)).hasSize(2).first().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Finding.Kind.STRUCTURE);
            assertThat(finding.text())
                    .isEqualTo(
                            "8 excerpts from " + name + " on were lost with a loss of power; 5 sound events lie there");
        });
        assertThat(JournalWithHoles.saved(directory, temp.resolve("saved")))
                .hasSize(17)
                .doesNotContain(5L, 8L, 12L);
        assertThat(Rebooted.mend(directory, false)).as("once").isEmpty();
    }

    /** The last event is gone, and with it the only one whose number the file knows. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatLiesBehindTheLastHoleIsSavedAndNoNumberIsGivenTwice(boolean inC) throws Exception {
        Path directory = holed.events("behind", 20);
        Recording.lose(JournalWithHoles.file(directory), 15, 19);
        List<String> told = Rebooted.mend(directory, inC);
        if (!inC) {
            assertThat(told)
                    .singleElement()
                    .asString()
                    .contains("before 5 appends")
                    .endsWith("but for 3 that sightlog" + " recover saves");
        }
        assertThat(JournalWithHoles.saved(directory, temp.resolve("saved")))
                .hasSize(18)
                .contains(16L, 17L, 18L);
        try (JournalWriter writer = Journal.open(directory).writer()) {
            assertThat(ExcerptIndex.sequence(
                            writer.append(draft.clear().capturedNanos(0).frame(100, 0))))
                    .isEqualTo(20);
        }
        JournalWithHoles.Seen seen = JournalWithHoles.seen(directory);
        assertThat(seen.frames().lastEntry().getValue()).isEqualTo(100);
        assertThat(seen.frames()).hasSize(16);
        assertThat(seen.errors()).singleElement().asString().contains("5 excerpts from");
    }

    /** A writer died in an append, and then the power went: nobody was told of that event, and it is not missed. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasNotPublishedIsClearedWithoutAWord(boolean inC) throws Exception {
        Path directory = holed.events("begun", 20);
        byte[] before = JournalWithHoles.used(Files.readAllBytes(JournalWithHoles.file(directory)));
        try (CycleFile file = CycleFile.tryOpen(JournalWithHoles.file(directory), 0);
                RandomAccessFile out =
                        new RandomAccessFile(JournalWithHoles.file(directory).toFile(), "rw")) {
            CycleCursor cursor = file.start();
            cursor.to(19);
            byte[] event = new byte[4 + cursor.length()];
            out.seek(cursor.position());
            out.readFully(event);
            event[3] |= (byte) 0x80;
            out.write(event);
        }
        assertThat(Rebooted.mend(directory, inC)).isEmpty();
        assertThat(JournalWithHoles.used(Files.readAllBytes(JournalWithHoles.file(directory))))
                .isEqualTo(before);
    }

    /** Its events are whole, and have no headers of their own; they were one excerpt. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eventsOfABatchThatHasLostItsBeginningAreSaved(boolean inC) throws Exception {
        Path directory = holed.events("batch", 10);
        try (JournalWriter writer = Journal.open(directory).writer()) {
            EventBatch batch = new EventBatch();
            for (int i = 100; i < 110; i++) {
                batch.add(draft.clear().capturedNanos(0).frame(i, 0));
            }
            writer.append(batch);
            for (int i = 11; i < 30; i++) {
                writer.append(draft.clear().capturedNanos(0).frame(i, 0));
            }
        }
        try (CycleFile file = CycleFile.tryOpen(JournalWithHoles.file(directory), 0);
                RandomAccessFile out =
                        new RandomAccessFile(JournalWithHoles.file(directory).toFile(), "rw")) {
            CycleCursor cursor = file.start();
            cursor.to(10);
            out.seek(cursor.position());
            out.write(new byte[4 + BatchLayout.HEADER_BYTES + 4 * 10]);
        }
        TreeSet<Long> before = JournalWithHoles.saved(directory, temp.resolve("before-batch"));
        assertThat(before).hasSize(39).contains(101L, 109L);
        assertThat(Rebooted.mend(directory, inC)).hasSize(inC ? 0 : 1);
        JournalWithHoles.Seen seen = JournalWithHoles.seen(directory);
        assertThat(seen.errors()).singleElement().asString().contains("was lost with a loss of power");
        assertThat(seen.frames()).hasSize(29);
        seen.frames()
                .forEach((position, frame) ->
                        assertThat((position >>> 8) & 0xffff_ffffL).isEqualTo(frame));
        assertThat(JournalWithHoles.saved(directory, temp.resolve("after-batch")))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void coverMoreThanTheLargestDocument(boolean inC) throws Exception {
        Path directory = holed.events("large", 5);
        try (JournalWriter writer = Journal.open(directory).writer()) {
            for (int i = 5; i < 30; i++) {
                int bytes = i == 6 || i == 29 ? 10 : 1_000_000;
                writer.append(draft.clear().capturedNanos(0).frame(i, 0).section(40_000, new byte[bytes]));
            }
        }
        long[] lost = LongStream.range(5, 29).filter(i -> i != 6).toArray();
        Recording.lose(JournalWithHoles.file(directory), lost);
        Rebooted.mend(directory, inC);
        JournalWithHoles.Seen seen = JournalWithHoles.seen(directory);
        assertThat(seen.frames().values()).containsExactly(0L, 1L, 2L, 3L, 4L, 29L);
        assertThat(seen.errors()).singleElement().asString().contains("24 excerpts from");
        assertThat(JournalWithHoles.saved(directory, temp.resolve("saved-large")))
                .hasSize(7)
                .contains(6L);
    }

    /** It was not a loss of power that did that. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leaveADamagedFirstDocumentAlone(boolean inC) throws Exception {
        Path directory = holed.events("first", 1);
        try (RandomAccessFile out =
                new RandomAccessFile(JournalWithHoles.file(directory).toFile(), "rw")) {
            long root;
            try (CycleFile file = CycleFile.tryOpen(JournalWithHoles.file(directory), 0)) {
                root = file.index().root();
                out.seek(file.claimedPosition());
                out.write(new byte[60]);
            }
            out.seek(root + 2);
            int bits = out.read();
            out.seek(root + 2);
            out.write(bits ^ 8);
        }
        byte[] before = JournalWithHoles.used(JournalWithHoles.file(directory));
        Throwable refused = catchThrowable(() -> Rebooted.mend(directory, inC));
        if (!inC) {
            assertThat(refused).isInstanceOf(JournalException.class).hasMessageContaining("nothing of it was used");
        }
        assertThat(JournalWithHoles.used(JournalWithHoles.file(directory))).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leaveAHoleWithADamagedPageOfTheIndexAlone(boolean inC) throws Exception {
        Path directory = holed.events("page", 100);
        long page;
        try (CycleFile file = CycleFile.tryOpen(JournalWithHoles.file(directory), 0);
                RandomAccessFile out =
                        new RandomAccessFile(JournalWithHoles.file(directory).toFile(), "rw")) {
            page = file.index().page(0);
            out.seek(page + 3);
            int bits = out.read();
            out.seek(page + 3);
            out.write(bits ^ 0x20);
        }
        TreeMap<Long, Long> before = JournalWithHoles.seen(directory).frames();
        Rebooted.mend(directory, inC);
        assertThat(JournalWithHoles.seen(directory).frames()).isEqualTo(before);
    }
}
