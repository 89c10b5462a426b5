package io.sightlog.bridge.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.bridge.BridgeNotices;
import io.sightlog.bridge.Headers;
import io.sightlog.bridge.InboxOptions;
import io.sightlog.bridge.UndeliverableException;
import io.sightlog.bridge.kafka.ClientProperties.Given;
import io.sightlog.detect.Near;
import io.sightlog.event.Checkpoint;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.event.Origin;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Retention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic of a real Kafka gets into a journal, each record once, whatever becomes of either meanwhile. */
@Tag("slow")
class KafkaSourceTest {
    private static final long HOUR_NANOS = 3_600_000_000_000L;
    private static final InboxOptions MESSAGES = new InboxOptions(false, false, false);
    private static final AtomicInteger TOPICS = new AtomicInteger();

    @TempDir
    Path temp;

    private final List<String> notes = new CopyOnWriteArrayList<>();
    private final AtomicLong ahead = new AtomicLong();
    private BridgeCounts counts = new BridgeCounts();
    private KafkaBroker broker;
    private KafkaProducer<byte[], byte[]> producer;
    private String topic;
    private Journal journal;

    private final BridgeNotices notices = new BridgeNotices() {
        @Override
        public void connected(String to) {
            notes.add("connected to " + to);
        }

        @Override
        public void away(String why, String waiting) {
            notes.add("away: " + why);
        }

        @Override
        public void passedOver(String what, String why) {
            notes.add("passed over " + what + ": " + why);
        }

        @Override
        public void note(String text) {
            notes.add(text);
        }
    };

    @BeforeEach
    void open() throws Exception {
        broker = KafkaBroker.shared();
        topic = "source-" + TOPICS.incrementAndGet();
        broker.createTopic(topic, 3);
        journal = Journal.open(temp.resolve("q"), () -> System.currentTimeMillis() * 1_000_000 + ahead.get());
        producer = producerTo(broker, Map.of());
    }

    @AfterEach
    void close() {
        producer.close();
    }

    private static KafkaProducer<byte[], byte[]> producerTo(KafkaBroker to, Map<String, Object> more) {
        Map<String, Object> settings = new java.util.HashMap<>(more);
        settings.put("bootstrap.servers", to.bootstrap());
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void send(int partition, String... texts) throws Exception {
        for (String text : texts) {
            producer.send(new ProducerRecord<>(topic, partition, null, text.getBytes(UTF_8)))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private KafkaSource source(
            JournalWriter writer, String from, boolean untilEnd, InboxOptions options, BooleanSupplier stop)
            throws IOException {
        ClientProperties properties = ClientProperties.read(
                new Given(broker.bootstrap(), null, List.of(), Map.of()), Near::nearest, notes::add);
        counts = new BridgeCounts();
        return new KafkaSource(
                properties,
                new KafkaSource.Options(topic, from.equals("end"), null, untilEnd),
                journal,
                writer,
                options,
                notices,
                counts,
                stop);
    }

    private KafkaSource.Result drain(InboxOptions options) throws IOException {
        try (JournalWriter writer = journal.writer()) {
            return source(writer, "start", true, options, () -> false).run();
        }
    }

    /** Runs until it is closed. */
    private final class Running implements AutoCloseable {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final CompletableFuture<KafkaSource.Result> result = new CompletableFuture<>();
        private final Thread thread;

        Running(String from) {
            thread = new Thread(() -> {
                try (JournalWriter writer = journal.writer()) {
                    result.complete(
                            source(writer, from, false, MESSAGES, stop::get).run());
                } catch (Throwable e) {
                    result.completeExceptionally(e);
                }
            });
            thread.start();
        }

        @Override
        public void close() throws Exception {
            stop.set(true);
            result.get(60, TimeUnit.SECONDS);
        }
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("%s; %s", what, notes).isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** The texts of what came from a partition. */
    private List<String> texts(int partition) {
        List<String> texts = new ArrayList<>();
        try (JournalReader reader = journal.reader()) {
            while (reader.next()) {
                Origin origin = Origin.of(reader.event());
                if (origin != null && origin.partition() == partition) {
                    texts.add(reader.event().text());
                }
            }
        }
        return texts;
    }

    private List<String> checkpoints() {
        List<String> checkpoints = new ArrayList<>();
        try (JournalReader reader = journal.reader()) {
            while (reader.next()) {
                Checkpoint checkpoint = Checkpoint.of(reader.event());
                if (checkpoint != null) {
                    checkpoints.add(checkpoint.text().replaceAll(".*\"next\":", ""));
                }
            }
        }
        return checkpoints;
    }

    @Test
    void everyRecordComesOnceAndItGoesOnWhereTheJournalIs() throws Exception {
        send(0, "a", "b");
        send(1, "c");
        assertThat(drain(MESSAGES).isWhole()).isTrue();
        assertThat(notes).anyMatch(note -> note.contains("nothing of topic") && note.contains("begins at its start"));
        notes.clear();
        send(0, "d");
        send(2, "e");
        drain(MESSAGES);
        drain(MESSAGES);
        assertThat(notes).noneMatch(note -> note.contains("begins"));
        assertThat(texts(0)).containsExactly("a", "b", "d");
        assertThat(texts(1)).containsExactly("c");
        assertThat(texts(2)).containsExactly("e");
        try (JournalReader reader = journal.reader()) {
            reader.next();
            Event event = reader.event();
            Origin origin = Origin.of(event);
            assertThat(event.topic()).isEqualTo(topic);
            assertThat(Math.abs(System.currentTimeMillis() * 1_000_000 - event.capturedNanos()))
                    .as("when the record was sent")
                    .isLessThan(TimeUnit.MINUTES.toNanos(5));
            assertThat(origin.topic()).isEqualTo(topic);
            assertThat(origin.broker()).isNotEmpty();
            assertThat(origin.topicId()).isNotEmpty();
        }
    }

    @Test
    void whatWasAbortedDoesNotCome() throws Exception {
        try (KafkaProducer<byte[], byte[]> transactions = producerTo(broker, Map.of("transactional.id", topic))) {
            transactions.initTransactions();
            for (String text : List.of("kept", "aborted", "kept too", "aborted too")) {
                transactions.beginTransaction();
                transactions.send(new ProducerRecord<>(topic, 0, null, text.getBytes(UTF_8)));
                if (text.startsWith("kept")) {
                    transactions.commitTransaction();
                } else {
                    transactions.abortTransaction();
                }
            }
        }
        drain(MESSAGES);
        assertThat(texts(0)).containsExactly("kept", "kept too");
    }

    @Test
    void theOffsetsAreInEveryCycleAndOutlastPruning() throws Exception {
        send(0, "a");
        send(1, "b");
        drain(MESSAGES);
        try (Running running = new Running("start")) {
            await(
                    "connection",
                    () -> notes.stream().filter(n -> n.startsWith("connected")).count() == 2);
            ahead.addAndGet(HOUR_NANOS);
            try (JournalWriter other = journal.writer()) {
                other.append(new EventDraft().capturedNanos(0).message("x", "another writer begins a cycle"));
            }
            await("offsets in the new cycle", () -> checkpoints().size() == 2);
            ahead.addAndGet(HOUR_NANOS);
            send(1, "c");
            await("a record in the newest cycle", () -> texts(1).size() == 2);
        }
        assertThat(checkpoints())
                .containsExactly(
                        "{\"0\":\"0\",\"1\":\"0\",\"2\":\"0\"}}",
                        "{\"0\":\"1\",\"1\":\"1\",\"2\":\"0\"}}",
                        "{\"0\":\"1\",\"1\":\"1\",\"2\":\"0\"}}");
        Retention retention = journal.retention();
        Retention.Policy newest = new Retention.Policy(null, Long.MAX_VALUE, 1, Set.of(), false);
        retention.execute(retention.plan(newest));
        assertThat(texts(0)).as("pruned").isEmpty();
        send(2, "d");
        drain(MESSAGES);
        assertThat(texts(0)).isEmpty();
        assertThat(texts(1)).containsExactly("c");
        assertThat(texts(2)).containsExactly("d");
    }

    @Test
    void fromTheEndIsKeptAtOnce() throws Exception {
        send(0, "before");
        try (JournalWriter writer = journal.writer()) {
            source(writer, "end", true, MESSAGES, () -> false).run();
        }
        send(0, "after");
        drain(MESSAGES);
        assertThat(texts(0)).containsExactly("after");
    }

    @Test
    void whatTheBrokerHasDeletedIsReportedAsMissed() throws Exception {
        send(0, "a", "b");
        drain(MESSAGES);
        send(0, "c", "d", "e");
        broker.admin()
                .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(4)))
                .all()
                .get(30, TimeUnit.SECONDS);
        KafkaSource.Result result = drain(MESSAGES);
        assertThat(result.missed()).isEqualTo(2);
        assertThat(result.isWhole()).isFalse();
        assertThat(texts(0)).containsExactly("a", "b", "e");
        assertThat(notes).anyMatch(note -> note.contains("offsets 2 to 3 were deleted"));
        assertThat(drain(MESSAGES).missed()).as("reported once").isZero();
    }

    @Test
    void partitionsThatAreAddedAreReadFromTheirStart() throws Exception {
        send(0, "a");
        try (Running running = new Running("end")) {
            await("connection", () -> !notes.isEmpty() && !checkpoints().isEmpty());
            broker.addPartitions(topic, 4);
            send(3, "new");
            await("a record of the new partition", () -> texts(3).size() == 1);
        }
        assertThat(texts(0)).isEmpty();
        drain(MESSAGES);
        assertThat(texts(3)).containsExactly("new");
    }

    @Test
    void aTopicThatWasMadeAnewIsAnotherOne() throws Exception {
        send(0, "old", "older");
        drain(MESSAGES);
        broker.deleteTopic(topic);
        broker.createTopic(topic, 1);
        send(0, "new");
        drain(MESSAGES);
        assertThat(texts(0)).containsExactly("old", "older", "new");
        assertThat(notes).anyMatch(note -> note.contains("was made anew"));
    }

    @Test
    void aSecondReceiverIsRefusedAndNamesTheFirst() throws Exception {
        try (Running running = new Running("start")) {
            await("connection", () -> !notes.isEmpty());
            await("the lock", () -> notes.stream().anyMatch(note -> note.contains("begins")));
            assertThatThrownBy(() -> drain(MESSAGES))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("receiving topic " + topic);
        }
    }

    @Test
    void strangersNeverBreakIt() throws Exception {
        byte[] large = new byte[1 << 20];
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        records.add(new ProducerRecord<>(topic, 0, null, null));
        records.add(new ProducerRecord<>(topic, 0, new byte[] {-1}, new byte[] {(byte) 0xff, (byte) 0xfe}));
        records.add(new ProducerRecord<>(topic, 0, null, "text".getBytes(UTF_8)));
        records.add(new ProducerRecord<>(topic, 0, null, large));
        ProducerRecord<byte[], byte[]> hostile = new ProducerRecord<>(topic, 0, null, "hostile".getBytes(UTF_8));
        hostile.headers()
                .add(Headers.PATH, new byte[] {(byte) 0xff})
                .add(Headers.PATH, "x".repeat(5000).getBytes(UTF_8))
                .add(Headers.ID, null)
                .add(Headers.CAPTURED, "99999999999999999999".getBytes(UTF_8))
                .add("", new byte[0]);
        records.add(hostile);
        records.add(new ProducerRecord<>(topic, 0, Long.MAX_VALUE / 1000, null, "late".getBytes(UTF_8)));
        try (KafkaProducer<byte[], byte[]> big = producerTo(broker, Map.of("max.request.size", 2 << 20))) {
            for (ProducerRecord<byte[], byte[]> record : records) {
                try {
                    big.send(record).get(30, TimeUnit.SECONDS);
                } catch (java.util.concurrent.ExecutionException e) {
                    assertThat(record.value())
                            .as("%s", e)
                            .satisfiesAnyOf(
                                    value -> assertThat(value).isSameAs(large),
                                    value ->
                                            assertThat(new String(value, UTF_8)).isEqualTo("late"));
                }
            }
        }
        for (boolean asEvents : new boolean[] {false, true}) {
            journal = Journal.open(temp.resolve("strangers-" + asEvents));
            assertThat(drain(new InboxOptions(asEvents, false, false)).isWhole())
                    .isTrue();
            assertThat(counts.appended().value())
                    .isEqualTo(counts.received().value())
                    .isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void aRecordThatCannotBeTakenStopsWithItsPlaceAndIsPassedOverWhenAskedTo() throws Exception {
        send(1, "fine", "also fine");
        ProducerRecord<byte[], byte[]> bad = new ProducerRecord<>(topic, 1, null, new byte[] {1});
        bad.headers().add(Headers.TYPE, "application/vnd.sightlog.event".getBytes(UTF_8));
        producer.send(bad).get(30, TimeUnit.SECONDS);
        assertThatThrownBy(() -> drain(new InboxOptions(true, false, false)))
                .isInstanceOf(UndeliverableException.class)
                .hasMessageContaining(topic + " partition 1 offset 2");
        assertThat(texts(1)).containsExactly("fine", "also fine");
        KafkaSource.Result result = drain(new InboxOptions(true, false, true));
        assertThat(result.passedOver()).isEqualTo(1);
        assertThat(counts.skipped(Reason.DAMAGED).value()).isEqualTo(1);
        assertThat(drain(new InboxOptions(true, false, true)).isWhole())
                .as("it is not looked at again")
                .isTrue();
        assertThat(texts(1)).hasSize(2);
    }

    @Test
    void aTopicThatIsMissingIsSaid() {
        topic = "no-such-topic";
        assertThatThrownBy(() -> drain(MESSAGES))
                .isInstanceOf(UndeliverableException.class)
                .hasMessageContaining("no topic \"no-such-topic\"");
    }

    @Test
    void aBrokerThatIsAwayIsWaitedForAndSaidOnce() throws Exception {
        try (KafkaBroker own = new KafkaBroker(temp.resolve("kafka"))) {
            broker = own;
            own.createTopic(topic, 1);
            try (KafkaProducer<byte[], byte[]> toOwn = producerTo(own, Map.of());
                    Running running = new Running("start")) {
                toOwn.send(new ProducerRecord<>(topic, 0, null, "a".getBytes(UTF_8)))
                        .get(30, TimeUnit.SECONDS);
                await("a", () -> texts(0).size() == 1);
                own.kill();
                await("that it is away", () -> notes.stream().anyMatch(note -> note.startsWith("away")));
                assertThat(counts.connected().value()).isZero();
                own.start();
                toOwn.send(new ProducerRecord<>(topic, 0, null, "b".getBytes(UTF_8)))
                        .get(60, TimeUnit.SECONDS);
                await("b", () -> texts(0).size() == 2);
                await("that it is back", () -> counts.connected().value() == 1);
            }
            assertThat(notes.stream().filter(note -> note.startsWith("away"))).hasSize(1);
            assertThat(notes.stream().filter(note -> note.startsWith("connected")))
                    .hasSize(2);
        }
    }

    private JournalId id() {
        journal.writer().close();
        return journal.makeId();
    }

    @Test
    void aGroupShowsHowFarItIsAndNothingDependsOnIt() throws Exception {
        send(0, "a", "b");
        String group = "sightlog-" + id();
        TopicPartition first = new TopicPartition(topic, 0);
        try (Running running = new Running("start")) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            Map<TopicPartition, OffsetAndMetadata> told = Map.of();
            while (!told.containsKey(first) || told.get(first).offset() < 2) {
                assertThat(System.nanoTime() - end).as("told: %s", told).isNegative();
                TimeUnit.MILLISECONDS.sleep(50);
                told = broker.admin()
                        .listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get(30, TimeUnit.SECONDS);
            }
        }
        broker.admin().deleteConsumerGroups(List.of(group)).all().get(30, TimeUnit.SECONDS);
        send(0, "c");
        drain(MESSAGES);
        assertThat(texts(0)).containsExactly("a", "b", "c");
    }
}
