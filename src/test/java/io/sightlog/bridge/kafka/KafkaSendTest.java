package io.sightlog.bridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.Form;
import io.sightlog.bridge.Headers;
import io.sightlog.bridge.OutgoingOutcome;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events leave for a real Kafka: how their records are, and where they go. */
@Tag("slow")
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KafkaSendTest extends KafkaSendFixture {
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
    void anotherUserSendsThroughTlsWithAPassword() throws Exception {
        broker.createTopic(topic, 1);
        append(20);
        Path file = KafkaSecurity.write(temp.resolve("p"), KafkaSecurity.made().scram(KafkaSecurity.SCRAM_PASSWORD));
        new KafkaRun(journal, KafkaRun.secured(broker.bootstrapSasl(), file), KafkaRun.to(topic), false, all -> all)
                .run();

        assertThat(broker.reader(topic).committed().distinct()).isEqualTo(20);
    }
}
