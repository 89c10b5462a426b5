package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.kafka.KafkaBroker;
import io.sightlog.bridge.kafka.KafkaReader;
import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.Journal;
import io.sightlog.journal.Roll;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka is killed and stays away, stands still, is stopped and started again, while a producer appends 1,000 events a second and
 * bridges go both ways. It is away for 5 s, with {@code -Dsightlog.long=true} for 60 s.
 */
@Tag("slow")
final class KafkaOutagesTest {
    private static final int AWAY_SECONDS = Boolean.getBoolean("sightlog.long") ? 60 : 5;
    private static final int PER_SECOND = 1_000;
    private static final int SECONDS = 120;

    @TempDir
    Path temp;

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.call()) {
            assertThat(System.nanoTime() - end).as("%s, in %d s", what, SECONDS).isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static boolean isDone(Path queue, String consumer) {
        ConsumerStatus status = Journal.open(queue).consumer(consumer);
        return status != null && status.next() == null && status.lagEvents() == 0;
    }

    @BeforeAll
    static void runsOnTheFirstJavaOnly() {
        ForeignPrograms.needTools();
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aBrokerThatComesAndGoesLosesAndDoublesNothing() throws Exception {
        Path queue = temp.resolve("queue");
        Path copy = temp.resolve("copy");
        String out = queue.toString();
        Journal.open(copy).writer(Roll.SECONDLY).close();
        long begun = System.nanoTime();
        try (KafkaBroker broker = new KafkaBroker(temp.resolve("kafka"))) {
            String at = broker.bootstrap();
            broker.createTopic("plain", 2);
            broker.createTopic("once", 2);
            try (SteadyProducer producer = new SteadyProducer(queue, PER_SECOND);
                    JournalCount count = new JournalCount(copy);
                    Sightlog plain =
                            Sightlog.start("kafka", "send", "-q", out, "-b", at, "-t", "plain", "--as", "plain");
                    Sightlog once = Sightlog.start(
                            "kafka", "send", "-q", out, "-b", at, "-t", "once", "--as", "once", "--exactly-once");
                    Sightlog back = Sightlog.start(
                            "kafka", "receive", "-q", copy.toString(), "-b", at, "-t", "once", "--as-events")) {
                await("the first events came back", () -> {
                    count.read();
                    return count.events() > 0;
                });
                broker.kill();
                TimeUnit.SECONDS.sleep(AWAY_SECONDS); // that it is away is what is tried
                broker.start();
                long after = producer.appended();
                await("events of after the outage came back", () -> {
                    count.read();
                    return count.events() > after;
                });
                broker.suspend();
                TimeUnit.SECONDS.sleep(2); // likewise
                broker.resume();
                broker.stop();
                broker.start();
                long appended = producer.stop();
                await("all came back", () -> {
                    count.read();
                    return count.events() >= appended;
                });
                await("all was sent", () -> isDone(queue, "plain") && isDone(queue, "once"));
                for (Sightlog bridge : List.of(plain, once, back)) {
                    bridge.terminate();
                }
                List<String> said = plain.awaitWithOpenInput().expect(128 + 15).err();
                once.awaitWithOpenInput().expect(128 + 15);
                back.awaitWithOpenInput().expect(128 + 15);
                KafkaReader.Count sent = broker.reader("plain").tallyUncommitted();
                KafkaReader.Count transacted = broker.reader("once").tallyCommitted();
                System.out.printf(
                        Locale.ROOT,
                        "KafkaOutagesTest: %d events, the producer at most %d ms late, %d s%n plain: %s%n once: %s%n back: %s%n %s%n",
                        appended,
                        producer.latestMillis(),
                        (System.nanoTime() - begun) / 1_000_000_000,
                        sent,
                        transacted,
                        count,
                        String.join("\n ", said));
                assertThat(sent.missing()).isEmpty();
                assertThat(sent.distinct()).isEqualTo(appended);
                assertThat(sent.repeated()).isZero();
                assertThat(sent.backwards()).isZero();
                assertThat(transacted.missing()).isEmpty();
                assertThat(transacted.distinct()).isEqualTo(appended);
                assertThat(transacted.repeated()).isZero();
                assertThat(count.events()).isEqualTo(appended);
                assertThat(count.repeated()).isZero();
                assertThat(count.outOfSequence()).isZero();
                assertThat(producer.latestMillis())
                        .as("the producer does not notice")
                        .isLessThan(TimeUnit.SECONDS.toMillis(AWAY_SECONDS));
            }
        }
    }
}
