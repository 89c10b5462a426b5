package io.sightlog.bridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.GoldenTest;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bridges to a real Kafka that go on: after deaths, outages, resets, and with a journal that was put back. */
@Tag("slow")
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KafkaSendAgainTest extends KafkaSendFixture {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatArrivedBeforeItCouldBeSavedIsNotSentAgainAlsoWhenPartitionsWereAdded(boolean exactlyOnce)
            throws Exception {
        topic += exactlyOnce;
        broker.createTopic(topic, 2);
        Path position = journal.directory().resolve("consumers").resolve(KafkaRun.NAME + ".position");
        try (JournalWriter one = journal.writer();
                JournalWriter other = journal.writer()) {
            append(one, 60);
            append(other, 40);
            runOnce(exactlyOnce);
            byte[] saved = Files.readAllBytes(position);
            append(one, 700);
            append(other, 500);
            runOnce(exactlyOnce);
            Files.write(position, saved); // as after a death before the last of it was saved
            broker.addPartitions(topic, 5);
            append(one, 50);
            append(other, 50);
        }
        KafkaRun run = runOnce(exactlyOnce);

        assertThat(run.counts.sent().value()).isEqualTo(100);
        assertThat(broker.reader(topic).committed())
                .hasToString("1400 records, 1400 ids, 0 repeated, 0 missing, 0 backwards, 0 others");
    }

    private KafkaRun runOnce(boolean exactlyOnce) throws IOException {
        KafkaRun run = exactlyOnce ? transactions(false) : run(false);
        run.run();
        return run;
    }

    @Test
    void whatIsWrittenIntoAJournalThatWasPutBackGoesOutInTransactions() throws Exception {
        broker.createTopic(topic, 2);
        append(10);
        Path older = temp.resolve("older");
        journal.makeId();
        GoldenTest.copy(temp.resolve("q"), older);
        append(10);
        transactions(false).run();
        journal = Journal.open(older);
        append(5); // where the others were, by another producer

        transactions(false).run();

        KafkaReader.Count count = broker.reader(topic).committed();
        assertThat(count.distinct()).as("%s", count).isEqualTo(25);
        assertThat(count.repeated()).as("%s", count).isZero();
    }

    @Test
    void whatWentOutInTransactionsIsNotSentAgainByABridgeThatForgotItsPosition() throws Exception {
        broker.createTopic(topic, 2);
        append(500);
        transactions(false).run();
        journal.deleteConsumer(KafkaRun.NAME);
        append(100);
        KafkaRun run = transactions(false);
        run.run();

        assertThat(run.said()).anyMatch(line -> line.contains("has sent up to") && line.contains("goes on after it"));
        assertThat(broker.reader(topic).committed())
                .hasToString("600 records, 600 ids, 0 repeated, 0 missing, 0 backwards, 0 others");
    }

    @Test
    void afterAResetTheLocalPositionWinsAndItIsSaid() throws Exception {
        broker.createTopic(topic, 1);
        append(100);
        transactions(false).run();
        journal.resetConsumer(KafkaRun.NAME, Start.OLDEST);
        KafkaRun run = transactions(false);
        run.run();

        assertThat(run.said()).anyMatch(line -> line.contains("was reset since it sent up to"));
        assertThat(broker.reader(topic).committed())
                .hasToString("200 records, 100 ids, 100 repeated, 0 missing, 0 backwards, 0 others");
        KafkaRun again = transactions(false);
        again.run();
        assertThat(again.said()).noneMatch(line -> line.contains("reset"));
        assertThat(again.counts.sent().value()).isZero();
    }

    @Test
    void afterAResetTheDefaultWaySendsAgainToo() throws Exception {
        broker.createTopic(topic, 1);
        append(100);
        run(false).run();
        journal.resetConsumer(KafkaRun.NAME, Start.OLDEST);
        run(false).run();

        assertThat(broker.reader(topic).committed())
                .hasToString("200 records, 100 ids, 100 repeated, 0 missing, 0 backwards, 0 others");
    }

    @Test
    void aBrokerThatIsStoppedAndComesBackGetsAllOfItOnce() throws Exception {
        try (KafkaBroker own = new KafkaBroker(temp.resolve("broker"))) {
            own.createTopic(topic, 2);
            KafkaRun one = new KafkaRun(
                            journal, KafkaRun.properties(own.bootstrap()), KafkaRun.to(topic), true, all -> all)
                    .start();
            Journal second = Journal.open(temp.resolve("second"));
            own.createTopic("tx", 2);
            KafkaRun other = new KafkaRun(
                            second,
                            KafkaRun.properties(own.bootstrap()),
                            KafkaRun.inTransactionsTo("tx"),
                            true,
                            all -> all)
                    .start();
            try (JournalWriter writer = journal.writer();
                    JournalWriter to = second.writer()) {
                append(writer, 100);
                append(to, 100);
                one.awaitAcked(100);
                other.awaitAcked(100);
                own.kill();
                append(writer, 1000);
                append(to, 1000);
                for (KafkaRun run : List.of(one, other)) {
                    run.await("it is said", () -> run.said().stream().anyMatch(line -> line.startsWith("away: ")));
                }
                own.start();
                append(writer, 100);
                append(to, 100);
                one.awaitAcked(1200);
                other.awaitAcked(1200);
            }
            one.stop();
            other.stop();
            assertThat(own.reader(topic).committed())
                    .hasToString("1200 records, 1200 ids, 0 repeated, 0 missing, 0 backwards, 0 others");
            assertThat(own.reader("tx").committed())
                    .hasToString("1200 records, 1200 ids, 0 repeated, 0 missing, 0 backwards, 0 others");
            assertThat(one.said().stream().filter(line -> line.startsWith("away: ")))
                    .hasSize(1);
            assertThat(one.said()).endsWith("connected to Kafka");
        }
    }
}
