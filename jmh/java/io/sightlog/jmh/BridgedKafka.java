package io.sightlog.jmh;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.BridgeNotices;
import io.sightlog.bridge.Envelope;
import io.sightlog.bridge.Form;
import io.sightlog.bridge.Outgoing;
import io.sightlog.bridge.OutgoingOptions;
import io.sightlog.bridge.Outlet;
import io.sightlog.bridge.kafka.ClientProperties;
import io.sightlog.bridge.kafka.KafkaBroker;
import io.sightlog.bridge.kafka.KafkaOpening;
import io.sightlog.bridge.kafka.PartitionBy;
import io.sightlog.consume.Notices;
import io.sightlog.consume.Reading;
import io.sightlog.consume.Selection;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** The bridge to Kafka, as the verb {@code kafka send} sets it up, in this process. */
final class BridgedKafka {
    private static final long SECONDS = 120;

    /** Of what is read nothing is to be said. */
    static final Notices READING = (Notices) Proxy.newProxyInstance(
            BridgedKafka.class.getClassLoader(), new Class<?>[] {Notices.class}, (self, method, arguments) -> {
                throw new IllegalStateException("not timed: " + method.getName() + Arrays.toString(arguments));
            });

    static final BridgeNotices NOTICES = new BridgeNotices() {
        @Override
        public void connected(String to) {
            // as it should be
        }

        @Override
        public void away(String why, String waiting) {
            Sample.check(false, why);
        }

        @Override
        public void passedOver(String what, String why) {
            Sample.check(false, what + why);
        }

        @Override
        public void note(String text) {
            // of the progress of those before
        }
    };

    private final KafkaBroker broker;

    BridgedKafka(KafkaBroker broker) {
        this.broker = broker;
    }

    private Outgoing bridge(
            Journal journal,
            String topic,
            Form form,
            boolean once,
            boolean follow,
            WatchedOutlet.Watch watch,
            BooleanSupplier stop)
            throws IOException {
        Reading reading = new Reading(Selection.ALL, topic, follow, IdleStrategy.Mode.FUTEX);
        OutgoingOptions options = OutgoingOptions.of(reading).form(form);
        ClientProperties properties = ClientProperties.read(
                new ClientProperties.Given(broker.bootstrap(), null, List.of(), Map.of()),
                (name, known) -> null,
                warning -> {});
        KafkaOpening opening = new KafkaOpening(
                properties,
                new KafkaOpening.Options(
                        topic, PartitionBy.PRODUCER, once ? KafkaOpening.PROGRESS_TOPIC : null, options.windowEvents()),
                NOTICES);
        Outlet.Opening watched = (whose, stops) -> new WatchedOutlet(opening.open(whose, stops), watch);
        return new Outgoing(journal, options, "Kafka", watched, new BridgeCounts(), READING, NOTICES, stop);
    }

    /** Sends all of a journal; returns events a second, from the first one that is sent to the last acknowledgement. */
    double rate(Journal journal, String topic, Form form, boolean once, long events) throws IOException {
        AtomicLong began = new AtomicLong();
        AtomicLong acks = new AtomicLong();
        AtomicLong ended = new AtomicLong();
        WatchedOutlet.Watch watch = new WatchedOutlet.Watch() {
            @Override
            public void sent(Envelope envelope) {
                if (began.get() == 0) {
                    began.set(System.nanoTime());
                }
            }

            @Override
            public void acked(Envelope envelope) {
                if (acks.incrementAndGet() == events) {
                    ended.set(System.nanoTime());
                }
            }
        };
        bridge(journal, topic, form, once, false, watch, () -> false).run();
        Sample.check(acks.get() == events, acks.get() + " events were acknowledged");
        return events * 1e9 / (ended.get() - began.get());
    }

    /** Appends so many events at a pace; returns for each the nanoseconds from before its append to its acknowledgement. */
    long[] latencies(Journal journal, String topic, int count, int perSecond) throws InterruptedException, IOException {
        long[] appended = new long[count];
        long[] nanos = new long[count];
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch acks = new CountDownLatch(count + 1);
        CountDownLatch stop = new CountDownLatch(1);
        WatchedOutlet.Watch watch = new WatchedOutlet.Watch() {
            @Override
            public void sent(Envelope envelope) {
                // what counts is when it was appended
            }

            @Override
            public void acked(Envelope envelope) {
                int at = (int) envelope.sequence() - 1;
                if (at >= 0) {
                    nanos[at] = System.nanoTime() - appended[at];
                }
                first.countDown();
                acks.countDown();
            }
        };
        try (JournalWriter writer = journal.writer()) {
            EventDraft draft = Sample.fill(new EventDraft().capturedNanos(0), writer.publish(Sample.labels()));
            Sample.number(draft, 0, 0);
            writer.append(draft);
            Outgoing bridge = bridge(journal, topic, Form.NDJSON, false, true, watch, () -> stop.getCount() == 0);
            Thread thread = new Thread(() -> run(bridge), "bridge");
            thread.start();
            Sample.check(first.await(SECONDS, TimeUnit.SECONDS), "the bridge has not begun");
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                BareKafka.awaitTurn(start, i, perSecond);
                Sample.number(draft, i, i);
                appended[i] = System.nanoTime();
                writer.append(draft);
            }
            Sample.check(acks.await(SECONDS, TimeUnit.SECONDS), acks.getCount() + " events were not acknowledged");
            stop.countDown();
            thread.join();
        }
        return nanos;
    }

    private static void run(Outgoing bridge) {
        try {
            bridge.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
