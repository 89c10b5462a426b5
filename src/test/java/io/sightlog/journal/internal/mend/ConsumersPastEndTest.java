package io.sightlog.journal.internal.mend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.GoldenTest;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Roll;
import io.sightlog.journal.WriterOptions;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.JournalDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A consumer's position may outlast the events it has read: a loss of power, or somebody who deletes a file. What comes next gets
 * their numbers, and the consumer must not take it for read.
 */
class ConsumersPastEndTest {
    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final List<String> told = new ArrayList<>();

    private Path directory() {
        return temp.resolve("q");
    }

    private void append(Path directory, long from, long to) {
        WriterOptions options = WriterOptions.DEFAULT.roll(Roll.DAILY).notice(told::add);
        try (JournalWriter writer = Journal.open(directory).writer(options)) {
            for (long frame = from; frame < to; frame++) {
                writer.append(draft.clear().capturedNanos(0).frame(frame, 0));
            }
        }
    }

    private void appendAnew(Path directory, boolean inC) throws Exception {
        if (!inC) {
            append(directory, 1000, 1030);
            return;
        }
        Path program = ForeignPrograms.sanitized("writer_cases", "-Wno-unused-function");
        Process writer = new ProcessBuilder(program.toString(), "append", directory.toString(), "30", "2000")
                .redirectErrorStream(true)
                .start();
        told.addAll(new String(writer.getInputStream().readAllBytes()).lines().toList());
        assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(writer.exitValue()).as("%s", told).isZero();
    }

    private static List<Long> read(Path directory) {
        List<Long> frames = new ArrayList<>();
        try (JournalReader reader = Journal.open(directory).reader("alarm")) {
            reader.poll(event -> frames.add(event.frame()), Integer.MAX_VALUE);
        }
        return frames;
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    /** The journal as it was after some events, and a consumer as it was after all. */
    private Path lost(int kept, int read) throws Exception {
        Path after = temp.resolve("after");
        append(directory(), 0, kept);
        GoldenTest.copy(directory(), after);
        append(directory(), kept, read);
        assertThat(read(directory())).isEqualTo(range(0, read));
        GoldenTest.copy(directory().resolve("consumers"), after.resolve("consumers"));
        return after;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void missesNothingThatComesAfterALossOfWhatItHasRead(boolean inC) throws Exception {
        Path after = lost(12, 20);
        appendAnew(after, inC);
        assertThat(read(after)).isEqualTo(range(1000, 1030));
        assertThat(ConsumerFile.read(new JournalDirectory(after), "alarm").resets())
                .as("numbers are used again, and bridges must know")
                .isEqualTo(1);
        if (!inC) {
            assertThat(told)
                    .singleElement()
                    .asString()
                    .contains("consumer \"alarm\" was at 0x")
                    .contains("past the end");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void missesNothingWhenAllIsGone(boolean inC) throws Exception {
        Path after = lost(0, 20);
        for (Path file : Journal.open(after).files()) {
            Files.delete(file);
        }
        appendAnew(after, inC);
        assertThat(read(after)).isEqualTo(range(1000, 1030));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void staysWhereItIsWhenNothingIsLost(boolean inC) throws Exception {
        append(directory(), 0, 20);
        read(directory());
        long moved =
                ConsumerFile.read(new JournalDirectory(directory()), "alarm").generation();
        appendAnew(directory(), inC);
        assertThat(ConsumerFile.read(new JournalDirectory(directory()), "alarm").generation())
                .isEqualTo(moved);
        assertThat(read(directory())).isEqualTo(range(1000, 1030));
        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPositionThatCannotBeOneStopsNobody(boolean inC) throws Exception {
        append(directory(), 0, 5);
        try (ConsumerFile held = ConsumerFile.hold(new JournalDirectory(directory()), "alarm", NanoClock.SYSTEM)) {
            held.save(ConsumerFile.BEHIND, Long.MAX_VALUE, -1, 1);
        }
        try (ConsumerFile held = ConsumerFile.hold(new JournalDirectory(directory()), "other", NanoClock.SYSTEM)) {
            held.save(ConsumerFile.BEHIND, -1, 0, 1);
        }
        appendAnew(directory(), inC);
        assertThat(ConsumerFile.read(new JournalDirectory(directory()), "alarm").place())
                .isEqualTo(-1);
        assertThatThrownBy(() -> ConsumerFile.read(new JournalDirectory(directory()), "other"))
                .hasMessageContaining("other.position is damaged: state=1 index=-1");
    }

    @Test
    void isNamedWhenItRuns() throws Exception {
        Path after = lost(12, 20);
        try (ConsumerFile held = ConsumerFile.hold(new JournalDirectory(after), "alarm", NanoClock.SYSTEM)) {
            append(after, 1000, 1001);
            assertThat(held.state().position().index() & 0xffff_ffffL).isEqualTo(19);
        }
        assertThat(told).singleElement().asString().contains("alarm").contains("sightlog consumers reset");
    }
}
