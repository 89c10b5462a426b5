package io.sightlog.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.GoldenTest;
import io.sightlog.journal.LengthsJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The journals that were recorded for the cases, beside those of {@link GoldenTest}. */
class RecordedTest {
    @TempDir
    Path temp;

    static Stream<LengthsJournal.Recorded> lengths() {
        return LengthsJournal.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void comesOutTheSameWhereverItIsMade(LengthsJournal.Recorded recorded) throws IOException {
        Path made = temp.resolve("made");
        LengthsJournal.record(made, new Random(recorded.seed()));
        TreeMap<String, byte[]> expected = GoldenTest.content(Recorded.named("cases/" + recorded.name()).journal);
        TreeMap<String, byte[]> actual = GoldenTest.content(made);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
    }
}
