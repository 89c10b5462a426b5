package io.sightlog.bridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker of the tests does what the tests rely on. */
@Tag("slow")
final class KafkaBrokerTest {
    @TempDir
    Path temp;

    private static void send(String bootstrap, Map<String, String> more, String topic, int partition, String... ids)
            throws Exception {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", bootstrap);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (String id : ids) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, null, new byte[10]);
                record.headers().add("sightlog-id", id.getBytes(StandardCharsets.UTF_8));
                producer.send(record).get(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void theReaderCountsWhatIsMissingRepeatedAndOutOfOrder() throws Exception {
        KafkaBroker broker = KafkaBroker.shared();
        broker.createTopic("counted", 1);
        broker.addPartitions("counted", 2);

        send(broker.bootstrap(), Map.of(), "counted", 0, "a-0", "a-3", "a-1", "a-3", "b-0");
        send(broker.bootstrap(), Map.of(), "counted", 1, "a-4");

        KafkaReader.Count count = broker.reader("counted").committed();
        assertThat(count.missing()).containsExactly("a-2");
        assertThat(count).hasToString("6 records, 5 ids, 1 repeated, 1 missing, 1 backwards, 0 others");
        broker.deleteTopic("counted");
    }

    @Test
    void certificatesPasswordsAndWhatAUserMayNotDo() throws Exception {
        KafkaBroker broker = KafkaBroker.shared();
        KafkaSecurity security = KafkaSecurity.made();
        broker.createTopic("guarded", 1);

        send(broker.bootstrapTls(), security.tls(), "guarded", 0, "a-0");
        send(broker.bootstrapSasl(), security.plain(KafkaSecurity.PLAIN_PASSWORD), "guarded", 0, "a-1");
        Map<String, String> gate = security.scram(KafkaSecurity.SCRAM_PASSWORD);
        send(broker.bootstrapSasl(), gate, "guarded", 0, "a-2");
        broker.deny(KafkaSecurity.SCRAM_USER, AclOperation.WRITE, "guarded");

        assertThatThrownBy(() -> send(broker.bootstrapSasl(), gate, "guarded", 0, "a-3"))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TopicAuthorizationException.class);
        assertThat(broker.reader("guarded").committed())
                .hasToString("3 records, 3 ids, 0 repeated, 0 missing, 0 backwards, 0 others");
    }

    @Test
    void whatItHadIsThereAfterItWasKilled() throws Exception {
        try (KafkaBroker broker = new KafkaBroker(temp.resolve("kafka"))) {
            long started = System.nanoTime();
            broker.createTopic("kept", 1);
            send(broker.bootstrap(), Map.of(), "kept", 0, "a-0");
            broker.kill();
            broker.start();
            send(broker.bootstrap(), Map.of(), "kept", 0, "a-1");
            broker.suspend();
            broker.resume();
            broker.stop();
            broker.start();
            System.out.println(
                    "killed, stopped and started again: " + (System.nanoTime() - started) / 1_000_000 + " ms");
            assertThat(broker.reader("kept").committed().distinct()).isEqualTo(2);
        }
    }
}
