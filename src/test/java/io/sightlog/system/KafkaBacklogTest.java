package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.kafka.KafkaBroker;
import io.sightlog.bridge.kafka.KafkaReader;
import io.sightlog.bridge.kafka.KafkaSecurity;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Roll;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What has gathered while nobody sent it, 50,000 events, with {@code -Dsightlog.long=true} a million; and what cannot be sent. */
@Tag("slow")
final class KafkaBacklogTest {
    private static final int EVENTS = Boolean.getBoolean("sightlog.long") ? 1_000_000 : 50_000;
    private static final int IN_BATCH = 100;

    @TempDir
    Path temp;

    private String queue() {
        return temp.resolve("queue").toString();
    }

    private void append(int events) {
        try (JournalWriter writer = Journal.open(Path.of(queue())).writer(Roll.SECONDLY)) {
            long labels = writer.publish(LabelSet.of("m", List.of("person")));
            EventDraft draft = new EventDraft();
            EventBatch batch = new EventBatch();
            for (int i = 0; i < events; i++) {
                draft.clear().source("gate").capturedNanos(i).frame(i, 0).labelSet(labels);
                batch.add(draft.detection(0, 0.9f, 1, 2, 3, 4, 0));
                if (batch.count() == IN_BATCH || i == events - 1) {
                    writer.append(batch);
                    batch.clear();
                }
            }
        }
    }

    private Sightlog.Done send(KafkaBroker broker, String topic, String... more) {
        String[] words = new String[11 + more.length];
        List<String> first = List.of(
                "kafka", "send", "-q", queue(), "-b", broker.bootstrap(), "-t", topic, "--as", topic, "--until-end");
        first.toArray(words);
        System.arraycopy(more, 0, words, first.size(), more.length);
        return Sightlog.run(words);
    }

    @BeforeAll
    static void runsOnTheFirstJavaOnly() {
        ForeignPrograms.needTools();
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatHasGatheredIsDrainedAndGoesOnInMorePartitions() throws Exception {
        KafkaBroker broker = KafkaBroker.shared();
        broker.createTopic("gathered", 1);
        append(EVENTS);
        long start = System.nanoTime();
        send(broker, "gathered", "--format", "raw").expect(0);
        long sent = System.nanoTime();

        broker.addPartitions("gathered", 4);
        append(500); // of another producer, whose key may lie elsewhere
        append(500);
        append(500);
        send(broker, "gathered", "--format", "raw").expect(0);
        long drains = System.nanoTime();
        Path copy = temp.resolve("copy");
        String[] receive = {
            "kafka",
            "receive",
            "-q",
            copy.toString(),
            "-b",
            broker.bootstrap(),
            "-t",
            "gathered",
            "--as-events",
            "--until-end"
        };
        Sightlog.run(receive).expect(0);
        long received = System.nanoTime();
        Sightlog.run(receive).expect(0);

        KafkaReader.Count count = broker.reader("gathered").tallyCommitted();
        System.out.printf(
                Locale.ROOT,
                "KafkaBacklogTest: %d events sent in %.1f s, received in %.1f s; %s%n",
                EVENTS,
                (sent - start) / 1e9,
                (received - drains) / 1e9,
                count);
        assertThat(count.distinct()).isEqualTo(EVENTS + 1_500);
        assertThat(count.repeated()).isZero();
        assertThat(count.missing()).isEmpty();
        assertThat(count.backwards()).isZero();
        try (JournalCount copied = new JournalCount(copy)) {
            copied.read();
            assertThat(copied.events()).isEqualTo(EVENTS + 1_500);
            assertThat(copied.repeated()).isZero();
            assertThat(copied.outOfSequence()).isZero();
        }
        Sightlog.run("verify", "-q", copy.toString()).expect(0);
    }

    @Test
    void whatCanNeverBeSentStopsItWithThePosition() throws Exception {
        KafkaBroker broker = KafkaBroker.shared();
        append(3);

        assertThat(send(broker, "nowhere").expect(1).err())
                .as("no such topic")
                .anyMatch(line -> line.contains("nowhere"));
        broker.createTopic("small", 1, "max.message.bytes", "200");
        assertThat(send(broker, "small").expect(1).err())
                .as("too large for the topic")
                .anyMatch(line -> line.contains("0x") && line.contains("small"));
        assertThat(send(broker, "small", "--skip-undeliverable").expect(3).err())
                .as("passed over")
                .anyMatch(line -> line.contains("0x"));

        broker.createTopic("forbidden", 1);
        broker.deny(KafkaSecurity.SCRAM_USER, AclOperation.WRITE, "forbidden");
        Path properties = KafkaSecurity.write(
                temp.resolve("client.properties"), KafkaSecurity.made().scram(KafkaSecurity.SCRAM_PASSWORD));
        assertThat(Sightlog.run(
                                "kafka",
                                "send",
                                "-q",
                                queue(),
                                "-b",
                                broker.bootstrapSasl(),
                                "-F",
                                properties.toString(),
                                "-t",
                                "forbidden",
                                "--as",
                                "forbidden",
                                "--until-end")
                        .expect(1)
                        .err())
                .as("not allowed")
                .anyMatch(line -> line.contains("forbidden"));
        assertThat(broker.reader("forbidden").uncommitted().records()).isEmpty();
    }
}
