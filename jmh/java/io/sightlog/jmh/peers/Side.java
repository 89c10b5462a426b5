package io.sightlog.jmh.peers;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;

/**
 * One of the two processes of a Java peer: {@code Side producer|consumer PEER WAIT DIRECTORY}. Says {@code up}, then answers
 * commands, a line each, until its input ends. Times are those of {@link System#nanoTime}, which both processes share.
 *
 * <pre>
 *   producer  send RATE SECONDS MAX   an open schedule; RATE 0 is flat out, each event stamped as it leaves
 *             append SECONDS MAX      flat out and unstamped, while nobody reads
 *             -> sent COUNT START END
 *   consumer  receive                 until the event that ends a phase
 *             replay                  likewise, without measuring latencies
 *             -> ready, then: received COUNT START END CPU P50 P90 P99 P999 MAX
 * </pre>
 */
final class Side {
    /** Appended between two looks at the clock. */
    private static final int UNTIMED = 1024;

    private Side() {}

    public static void main(String[] args) throws IOException {
        Peer peer = Peer.of(args[1]);
        WaitKind wait = WaitKind.of(args[2]);
        Path directory = Path.of(args[3]);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        if (args[0].equals("producer")) {
            try (Sender sender = peer.sender(directory)) {
                say("up");
                produce(sender, commands);
            }
        } else {
            try (Receiver receiver = peer.receiver(directory, wait)) {
                say("up");
                consume(receiver, commands);
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void produce(Sender sender, BufferedReader commands) throws IOException {
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            long start = System.nanoTime();
            long count = switch (words[0]) {
                case "send" ->
                    words[1].equals("0")
                            ? flatOut(sender, seconds(words[2]), Long.parseLong(words[3]))
                            : scheduled(sender, Long.parseLong(words[1]), seconds(words[2]));
                case "append" -> append(sender, seconds(words[1]), Long.parseLong(words[2]));
                default -> throw new IllegalArgumentException("no such command: " + line);
            };
            sender.flush();
            long end = System.nanoTime();
            sender.send(Arrivals.END, count);
            sender.flush();
            say("sent " + count + " " + start + " " + end);
        }
    }

    private static long seconds(String text) {
        return (long) (Double.parseDouble(text) * 1e9);
    }

    /** Each event carries the time it should have left: a stall shows in all that had to wait for it. */
    private static long scheduled(Sender sender, long rate, long nanos) {
        long count = Math.max(1, rate * nanos / 1_000_000_000);
        long start = System.nanoTime() + 1_000_000;
        for (long i = 0; i < count; i++) {
            long due = start + i * 1_000_000_000 / rate;
            while (System.nanoTime() < due) {
                Thread.onSpinWait();
            }
            sender.send(i, due);
        }
        return count;
    }

    private static long flatOut(Sender sender, long nanos, long max) {
        long until = System.nanoTime() + nanos;
        long count = 0;
        for (long now = System.nanoTime(); count < max && now < until; now = System.nanoTime()) {
            sender.send(count++, now);
        }
        return count;
    }

    private static long append(Sender sender, long nanos, long max) {
        long until = System.nanoTime() + nanos;
        long count = 0;
        while (count < max && (count % UNTIMED != 0 || System.nanoTime() < until)) {
            sender.send(count, count);
            count++;
        }
        return count;
    }

    private static void consume(Receiver receiver, BufferedReader commands) throws IOException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Arrivals arrivals = new Arrivals();
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            arrivals.reset(line.equals("receive"));
            say("ready");
            long cpu = system.getProcessCpuTime();
            long start = System.nanoTime();
            while (!arrivals.ended()) {
                receiver.poll(arrivals);
            }
            long end = System.nanoTime();
            cpu = system.getProcessCpuTime() - cpu;
            Histogram latency = arrivals.latencyNanos();
            say("received " + arrivals.count() + " " + start + " " + end + " " + cpu + " "
                    + latency.getValueAtPercentile(50) + " " + latency.getValueAtPercentile(90) + " "
                    + latency.getValueAtPercentile(99) + " " + latency.getValueAtPercentile(99.9) + " "
                    + latency.getMaxValue());
        }
    }
}
