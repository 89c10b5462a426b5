package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.bridge.kafka.KafkaBroker;
import io.sightlog.bridge.kafka.KafkaReader;
import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.Journal;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random instants over bridges to Kafka and from there, all side by side, while a producer appends and both
 * journals change their cycles and are pruned. Each is killed 10 times, with {@code -Dsightlog.long=true} 200 times.
 */
@Tag("slow")
final class KafkaKillTest {
    private static final int KILLS = Boolean.getBoolean("sightlog.long") ? 200 : 10;
    private static final int PER_SECOND = 500;
    private static final int PARTITIONS = 3;
    private static final long MS = 1_000_000;

    private static final long LONGEST_START = 3_000 * MS;
    /** After it is connected. */
    private static final long LONGEST_LIFE = 1_500 * MS;

    @TempDir
    Path temp;

    private final Random random = new Random(Seeds.of(KafkaKillTest.class));

    /** A verb that is killed again and again: some time after its start, or after it is connected. */
    private final class Bridge implements AutoCloseable {
        private final String[] words;
        private final @Nullable String consumer;
        /** Of each death: the saved position, and the newest event that there was. */
        final List<Position[]> deaths = new ArrayList<>();

        private Sightlog running;
        private long killAt;

        Bridge(@Nullable String consumer, String... words) {
            this.words = words;
            this.consumer = consumer;
            running = start();
        }

        private Sightlog start() {
            boolean early = random.nextInt(4) == 0;
            killAt = early ? System.nanoTime() + (long) (random.nextDouble() * LONGEST_START) : Long.MAX_VALUE;
            return Sightlog.start(words);
        }

        /** @return whether it was killed */
        boolean step(SteadyProducer producer) {
            if (killAt == Long.MAX_VALUE && running.hasOnErr("connected")) {
                killAt = System.nanoTime() + (long) (random.nextDouble() * LONGEST_LIFE);
            }
            if (killAt == Long.MAX_VALUE || System.nanoTime() - killAt < 0) {
                return false;
            }
            running.kill();
            running.awaitWithOpenInput().expect(128 + 9);
            if (consumer != null) {
                deaths.add(new Position[] {saved(consumer), producer.last()});
            } else {
                deaths.add(new Position[2]);
            }
            running = start();
            return true;
        }

        /** Lets it end in peace, and does the rest at once. */
        Sightlog.Done end() {
            running.terminate();
            running.awaitWithOpenInput();
            String[] more = Arrays.copyOf(words, words.length + 1);
            more[words.length] = "--until-end";
            return Sightlog.run(more).expect(0);
        }

        @Override
        public void close() {
            running.close();
        }
    }

    private Path queue() {
        return temp.resolve("queue");
    }

    private Path copy() {
        return temp.resolve("copy");
    }

    /** Whether pruning waits for them: both have begun. */
    private boolean hasConsumers(String... names) {
        Journal journal = Journal.open(queue());
        return Arrays.stream(names).allMatch(journal::hasConsumer);
    }

    /** Null: nothing was saved yet, or nothing is left to do. */
    private @Nullable Position saved(String consumer) {
        ConsumerStatus status = Journal.open(queue()).consumer(consumer);
        return status == null ? new Position(0, 0) : status.next();
    }

    @BeforeAll
    static void runsOnTheFirstJavaOnly() {
        ForeignPrograms.needTools();
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nothingIsLostAndNothingDoublesButWhatWasOnItsWay() throws Exception {
        KafkaBroker broker = KafkaBroker.shared();
        broker.createTopic("killed-plain", PARTITIONS);
        broker.createTopic("killed-once", PARTITIONS);
        Journal.open(copy()).writer(Roll.SECONDLY).close();
        long start = System.nanoTime();
        long appended;
        int pruned = 0;
        String out = queue().toString();
        String in = copy().toString();
        String at = broker.bootstrap();
        try (SteadyProducer producer = new SteadyProducer(queue(), PER_SECOND);
                JournalCount count = new JournalCount(copy());
                Bridge plain = new Bridge(
                        "plain", "kafka", "send", "-q", out, "-b", at, "-t", "killed-plain", "--as", "plain");
                Bridge once = new Bridge(
                        "once",
                        "kafka",
                        "send",
                        "-q",
                        out,
                        "-b",
                        at,
                        "-t",
                        "killed-once",
                        "--as",
                        "once",
                        "--exactly-once",
                        "--format",
                        "raw");
                Bridge back =
                        new Bridge(null, "kafka", "receive", "-q", in, "-b", at, "-t", "killed-once", "--as-events")) {
            List<Bridge> all = List.of(plain, once, back);
            while (all.stream().anyMatch(bridge -> bridge.deaths.size() < KILLS)) {
                for (Bridge bridge : all) {
                    if (bridge.deaths.size() < KILLS && bridge.step(producer) && hasConsumers("plain", "once")) {
                        pruned += SteadyProducer.prune(queue()) + SteadyProducer.prune(copy());
                    }
                }
                count.read();
                TimeUnit.MILLISECONDS.sleep(20);
            }
            appended = producer.stop();
            plain.end();
            once.end();
            back.end();
            count.read();

            KafkaReader.Count sent = broker.reader("killed-plain").tallyUncommitted();
            KafkaReader.Count transacted = broker.reader("killed-once").tallyCommitted();
            System.out.printf(
                    Locale.ROOT,
                    "KafkaKillTest: killed %d, %d and %d times, %d events, %d cycles pruned, %d s%n plain: %s%n once: %s%n back: %s%n",
                    plain.deaths.size(),
                    once.deaths.size(),
                    back.deaths.size(),
                    appended,
                    pruned,
                    (System.nanoTime() - start) / 1_000_000_000,
                    sent,
                    transacted,
                    count);
            assertThat(sent.missing()).isEmpty();
            assertThat(sent.distinct()).isEqualTo(appended);
            assertThat(sent.backwards()).isZero();
            assertThat(repeatedOutside(sent, plain.deaths)).isEmpty();
            assertThat(transacted.missing()).isEmpty();
            assertThat(transacted.repeated()).isZero();
            assertThat(transacted.backwards()).isZero();
            assertThat(transacted.distinct()).isEqualTo(appended);
            assertThat(count.events()).isEqualTo(appended);
            assertThat(count.repeated()).isZero();
            assertThat(count.outOfSequence()).isZero();
            assertThat(pruned).isPositive();
        }
        Sightlog.run("verify", "-q", in).expect(0);
    }

    /** Repeated positions that were not on their way at any death: saved as done already, or not there yet. */
    private static List<Position> repeatedOutside(KafkaReader.Count sent, List<Position[]> deaths) {
        List<Position> outside = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> repeat : sent.records()) {
            Position position = Position.parse(Objects.requireNonNull(KafkaReader.header(repeat, "sightlog-position")));
            if (deaths.stream().noneMatch(death -> wasOnItsWay(position, death))) {
                outside.add(position);
            }
        }
        return outside;
    }

    private static boolean wasOnItsWay(Position position, Position[] death) {
        return death[0] != null
                && death[1] != null
                && position.compareTo(death[0]) >= 0
                && position.compareTo(death[1]) <= 0;
    }
}
