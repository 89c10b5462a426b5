package io.sightlog.jmh;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.Envelope;
import io.sightlog.bridge.Form;
import io.sightlog.bridge.Headers;
import io.sightlog.bridge.Outgoing;
import io.sightlog.bridge.OutgoingOptions;
import io.sightlog.bridge.Outlet;
import io.sightlog.bridge.mqtt.Mosquitto;
import io.sightlog.bridge.mqtt.MqttAddress;
import io.sightlog.bridge.mqtt.MqttOut;
import io.sightlog.bridge.mqtt.MqttOutlets;
import io.sightlog.bridge.mqtt.TopicPattern;
import io.sightlog.consume.Reading;
import io.sightlog.consume.Selection;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What {@code mqtt send} does beside the bare client that publishes the same messages, both in this process and to the same mosquitto,
 * in turn, round after round: how many a second, from the first one that is sent to the last acknowledgement.
 *
 * <p>Started by {@code jmh/mqtt}.
 */
final class MqttTimes {
    private static final int WARM_UPS = 2;
    private static final int WINDOW = 10_000;
    private static final String TOPIC = "bench/events";

    private final Mosquitto broker;
    private int consumers;

    private MqttTimes(Mosquitto broker) {
        this.broker = broker;
    }

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        int events = Integer.parseInt(args[1]);
        Path folder = Files.createTempDirectory("sightlog-jmh-mqtt");
        try (Mosquitto broker = new Mosquitto(folder);
                Scratch scratch = new Scratch()) {
            scratch.fill(events, 1);
            MqttTimes times = new MqttTimes(broker);
            System.out.println("| sent, QoS 1 | bare client messages/s | bridge events/s | ratio |\n|---|---|---|---|");
            times.rates(scratch.journal(), Form.NDJSON, rounds, events);
            times.rates(scratch.journal(), Form.RAW, rounds, events);
        }
        System.exit(0); // threads of clients that are being closed
    }

    private void rates(Journal journal, Form form, int rounds, int events) throws Exception {
        List<Envelope> sent = new ArrayList<>();
        bridge(journal, form, events, sent);
        double[] alone = new double[rounds];
        double[] bridge = new double[rounds];
        double[] ratios = new double[rounds];
        for (int round = -WARM_UPS; round < rounds; round++) {
            double bareRate = 0;
            double bridgeRate = 0;
            for (int turn = 0; turn < 2; turn++) {
                if ((turn + round) % 2 == 0) {
                    bareRate = bare(sent);
                } else {
                    bridgeRate = bridge(journal, form, events, null);
                }
            }
            if (round >= 0) {
                alone[round] = bareRate;
                bridge[round] = bridgeRate;
                ratios[round] = bridgeRate / bareRate;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "| %s, %d bytes | %s | %s | %s |%n",
                form,
                sent.get(sent.size() - 1).body().length,
                spread("%,.0f", alone),
                spread("%,.0f", bridge),
                spread("%.2f", ratios));
    }

    /** The client without a bridge around it: publishes what a bridge has published before. */
    private double bare(List<Envelope> envelopes) throws Exception {
        Mqtt5AsyncClient client = MqttClient.builder()
                .useMqttVersion5()
                .identifier("bare")
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .buildAsync();
        client.connect().get();
        Semaphore window = new Semaphore(WINDOW);
        long began = System.nanoTime();
        for (Envelope envelope : envelopes) {
            window.acquire();
            client.publish(message(envelope)).whenComplete((result, failure) -> {
                if (failure == null && result.getError().isEmpty()) {
                    window.release();
                }
            });
        }
        window.acquire(WINDOW);
        double rate = envelopes.size() * 1e9 / (System.nanoTime() - began);
        client.disconnect().get();
        return rate;
    }

    private static Mqtt5Publish message(Envelope envelope) {
        return Mqtt5Publish.builder()
                .topic(TOPIC)
                .payload(envelope.body())
                .qos(MqttQos.AT_LEAST_ONCE)
                .contentType(envelope.contentType())
                .userProperties(Mqtt5UserProperties.builder()
                        .add(Headers.ID, HexFormat.of().toHexDigits(envelope.producer()) + "-" + envelope.sequence())
                        .add(Headers.POSITION, envelope.position().toString())
                        .add(Headers.CAPTURED, Long.toString(envelope.capturedNanos()))
                        .add(Headers.PATH, envelope.path().get(0).toString())
                        .add(Headers.BRIDGE, "bare/0")
                        .build())
                .build();
    }

    private double bridge(Journal journal, Form form, long events, @Nullable List<Envelope> kept) throws IOException {
        AtomicLong began = new AtomicLong();
        AtomicLong acks = new AtomicLong();
        AtomicLong ended = new AtomicLong();
        WatchedOutlet.Watch watch = new WatchedOutlet.Watch() {
            @Override
            public void sent(Envelope envelope) {
                if (began.get() == 0) {
                    began.set(System.nanoTime());
                }
                if (kept != null) {
                    kept.add(envelope);
                }
            }

            @Override
            public void acked(Envelope envelope) {
                if (acks.incrementAndGet() == events) {
                    ended.set(System.nanoTime());
                }
            }
        };
        String name = "bench-" + consumers++;
        Reading reading = new Reading(Selection.ALL, name, false, IdleStrategy.Mode.FUTEX);
        MqttOutlets outlets = new MqttOutlets(
                new MqttAddress("127.0.0.1", broker.port(), name, null, null, null),
                new MqttOut(TopicPattern.of(TOPIC), 1, false, null, name));
        Outlet.Opening watched = (whose, stops) -> new WatchedOutlet(outlets.open(whose, stops), watch);
        new Outgoing(
                        journal,
                        OutgoingOptions.of(reading).form(form),
                        "mosquitto",
                        watched,
                        new BridgeCounts(),
                        BridgedKafka.READING,
                        BridgedKafka.NOTICES,
                        () -> false)
                .run();
        Sample.check(acks.get() == events, acks.get() + " events were acknowledged");
        return events * 1e9 / (ended.get() - began.get());
    }

    /** The median, and from where to where. */
    private static String spread(String format, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                format + " (" + format + "\u2013" + format + ")",
                sorted[sorted.length / 2],
                sorted[0],
                sorted[sorted.length - 1]);
    }
}
