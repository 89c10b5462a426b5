package io.sightlog.jmh.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One peer in one round: two processes, warmed up, then every rate. */
final class Session {
    private static final long SETTLE_MILLIS = 100;

    private final Plan plan;
    private final Peer peer;
    private final WaitKind wait;
    private final int round;

    Session(Plan plan, Peer peer, WaitKind wait, int round) {
        this.plan = plan;
        this.peer = peer;
        this.wait = wait;
        this.round = round;
    }

    /** @throws PeerException when one of the two fails */
    List<Result> run() {
        Path in = directory();
        try {
            int eventBytes = writeEvent(in);
            try (Control control = Control.start(plan, in);
                    Child consumer = child("consumer", in, eventBytes);
                    Child producer = child("producer", in, eventBytes)) {
                try {
                    consumer.answer("up", Plan.PATIENCE_SECONDS);
                    producer.answer("up", Plan.PATIENCE_SECONDS);
                    return measure(producer, consumer, control);
                } catch (PeerException e) {
                    producer.kill();
                    consumer.kill();
                    throw e;
                }
            }
        } finally {
            delete(in);
        }
    }

    private Path directory() {
        try {
            return Files.createTempDirectory(plan.directory(), peer.text() + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + plan.directory(), e);
        }
    }

    static int writeEvent(Path in) {
        ByteBuffer event = new Frames().buffer();
        byte[] bytes = new byte[event.capacity()];
        event.get(0, bytes);
        try {
            Files.write(in.resolve("event.bin"), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.length;
    }

    private Child child(String role, Path in, int eventBytes) {
        return new Child(
                peer.text() + "'s " + role,
                plan.command(role, peer, wait, in, eventBytes, java()),
                in.resolve(role + ".log"));
    }

    /** This Java with its own options; the same for every peer. */
    static List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of(
                "-Xms512m",
                "-Xmx512m",
                "-XX:-UsePerfData",
                "-Dpauser.minProcessors=1",
                "-Dagrona.disable.bounds.checks=true",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path")));
        return command;
    }

    private List<Result> measure(Child producer, Child consumer, Control control) {
        phase(producer, consumer, Plan.WARM_UP_RATE, plan.warmUpSeconds());
        Result warmUp = phase(producer, consumer, Result.FLAT_OUT, plan.warmUpSeconds() / 4);
        if (peer.isLog()) {
            appendAndReplay(producer, consumer, warmUp, plan.warmUpSeconds() / 2);
        }
        List<Result> results = new ArrayList<>();
        for (long rate : peer.isBatch() ? List.<Long>of() : plan.rates()) {
            settle();
            long before = control.p50Nanos(rate);
            Result result = phase(producer, consumer, rate, plan.seconds());
            results.add(result.beside(before, control.p50Nanos(rate)));
        }
        Result flat = phase(producer, consumer, Result.FLAT_OUT, plan.seconds());
        results.add(peer.isLog() ? appendAndReplay(producer, consumer, flat, plan.seconds()) : flat);
        return results;
    }

    private Result phase(Child producer, Child consumer, long rate, double seconds) {
        double patience = Plan.PATIENCE_SECONDS + 10 * seconds;
        settle();
        consumer.say("receive");
        consumer.answer("ready", patience);
        producer.say("send " + rate + " " + seconds + " " + plan.maxEvents());
        long[] sent = numbers(producer.answer("sent", patience));
        long[] got = numbers(consumer.answer("received", patience));
        return new Result(
                peer,
                wait,
                rate,
                round,
                got[4],
                got[5],
                got[6],
                got[7],
                got[8],
                got[0],
                100.0 * got[3] / (got[2] - got[1]),
                perSecond(got[0], sent[1], got[2]),
                0,
                0,
                0,
                0);
    }

    private Result appendAndReplay(Child producer, Child consumer, Result flat, double seconds) {
        double patience = Plan.PATIENCE_SECONDS + 10 * seconds;
        settle();
        producer.say("append " + seconds + " " + plan.maxEvents());
        long[] sent = numbers(producer.answer("sent", patience));
        consumer.say("replay");
        consumer.answer("ready", patience);
        long[] got = numbers(consumer.answer("received", patience));
        return new Result(
                peer,
                wait,
                flat.rate(),
                round,
                flat.p50Nanos(),
                flat.p90Nanos(),
                flat.p99Nanos(),
                flat.p999Nanos(),
                flat.maxNanos(),
                flat.events(),
                flat.consumerCpuPercent(),
                flat.eventsPerSecond(),
                perSecond(sent[0], sent[1], sent[2]),
                perSecond(got[0], got[1], got[2]),
                0,
                0);
    }

    /** Lets compilers and collectors finish what the phase before gave them to do. */
    static void settle() {
        try {
            Thread.sleep(SETTLE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double perSecond(long events, long fromNanos, long toNanos) {
        return events * 1e9 / Math.max(1, toNanos - fromNanos);
    }

    static long[] numbers(String[] words) {
        return Stream.of(words).skip(1).mapToLong(Long::parseLong).toArray();
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("peers: cannot remove all of " + directory + ": " + e.getMessage());
        }
    }
}
