package io.sightlog.bridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.OutgoingOutcome;
import io.sightlog.bridge.UndeliverableException;
import io.sightlog.event.EventLayout;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a real Kafka does not take, and what is said then. */
@Tag("slow")
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KafkaSendRefusalsTest extends KafkaSendFixture {
    @Test
    void whatIsTooLargeStopsWithItsPositionAndIsPassedOverWhenAsked() throws Exception {
        broker.createTopic(topic, 1, "max.message.bytes", "100000");
        append(10);
        Position large;
        try (JournalWriter writer = journal.writer()) {
            large = new Position(
                    writer.append(draft.clear().capturedNanos(1).message("large", "x".repeat(200_000))), 0);
        }
        append(10);

        assertThatThrownBy(() -> run(false).run())
                .isInstanceOf(UndeliverableException.class)
                .hasMessageContaining("event " + large)
                .hasMessageContaining("max.message.bytes")
                .hasMessageContaining("--skip-undeliverable");
        assertThat(journal.consumer(KafkaRun.NAME).next()).isEqualTo(large);

        KafkaRun run = new KafkaRun(
                journal,
                KafkaRun.properties(broker.bootstrap()),
                KafkaRun.to(topic),
                false,
                all -> all.skipUndeliverable(true));
        OutgoingOutcome outcome = run.run();
        assertThat(outcome.isWhole()).isFalse();
        assertThat(run.counts.skipped(Reason.TOO_LARGE).value()).isEqualTo(1);
        assertThat(run.said()).anyMatch(line -> line.startsWith("passed over event " + large));
        assertThat(broker.reader(topic).committed().distinct()).isEqualTo(20);
    }

    @Test
    void inTransactionsWhatIsTooLargeForTheClientOrTheBrokerIsPassedOver() throws Exception {
        broker.createTopic(topic, 1, "max.message.bytes", "100000");
        append(10);
        try (JournalWriter writer = journal.writer()) {
            writer.append(draft.clear().capturedNanos(1).message("large", "x".repeat(200_000)));
            append(writer, 5);
            writer.append(draft.clear().capturedNanos(1).message("larger", "x".repeat(EventLayout.MAX_CONTENT_BYTES)));
        }
        append(10);
        KafkaRun run = new KafkaRun(
                journal,
                KafkaRun.properties(broker.bootstrap(), "max.request.size=300000"),
                KafkaRun.inTransactionsTo(topic),
                false,
                all -> all.skipUndeliverable(true));
        run.run();

        assertThat(run.counts.skipped(Reason.TOO_LARGE).value()).isEqualTo(2);
        KafkaReader.Count count = broker.reader(topic).committed();
        assertThat(count.distinct()).isEqualTo(25);
        assertThat(count.repeated()).isZero();
    }

    @Test
    void inTransactionsWhatComesAfterSomethingTooLargeArrives() throws Exception {
        broker.createTopic(topic, 1, "max.message.bytes", "1000");
        String large = "x".repeat(500_000);
        int tooLarge = 0;
        try (JournalWriter writer = journal.writer()) {
            for (int i = 0; i < 40; i++) {
                boolean isLarge = i % 10 == 1 || i % 10 == 2;
                tooLarge += isLarge ? 1 : 0;
                writer.append(draft.clear().capturedNanos(i).message("t", isLarge ? large : "small"));
            }
        }

        KafkaRun run = new KafkaRun(
                journal,
                KafkaRun.properties(broker.bootstrap()),
                KafkaRun.inTransactionsTo(topic),
                false,
                all -> all.skipUndeliverable(true));
        run.run();

        assertThat(run.counts.skipped(Reason.TOO_LARGE).value()).isEqualTo(tooLarge);
        KafkaReader.Count count = broker.reader(topic).committed();
        assertThat(count.distinct()).as("%s", count).isEqualTo(40 - tooLarge);
        assertThat(count.repeated()).as("%s", count).isZero();
    }

    @Test
    void aTopicThatIsMissingIsToldFromABrokerThatIsAway() throws Exception {
        append(1);

        assertThatThrownBy(() -> run(true).run())
                .isInstanceOf(UndeliverableException.class)
                .hasMessageContaining("no topic \"" + topic + "\"")
                .hasMessageContaining("kafka-topics.sh --bootstrap-server " + broker.bootstrap() + " --create --topic");
        KafkaOpening nobody = new KafkaOpening(KafkaRun.properties("127.0.0.1:1"), KafkaRun.to(topic), run(false));
        long from = System.nanoTime();
        assertThatThrownBy(() -> nobody.open(
                        new io.sightlog.bridge.Outlet.Bridge(journal.makeId(), "a", 0, true),
                        () -> System.nanoTime() - from > TimeUnit.SECONDS.toNanos(1)))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void aTopicThatIsDeletedWhileItRunsEndsIt() throws Exception {
        broker.createTopic(topic, 1);
        append(10);
        KafkaRun run = run(true, "metadata.max.age.ms=200").start();
        run.awaitAcked(10);
        broker.deleteTopic(topic);
        append(10);

        assertThatThrownBy(run::outcome)
                .isInstanceOf(UndeliverableException.class)
                .hasMessageContaining(topic);
    }

    @Test
    void aUserWhoMayNotWriteIsToldSoAndSoIsAWrongPassword() throws Exception {
        broker.createTopic(topic, 1);
        append(1);
        broker.deny(KafkaSecurity.PLAIN_USER, AclOperation.WRITE, topic);
        KafkaSecurity security = KafkaSecurity.made();
        Path file = KafkaSecurity.write(temp.resolve("p"), security.plain(KafkaSecurity.PLAIN_PASSWORD));
        KafkaRun denied = new KafkaRun(
                journal, KafkaRun.secured(broker.bootstrapSasl(), file), KafkaRun.to(topic), true, all -> all);

        assertThatThrownBy(denied::run)
                .isInstanceOf(UndeliverableException.class)
                .hasMessageContaining("authorization failed; give")
                .hasMessageContaining(topic)
                .hasMessageContaining("kafka-acls.sh");

        Path wrong = KafkaSecurity.write(temp.resolve("w"), security.scram("wrong"));
        KafkaRun stranger = new KafkaRun(
                journal, KafkaRun.secured(broker.bootstrapSasl(), wrong), KafkaRun.to(topic), true, all -> all);
        assertThatThrownBy(stranger::run)
                .isInstanceOf(UndeliverableException.class)
                .hasMessageContaining("credentials");
    }
}
