package io.sightlog.bridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.kafka.OffsetSearch.Found;
import io.sightlog.bridge.kafka.ReceivedOffsets.Source;
import io.sightlog.event.Checkpoint;
import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.event.Origin;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far a receiver was is found in its journal, wherever that stands there. */
class OffsetSearchTest {
    private static final Source SOURCE = new Source("cluster", "topic", "id");
    private static final Source ANEW = new Source("cluster", "topic", "another id");
    private static final Source ELSEWHERE = new Source("another cluster", "topic", "id");

    @TempDir
    Path temp;

    private final AtomicLong now = new AtomicLong(1_700_000_000_000_000_000L);
    private final EventDraft draft = new EventDraft();
    private Journal journal;
    private JournalWriter writer;
    private JournalId id;

    @BeforeEach
    void open() {
        journal = Journal.open(temp.resolve("q"), now::get);
        writer = journal.writer();
        id = journal.makeId();
    }

    @AfterEach
    void close() {
        writer.close();
    }

    private static Checkpoint checkpoint(JournalId of, Source source, Map<Integer, Long> next) {
        ReceivedOffsets offsets = new ReceivedOffsets(of, source);
        next.forEach(offsets::set);
        return offsets.checkpoint();
    }

    private EventDraft from(Source source, int partition, long offset) {
        return draft.clear()
                .capturedNanos(0)
                .message("t", "x")
                .origin(new Origin(
                        Origin.KAFKA,
                        source.cluster(),
                        source.topic(),
                        source.topicId(),
                        "",
                        partition,
                        offset,
                        List.of(),
                        0,
                        0,
                        0));
    }

    private void others(int events) {
        for (int i = 0; i < events; i++) {
            writer.append(draft.clear().capturedNanos(0).message("others", "y"));
        }
    }

    private Found find() {
        return OffsetSearch.find(journal, id, SOURCE);
    }

    @Test
    void nothingIsFoundInAJournalThatHasNothingOfIt() {
        assertThat(find()).isEqualTo(new Found(Map.of(), false, -1, false));
        others(500);
        writer.append(from(ELSEWHERE, 0, 5).checkpoint(checkpoint(id, ELSEWHERE, Map.of(0, 5L))));
        writer.append(from(ANEW, 0, 6));
        assertThat(find()).isEqualTo(new Found(Map.of(), false, -1, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 5000})
    void theOriginsBehindTheNewestCheckpointCarryItOnHoweverFarBackItIs(int others) {
        writer.append(from(SOURCE, 0, 900).checkpoint(checkpoint(id, SOURCE, Map.of(0, 900L, 1, 1L, 2, 7L))));
        others(3);
        long newest =
                writer.append(from(SOURCE, 0, 10).checkpoint(checkpoint(id, SOURCE, Map.of(0, 10L, 1, 20L, 3, 9L))));
        writer.append(from(SOURCE, 1, 20));
        others(others);
        writer.append(from(SOURCE, 0, 11));
        writer.append(from(ELSEWHERE, 1, 99));
        others(others);
        Found found = find();
        assertThat(found.next()).isEqualTo(Map.of(0, 12L, 1, 21L, 3, 9L));
        assertThat(found.isWritten()).isTrue();
        assertThat(found.cycle()).isEqualTo((int) (newest >>> 32));
    }

    @Test
    void theCheckpointOfAnotherJournalSaysNothing() {
        writer.append(from(SOURCE, 0, 3));
        writer.append(draft.clear()
                .capturedNanos(0)
                .message("t", "x")
                .checkpoint(checkpoint(new JournalId(5, 5), SOURCE, Map.of(0, 100L, 1, 100L))));
        assertThat(find().next()).isEqualTo(Map.of(0, 4L));
    }

    @Test
    void aTopicThatWasMadeAnewIsTold() {
        writer.append(from(ANEW, 0, 900).checkpoint(checkpoint(id, ANEW, Map.of(0, 900L))));
        assertThat(find()).isEqualTo(new Found(Map.of(), false, -1, true));
    }

    @Test
    void theCycleOfTheNewestTraceIsTold() {
        writer.append(from(SOURCE, 0, 1).checkpoint(checkpoint(id, SOURCE, Map.of(0, 1L))));
        now.addAndGet(3_600_000_000_000L);
        others(1);
        assertThat(OffsetSearch.newestCycle(journal)).isEqualTo(find().cycle() + 1);
    }

    @Test
    void damageCostsOnlyWhatIsDamaged() throws IOException {
        writer.append(from(SOURCE, 0, 1).checkpoint(checkpoint(id, SOURCE, Map.of(0, 1L, 1, 7L))));
        writer.append(from(SOURCE, 0, 2));
        writer.append(from(SOURCE, 0, 3).source("/victim").checkpoint(checkpoint(id, SOURCE, Map.of(0, 3L, 1, 7L))));
        writer.append(from(SOURCE, 0, 4));
        try (RandomAccessFile file = new RandomAccessFile(journal.files().get(0).toFile(), "rw")) {
            byte[] start = new byte[1 << 20];
            file.readFully(start);
            file.seek(new String(start, StandardCharsets.ISO_8859_1).indexOf("/victim"));
            file.write('#');
        }
        assertThat(find().next()).isEqualTo(Map.of(0, 5L, 1, 7L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "[]",
                "{",
                "{}",
                "{\"bridge\":\"other\",\"next\":{\"0\":\"1\"}}",
                "{\"bridge\":\"kafka\",\"next\":{\"a\":\"1\"}}",
                "{\"bridge\":\"kafka\",\"next\":{\"0\":\"b\"}}",
                "{\"bridge\":\"kafka\",\"next\":{\"0\":[1]}}"
            })
    void aTextThatIsNoneOfKafkasBridgeIsNothing(String text) {
        assertThat(ReceivedOffsets.read(new Checkpoint(id, text))).isNull();
    }

    @Test
    void whatIsWrittenIsRead() {
        Source odd = new Source("a\"\\ü", "t\u0001", "");
        Map<Integer, Long> next = Map.of(0, 0L, 77, Long.MAX_VALUE);
        assertThat(ReceivedOffsets.read(checkpoint(id, odd, next))).isEqualTo(new ReceivedOffsets.Read(odd, next));
        assertThat(ReceivedOffsets.read(new Checkpoint(id, "{\"bridge\":\"kafka\",\"later\":{\"a\":[1]},\"next\":{}}")))
                .as("what a later version adds is passed over")
                .isNotNull();
    }
}
