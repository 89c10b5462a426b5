package io.sightlog.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.bridge.kafka.KafkaBroker;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.event.LabelSet;
import io.sightlog.event.Memory;
import io.sightlog.event.Origin;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Roll;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kafka receive} as a process, which dies, and what it makes of what {@code kafka send} has sent. */
@Tag("slow")
class KafkaReceiveTest {
    private static final int KILLS = Boolean.getBoolean("sightlog.long") ? 200 : 10;
    private static final int PARTITIONS = 3;
    private static final AtomicInteger TOPICS = new AtomicInteger();

    @TempDir
    Path temp;

    private KafkaBroker broker;
    private String topic;

    @BeforeEach
    void open() throws Exception {
        broker = KafkaBroker.shared();
        topic = "receive-" + TOPICS.incrementAndGet();
        broker.createTopic(topic, PARTITIONS);
    }

    private Path journal(String name) {
        return temp.resolve(name);
    }

    private String[] receive(String into, String from, String... more) {
        List<String> words =
                new ArrayList<>(List.of("kafka", "receive", "-q", journal(into).toString()));
        words.addAll(List.of("-b", broker.bootstrap(), "-t", from));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private Sightlog.Done send(String from, String to, String... more) {
        List<String> words =
                new ArrayList<>(List.of("kafka", "send", "-q", journal(from).toString()));
        words.addAll(List.of("-b", broker.bootstrap(), "-t", to, "--as", "bridge", "--until-end", "--format", "raw"));
        words.addAll(List.of(more));
        return Sightlog.run(words.toArray(String[]::new));
    }

    /** Sends numbered texts to all partitions by turns, until it is closed. */
    private final class Numbers implements AutoCloseable {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final Thread thread = new Thread(this::run, "numbers");
        private volatile int sent;

        Numbers() {
            thread.start();
        }

        private void run() {
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrap());
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
                while (!stop.get()) {
                    for (int i = 0; i < 20; i++, sent++) {
                        byte[] text = Integer.toString(sent).getBytes(UTF_8);
                        producer.send(new ProducerRecord<>(topic, sent % PARTITIONS, null, text));
                    }
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        }

        @Override
        public void close() throws InterruptedException {
            stop.set(true);
            thread.join();
            assertThat(failure.get()).isNull();
        }
    }

    /** Reads along, so that it has seen what is pruned later; another writer begins cycles meanwhile. */
    private final class Witness implements AutoCloseable {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final Thread thread = new Thread(this::run, "witness");
        private final List<List<Integer>> seen = new ArrayList<>();

        Witness() {
            for (int i = 0; i < PARTITIONS; i++) {
                seen.add(new ArrayList<>());
            }
            thread.start();
        }

        private void run() {
            Journal journal = Journal.open(journal("into"));
            EventDraft draft = new EventDraft();
            try (JournalWriter writer = journal.writer(Roll.SECONDLY);
                    JournalReader reader = journal.reader()) {
                boolean more = true;
                for (int round = 0; more; round++) {
                    more = !stop.get();
                    while (reader.next()) {
                        Event event = reader.event();
                        Origin origin = Origin.of(event);
                        if (origin != null) {
                            seen.get(origin.partition()).add(Integer.parseInt(event.text()));
                        }
                    }
                    if (round % 30 == 0) {
                        writer.append(draft.clear().capturedNanos(round).message("witness", "round " + round));
                    }
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                assertThat(reader.missed()).as("it has read everything").isNull();
            } catch (Throwable e) {
                failure.set(e);
            }
        }

        @Override
        public void close() throws InterruptedException {
            stop.set(true);
            thread.join();
            assertThat(failure.get()).isNull();
        }
    }

    @BeforeAll
    static void runsOnTheFirstJavaOnly() {
        ForeignPrograms.needTools();
    }

    @Test
    void aReceiverThatIsKilledAtAnyMomentLosesNothingAndDoublesNothing() throws Exception {
        Random random = new Random(Seeds.of(KafkaReceiveTest.class));
        String[] verb = receive("into", topic, "--roll", "secondly", "--keep-cycles", "6", "--group", topic);
        int sent;
        try (Witness witness = new Witness()) {
            try (Numbers numbers = new Numbers()) {
                for (int kill = 0; kill < KILLS; kill++) {
                    try (Sightlog receiver = Sightlog.start(verb)) {
                        receiver.awaitErr("connected to");
                        TimeUnit.MILLISECONDS.sleep(random.nextInt(1500)); // any moment
                        receiver.kill();
                        receiver.await();
                    }
                }
                numbers.close();
                sent = numbers.sent;
            }
            String[] last = java.util.Arrays.copyOf(verb, verb.length + 1);
            last[verb.length] = "--until-end";
            Sightlog.run(last).expect(0);
            witness.close();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                List<Integer> expected = new ArrayList<>();
                for (int number = partition; number < sent; number += PARTITIONS) {
                    expected.add(number);
                }
                assertThat(witness.seen.get(partition))
                        .as("partition %d, %d records", partition, sent)
                        .isEqualTo(expected);
            }
        }
        try (JournalReader reader = Journal.open(journal("into")).reader()) {
            reader.next();
            Origin first = Origin.of(reader.event());
            assertThat(first == null || first.offset() > 0).as("it was pruned").isTrue();
        }
        Sightlog.run("verify", "-q", journal("into").toString()).expect(0);
    }

    /** Three producers, events of all kinds, and two label sets. */
    private void appendAll(Path to, int events) {
        Journal journal = Journal.open(to);
        EventDraft draft = new EventDraft();
        try (JournalWriter first = journal.writer();
                JournalWriter second = journal.writer();
                JournalWriter third = journal.writer()) {
            JournalWriter[] writers = {first, second, third};
            long[] sets = {
                first.publish(new LabelSet(LabelSet.Model.named("m"), new TreeMap<>(Map.of(3, "cat")))),
                first.publish(new LabelSet(LabelSet.Model.named("n"), new TreeMap<>(Map.of(3, "dog"))))
            };
            for (int i = 0; i < events; i++) {
                draft.clear().capturedNanos(i).source("/cam/" + i % 7).stream("yard");
                switch (i % 5) {
                    case 0 -> draft.skip("dark");
                    case 1 -> draft.message("door", "opened " + i);
                    case 2 -> draft.message("door", new byte[] {(byte) i, -1}, 0, 2);
                    default ->
                        draft.frame(i, i)
                                .size(640, 480)
                                .labelSet(sets[i / 5 % 2])
                                .detection(3, 0.5f, 1, 2, 3, 4, i);
                }
                writers[i % 3].append(draft.section(50_000, new byte[] {(byte) i}));
            }
        }
    }

    /** Of each producer, its events as bytes, without where they came from and when they were appended. */
    private Map<Long, List<String>> events(Path of) {
        Map<Long, List<String>> events = new TreeMap<>();
        ByteBuffer memory = ByteBuffer.allocateDirect(1 << 16);
        try (JournalReader reader = Journal.open(of).reader()) {
            while (reader.next()) {
                Event event = reader.event();
                EventDraft draft = new EventDraft().copyAll(event).origin(null).checkpoint(null);
                int bytes = draft.encodedBytes();
                draft.encode(Memory.addressOf(memory), bytes, event.producer(), event.sequence(), 0);
                byte[] copy = new byte[bytes];
                memory.get(0, copy);
                if (Origin.of(event) == null) { // it was here first: nothing of it may get lost in the copy
                    for (int i = 8; i < bytes; i++) {
                        boolean isStamp = i >= EventLayout.APPENDED_NANOS && i < EventLayout.CAPTURED_NANOS;
                        assertThat(isStamp || copy[i] == Memory.getByte(event.address() + i))
                                .as("byte %d", i)
                                .isTrue();
                    }
                }
                events.computeIfAbsent(event.producer(), any -> new ArrayList<>())
                        .add(HexFormat.of().formatHex(copy));
            }
        }
        return events;
    }

    @Test
    void aReplicaHasTheSameEventsInTheSameOrderAndIsSound() {
        appendAll(journal("from"), 3000);
        send("from", topic).expect(0);
        String[] verb = receive("into", topic, "--as-events", "--strict", "--until-end");
        Sightlog.Done done = Sightlog.run(verb).expect(0);
        assertThat(done.err()).anyMatch(line -> line.contains("appended 3000 events"));
        assertThat(events(journal("into"))).isEqualTo(events(journal("from")));
        assertThat(Journal.open(journal("into")).labelSets())
                .isEqualTo(Journal.open(journal("from")).labelSets())
                .hasSize(2);
        Sightlog.run("verify", "-q", journal("into").toString()).expect(0);
        Sightlog.Done again = Sightlog.run(verb).expect(0);
        assertThat(again.err()).anyMatch(line -> line.contains("appended 0 events"));
    }

    @Test
    void twoBridgesInARingRefuseWhatHasPassed() throws Exception {
        String back = topic + "-back";
        broker.createTopic(back, 1);
        appendAll(journal("a"), 50);
        appendAll(journal("b"), 20);
        for (int round = 0; round < 2; round++) {
            send("a", topic, "--forward").expect(0);
            Sightlog.run(receive("b", topic, "--as-events", "--until-end")).expect(0);
            send("b", back, "--forward");
            Sightlog.Done done = Sightlog.run(receive("a", back, "--as-events", "--until-end"))
                    .expect(0);
            if (round == 0) {
                assertThat(done.err()).anyMatch(line -> line.contains("appended 20 events"));
            } else {
                assertThat(done.err()).anyMatch(line -> line.contains("appended 0 events"));
            }
        }
        assertThat(events(journal("a")).values().stream().mapToInt(List::size).sum())
                .isEqualTo(70);
        assertThat(events(journal("b"))).isEqualTo(events(journal("a")));
    }

    @Test
    void aSecondReceiverOfTheTopicIsRefusedAndNamesTheFirst() {
        try (Sightlog first = Sightlog.start(receive("into", topic))) {
            first.awaitErr("begins at its start");
            Sightlog.Done second = Sightlog.run(receive("into", topic)).expect(1);
            assertThat(second.err())
                    .anyMatch(line -> line.contains("process " + first.pid() + " ")
                            && line.contains("receiving topic " + topic)
                            && line.contains("stop that one"));
            first.terminate();
            first.await().expect(143);
        }
    }
}
