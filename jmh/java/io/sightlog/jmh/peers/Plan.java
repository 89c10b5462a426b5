package io.sightlog.jmh.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How much is measured, and with what.
 *
 * @param seconds how long each rate is measured
 * @param warmUpSeconds at 100k/s before it, a quarter of it flat out, half of it appending
 * @param maxEvents the most that is sent flat out
 * @param rates events a second; flat out follows them
 * @param directory where the files of the peers are
 * @param programs the sides that are not in Java
 * @param pinned whether the producer is kept on the first core and the consumer on the second
 */
record Plan(
        double seconds,
        double warmUpSeconds,
        long maxEvents,
        List<Long> rates,
        Path directory,
        Programs programs,
        boolean pinned) {

    static final long WARM_UP_RATE = 100_000;

    /** What each of two processes waits for the other, and for the machine. */
    static final double PATIENCE_SECONDS = 60;

    /** The most events that go through one pair of processes. */
    long allEvents() {
        double events = warmUpSeconds * WARM_UP_RATE + 4.0 * maxEvents;
        for (long rate : rates) {
            events += rate * seconds;
        }
        return (long) events + 100;
    }

    /** How long the control runs before and after each rate of each peer. */
    double controlSeconds() {
        return Math.min(0.2, seconds / 2);
    }

    /** The most events of the control in one phase, and in all of them. */
    long controlEvents() {
        long most = WARM_UP_RATE;
        for (long rate : rates) {
            most = Math.max(most, rate);
        }
        return (long) (most * controlSeconds()) + 1;
    }

    /** Room for the control's events: a warm-up, and two phases a rate. */
    long controlBytes(int eventBytes) {
        return ((2L * rates.size() + 1) * (controlEvents() + 1) * (eventBytes + 16L) + (1L << 20)) & -4096L;
    }

    /** Room that a log of these needs, with some to spare. */
    long logBytes(int eventBytes) {
        return (allEvents() * (eventBytes + 16L) + (256L << 20)) & -4096L;
    }

    /** The most events of one phase whose latency is measured. */
    long phaseEvents() {
        long most = maxEvents;
        for (long rate : rates) {
            most = Math.max(most, (long) (rate * seconds));
        }
        return Math.max(most, (long) (WARM_UP_RATE * warmUpSeconds)) + 1;
    }

    List<String> command(String role, Peer peer, WaitKind wait, Path in, int eventBytes, List<String> java) {
        List<String> command = new ArrayList<>();
        Language language = role.equals("producer") ? peer.producer() : peer.consumer();
        if (peer.isForeign()) {
            command.addAll(programs.foreign(peer, wait, role, in, logBytes(eventBytes), phaseEvents()));
        } else if (language != Language.JAVA) {
            command.addAll(programs.sightlog(language, role, in, phaseEvents()));
        } else {
            command.addAll(java);
            command.addAll(List.of(Side.class.getName(), role, peer.text(), wait.text(), in.toString()));
        }
        return pinned(role, command);
    }

    /** The command itself, or kept on the core of its role. */
    List<String> pinned(String role, List<String> command) {
        List<String> all = new ArrayList<>();
        if (pinned) {
            all.addAll(List.of("taskset", "-c", role.equals("producer") ? "0" : "1"));
        }
        all.addAll(command);
        return all;
    }
}
