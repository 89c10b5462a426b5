package io.sightlog.bridge.kafka;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A journal, and the Kafka of this JVM with a topic of its own for each test. */
abstract class KafkaSendFixture {
    @TempDir
    Path temp;

    final EventDraft draft = new EventDraft();
    KafkaBroker broker;
    Journal journal;
    String topic = "";

    @BeforeEach
    void prepare(TestInfo test) throws Exception {
        broker = KafkaBroker.shared();
        topic = "send-" + test.getTestMethod().orElseThrow().getName();
        journal = Journal.open(temp.resolve("q"));
    }

    List<Position> append(JournalWriter writer, int count) {
        List<Position> positions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            positions.add(
                    new Position(writer.append(draft.clear().capturedNanos(i).frame(i, 0)), 0));
        }
        return positions;
    }

    List<Position> append(int count) {
        try (JournalWriter writer = journal.writer()) {
            return append(writer, count);
        }
    }

    KafkaRun run(boolean follow, String... settings) throws IOException {
        return new KafkaRun(
                journal, KafkaRun.properties(broker.bootstrap(), settings), KafkaRun.to(topic), follow, all -> all);
    }

    KafkaRun transactions(boolean follow) throws IOException {
        return new KafkaRun(
                journal, KafkaRun.properties(broker.bootstrap()), KafkaRun.inTransactionsTo(topic), follow, all -> all);
    }
}
