package io.sightlog.jmh;

import io.sightlog.bridge.Form;
import io.sightlog.bridge.kafka.KafkaBroker;
import io.sightlog.bridge.kafka.KafkaReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What {@code kafka send} does beside Kafka's bare client that sends the same records, both in this process and to the same broker,
 * in turn, round after round: how many a second, how long until one is acknowledged, and what an idle bridge takes.
 *
 * <p>Started by {@code jmh/bridges}.
 */
final class BridgeTimes {
    private static final int PARTITIONS = 1;
    private static final int PER_SECOND = 500;
    private static final int WARM_UPS = 2;

    private final KafkaBroker broker;
    private final BareKafka bare;
    private final BridgedKafka bridged;
    private final int rounds;
    private int topics;

    private BridgeTimes(KafkaBroker broker, int rounds) {
        this.broker = broker;
        this.bare = new BareKafka(broker);
        this.bridged = new BridgedKafka(broker);
        this.rounds = rounds;
    }

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        int events = Integer.parseInt(args[1]);
        int seconds = Integer.parseInt(args[2]);
        Path folder = Files.createTempDirectory("sightlog-jmh-kafka");
        try (KafkaBroker broker = new KafkaBroker(folder)) {
            BridgeTimes times = new BridgeTimes(broker, rounds);
            System.out.println("| sent | bare client records/s | bridge events/s | ratio |\n|---|---|---|---|");
            try (Scratch scratch = new Scratch()) {
                scratch.fill(events, 1);
                for (Form form : List.of(Form.NDJSON, Form.RAW)) {
                    times.rates(scratch, form, false, events);
                    times.rates(scratch, form, true, events);
                }
            }
            times.latencies(seconds * PER_SECOND);
            times.idle(seconds);
        } finally {
            delete(folder);
        }
        System.exit(0); // threads of clients that are being closed
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private String topic() throws Exception {
        String topic = "t" + topics++;
        broker.createTopic(topic, PARTITIONS);
        return topic;
    }

    private void rates(Scratch scratch, Form form, boolean once, int events) throws Exception {
        String first = topic();
        bridged.rate(scratch.journal(), first, form, once, events);
        List<ConsumerRecord<byte[], byte[]>> records = broker.reader(first).read("read_committed");
        Sample.check(records.size() >= events, records.size() + " records");
        broker.deleteTopic(first);
        double[] alone = new double[rounds];
        double[] bridge = new double[rounds];
        double[] ratios = new double[rounds];
        for (int round = -WARM_UPS; round < rounds; round++) {
            double bareRate = 0;
            double bridgeRate = 0;
            for (int turn = 0; turn < 2; turn++) {
                String topic = topic();
                if ((turn + round) % 2 == 0) {
                    bareRate = bare.rate(records, topic, once);
                } else {
                    bridgeRate = bridged.rate(scratch.journal(), topic, form, once, events);
                }
                broker.deleteTopic(topic);
            }
            if (round >= 0) {
                alone[round] = bareRate;
                bridge[round] = bridgeRate;
                ratios[round] = bridgeRate / bareRate;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "| %s%s, %d bytes | %s | %s | %s |%n",
                form,
                once ? ", transactions" : "",
                records.get(records.size() - 1).value().length,
                spread("%,.0f", alone),
                spread("%,.0f", bridge),
                spread("%.2f", ratios));
    }

    private void latencies(int count) throws Exception {
        String first = topic();
        try (Scratch scratch = new Scratch()) {
            scratch.fill(1, 1);
            bridged.rate(scratch.journal(), first, Form.NDJSON, false, 1);
        }
        List<ConsumerRecord<byte[], byte[]>> records = broker.reader(first).read("read_committed");
        List<String> rows = new ArrayList<>();
        double[][] micros = new double[4][rounds];
        for (int round = -1; round < rounds; round++) {
            long[] alone = bare.latencies(records, topic(), count, PER_SECOND);
            long[] bridge;
            try (Scratch scratch = new Scratch()) {
                bridge = bridged.latencies(scratch.journal(), topic(), count, PER_SECOND);
            }
            if (round >= 0) {
                micros[0][round] = percentile(alone, 50);
                micros[1][round] = percentile(bridge, 50);
                micros[2][round] = percentile(alone, 99);
                micros[3][round] = percentile(bridge, 99);
            }
        }
        rows.add("\n| until acknowledged, at " + PER_SECOND
                + "/s | bare client, from send, us | bridge, from append, us |");
        rows.add("|---|---|---|");
        rows.add("| p50 | " + spread("%,.0f", micros[0]) + " | " + spread("%,.0f", micros[1]) + " |");
        rows.add("| p99 | " + spread("%,.0f", micros[2]) + " | " + spread("%,.0f", micros[3]) + " |");
        rows.forEach(System.out::println);
    }

    private static double percentile(long[] nanos, int percent) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e3;
    }

    /** The verb as a process of its own, when there is nothing to send. */
    private void idle(int seconds) throws Exception {
        String topic = topic();
        double[] shares = new double[rounds];
        try (Scratch scratch = new Scratch()) {
            scratch.fill(1, 1);
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(flag -> flag.startsWith("--"))
                    .toList());
            command.addAll(
                    List.of("-cp", System.getProperty("java.class.path"), "io.sightlog.cli.Main", "kafka", "send"));
            command.addAll(List.of("-q", scratch.journal().directory().toString(), "--as", "idle"));
            command.addAll(List.of("-b", broker.bootstrap(), "-t", topic));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                awaitOne(topic, process);
                TimeUnit.SECONDS.sleep(3); // started, and compiled what it runs
                for (int round = 0; round < rounds; round++) {
                    long before = spent(process);
                    TimeUnit.SECONDS.sleep(seconds);
                    shares[round] = 100.0 * (spent(process) - before) / TimeUnit.SECONDS.toNanos(seconds);
                }
                Sample.check(process.isAlive(), "the idle bridge has ended");
            } finally {
                process.destroy();
                process.waitFor();
            }
        }
        System.out.printf("%n| idle bridge | %s %% of a core |%n|---|---|%n", spread("%.2f", shares));
    }

    private void awaitOne(String topic, Process process) throws InterruptedException {
        KafkaReader reader = broker.reader(topic);
        for (int i = 0; i < 300 && reader.read("read_committed").isEmpty(); i++) {
            Sample.check(process.isAlive(), "the bridge has ended");
            TimeUnit.MILLISECONDS.sleep(100);
        }
        Sample.check(!reader.read("read_committed").isEmpty(), "the bridge has sent nothing");
    }

    private static long spent(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    private static String spread(String format, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        String one = String.format(Locale.ROOT, format, sorted[sorted.length / 2]);
        return one + " (" + String.format(Locale.ROOT, format, sorted[0]) + "–"
                + String.format(Locale.ROOT, format, sorted[sorted.length - 1]) + ")";
    }
}
