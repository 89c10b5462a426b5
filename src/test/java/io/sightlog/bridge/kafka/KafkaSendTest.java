package io.sightlog.bridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.Form;
import io.sightlog.bridge.Headers;
import io.sightlog.bridge.OutgoingOutcome;
import io.sightlog.bridge.UndeliverableException;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.GoldenTest;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events leave for a real Kafka. Each test has a journal and a topic of its own. */
@Tag("slow")
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KafkaSendTest {

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft();
    private KafkaBroker broker;
    private Journal journal;
    private String topic = "";

    @BeforeEach
    void prepare(TestInfo test) throws Exception {
        broker = KafkaBroker.shared();
        topic = "send-" + test.getTestMethod().orElseThrow().getName();
        journal = Journal.open(temp.resolve("q"));
    }

    private List<Position> append(JournalWriter writer, int count) {
        List<Position> positions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            positions.add(
                    new Position(writer.append(draft.clear().capturedNanos(i).frame(i, 0)), 0));
        }
        return positions;
    }

    private List<Position> append(int count) {
        try (JournalWriter writer = journal.writer()) {
            return append(writer, count);
        }
    }

    private KafkaRun run(boolean follow, String... settings) throws IOException {
        return new KafkaRun(
                journal, KafkaRun.properties(broker.bootstrap(), settings), KafkaRun.to(topic), follow, all -> all);
    }

    private KafkaRun transactions(boolean follow) throws IOException {
        return new KafkaRun(
                journal, KafkaRun.properties(broker.bootstrap()), KafkaRun.inTransactionsTo(topic), follow, all -> all);
    }

    @Test
    void eachEventArrivesOnceWithItsHeadersInItsProducersPartition() throws Exception {
        broker.createTopic(topic, 3);
        try (JournalWriter one = journal.writer();
                JournalWriter other = journal.writer()) {
            for (int i = 0; i < 200; i++) {
                append(one, 3);
                append(other, 2);
            }
        }
        OutgoingOutcome outcome = run(false).run();

        KafkaReader.Count count = broker.reader(topic).committed();
        assertThat(count).hasToString("1000 records, 1000 ids, 0 repeated, 0 missing, 0 backwards, 0 others");
        assertThat(outcome.isWhole()).isTrue();
        assertThat(outcome.counts().acked().value()).isEqualTo(1000);
        Map<String, Integer> partitions = new TreeMap<>();
        String path = journal.makeId().toString();
        for (ConsumerRecord<byte[], byte[]> record : count.records()) {
            String id = String.valueOf(KafkaReader.header(record, Headers.ID));
            String producer = id.substring(0, 16);
            assertThat(record.key()).asString(StandardCharsets.US_ASCII).isEqualTo(producer);
            assertThat(record.partition()).isEqualTo(partitions.computeIfAbsent(producer, any -> record.partition()));
            assertThat(KafkaReader.header(record, Headers.PATH)).isEqualTo(path);
            assertThat(KafkaReader.header(record, Headers.BRIDGE)).isEqualTo("uplink/0");
            assertThat(KafkaReader.header(record, Headers.TYPE)).isEqualTo("application/json");
            assertThat(record.timestamp())
                    .as("no time of capture, which is of 1970")
                    .isGreaterThan(1_700_000_000_000L);
            String json = new String(record.value(), StandardCharsets.UTF_8);
            assertThat(json)
                    .startsWith("{")
                    .endsWith("}")
                    .contains("\"producer\":\"" + producer + "\"", "\"sequence\":\"" + id.substring(17) + "\"");
            assertThat(json).contains("\"index\":\"" + KafkaReader.header(record, Headers.POSITION));
        }
        assertThat(partitions).hasSize(2);
        partitions.forEach(
                (producer, partition) -> assertThat(chosenByKafka(producer)).isEqualTo(partition));
    }

    /** By a producer that knows nothing of us. */
    private int chosenByKafka(String key) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
            return producer.send(new ProducerRecord<>(topic, bytes, bytes))
                    .get(30, TimeUnit.SECONDS)
                    .partition();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void rawEventsAreTheirBytesAndLabelSetsPrecedeThemInEveryPartition() throws Exception {
        broker.createTopic(topic, 2);
        LabelSet set = new LabelSet(LabelSet.Model.named("m"), new TreeMap<>(Map.of(1, "dog")));
        try (JournalWriter writer = journal.writer()) {
            long labels = writer.publish(set);
            for (int i = 0; i < 50; i++) {
                writer.append(draft.clear().capturedNanos(i).labelSet(labels).detection(1, 0.7f, 1, 2, 3, 4, 0));
            }
        }
        KafkaRun run = new KafkaRun(
                journal,
                KafkaRun.properties(broker.bootstrap(), "metadata.max.age.ms=200"),
                KafkaRun.to(topic),
                true,
                all -> all.form(Form.RAW));
        run.start().awaitAcked(50);
        broker.addPartitions(topic, 4);
        run.await(
                "label sets in new partitions",
                () -> broker.reader(topic).uncommitted().others().size() == 4);
        append(50);
        run.awaitAcked(100);
        run.stop();

        KafkaReader.Count count = broker.reader(topic).committed();
        assertThat(count).hasToString("100 records, 100 ids, 0 repeated, 0 missing, 0 backwards, 4 others");
        for (ConsumerRecord<byte[], byte[]> labels : count.others()) {
            assertThat(labels.offset()).isZero();
            assertThat(KafkaReader.header(labels, Headers.TYPE)).isEqualTo(Form.LABELS_TYPE);
            long hash = Headers.labels(Map.of(Headers.LABELS, KafkaReader.header(labels, Headers.LABELS)));
            assertThat(labels.value()).isEqualTo(journal.labelSetContent(hash));
        }
        Map<Position, byte[]> bodies = new TreeMap<>();
        count.records()
                .forEach(record -> bodies.put(
                        Position.parse(String.valueOf(KafkaReader.header(record, Headers.POSITION))), record.value()));
        try (JournalReader reader = journal.reader(Start.OLDEST)) {
            while (reader.next()) {
                byte[] own = new byte[reader.event().totalBytes()];
                io.sightlog.event.Memory.copy(reader.event().address(), own, 0, own.length);
                assertThat(bodies.remove(new Position(
                                reader.event().index(), reader.event().place())))
                        .isEqualTo(own);
            }
        }
        assertThat(bodies).isEmpty();
    }

    @Test
    void withoutAKeyAllPartitionsAreUsedAndOtherKeysKeepTheirOrder() throws Exception {
        broker.createTopic(topic, 3);
        append(3_000);
        KafkaOpening.Options none = new KafkaOpening.Options(topic, PartitionBy.NONE, null, 10_000);
        new KafkaRun(journal, KafkaRun.properties(broker.bootstrap()), none, false, all -> all).run();

        KafkaReader.Count count = broker.reader(topic).committed();
        assertThat(count).hasToString("3000 records, 3000 ids, 0 repeated, 0 missing, 0 backwards, 0 others");
        assertThat(count.records()).allMatch(record -> record.key() == null);
        assertThat(count.records().stream().map(ConsumerRecord::partition).distinct())
                .hasSize(3);
    }

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
    void aTopicThatIsMadeAnewGetsItsLabelSetsAgain() throws Exception {
        broker.createTopic(topic, 1);
        LabelSet set = new LabelSet(LabelSet.Model.named("m"), new TreeMap<>(Map.of(1, "dog")));
        KafkaRun run = new KafkaRun(
                        journal,
                        KafkaRun.properties(broker.bootstrap(), "metadata.max.age.ms=500"),
                        KafkaRun.to(topic),
                        true,
                        all -> all.form(Form.RAW))
                .start();
        try (JournalWriter writer = journal.writer()) {
            long labels = writer.publish(set);
            writer.append(draft.clear().capturedNanos(1).labelSet(labels).detection(1, 0.7f, 1, 2, 3, 4, 0));
            run.awaitAcked(1);
            broker.deleteTopic(topic);
            broker.createTopic(topic, 1);
            run.await("it was noticed", () -> run.said().stream().anyMatch(line -> line.contains("made anew")));
            writer.append(draft.clear().capturedNanos(2).labelSet(labels).detection(1, 0.7f, 1, 2, 3, 4, 0));
            run.awaitAcked(2);
        }
        run.stop();
        List<ConsumerRecord<byte[], byte[]>> all = broker.reader(topic).read("read_committed");
        assertThat(KafkaReader.header(all.get(0), Headers.TYPE)).isEqualTo(Form.LABELS_TYPE);
        assertThat(all).hasSize(2);
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

    @Test
    void anotherUserSendsThroughTlsWithAPassword() throws Exception {
        broker.createTopic(topic, 1);
        append(20);
        Path file = KafkaSecurity.write(temp.resolve("p"), KafkaSecurity.made().scram(KafkaSecurity.SCRAM_PASSWORD));
        new KafkaRun(journal, KafkaRun.secured(broker.bootstrapSasl(), file), KafkaRun.to(topic), false, all -> all)
                .run();

        assertThat(broker.reader(topic).committed().distinct()).isEqualTo(20);
    }

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
