package io.sightlog.jmh.peers;

import static io.sightlog.jmh.peers.WaitKind.BLOCK;
import static io.sightlog.jmh.peers.WaitKind.FUTEX;
import static io.sightlog.jmh.peers.WaitKind.PARK;
import static io.sightlog.jmh.peers.WaitKind.SPIN;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The table of the project's own README, so that nobody copies numbers: three columns, what was done, beside what, and the median of
 * the rounds (smallest–largest). What was not measured has no row.
 */
final class ReadmeTable {
    private static final String BEGIN = "<!-- jmh/peers writes from here -->\n";
    private static final String END = "<!-- to here -->\n";

    private final Results results;
    private final StringBuilder out = new StringBuilder();

    ReadmeTable(Results results) {
        this.results = results;
    }

    /** Puts the table in place of the one in a file; false when that has no place for it. */
    static boolean write(String table, Path readme) throws IOException {
        String text = Files.exists(readme) ? Files.readString(readme) : "";
        int from = text.indexOf(BEGIN);
        int to = text.indexOf(END, Math.max(from, 0));
        if (from < 0 || to < 0) {
            return false;
        }
        Files.writeString(readme, text.substring(0, from + BEGIN.length()) + table + text.substring(to));
        return true;
    }

    String text(List<Long> rates) {
        out.append("| Sightlog, with checksum, sequence and stamps | beside | p50, or events a second, / that one's |\n"
                + "|---|---|---|\n");
        for (long rate : rates) {
            String at = " at " + Result.rateText(rate);
            control("one way" + at + ", spinning, Java to Java", Peer.SIGHTLOG, rate);
            control("one way" + at + ", spinning, C to C", Peer.C_C, rate);
            spinning(at, "raw Chronicle Queue, all bytes copied out, no checksum", Peer.CHRONICLE_COPY, rate);
            spinning(at, "Aeron IPC, two words read, nothing kept", Peer.AERON, rate);
            spinning(at, "shared memory with a POSIX semaphore, spinning too", Peer.C_SEMAPHORE, rate);
            asleep(at, "the semaphore, asleep too", Peer.C_SEMAPHORE, BLOCK, rate);
            asleep(at, "Aeron IPC, backing off", Peer.AERON, PARK, rate);
            row(
                    "one way" + at + ", Sightlog spinning",
                    "the semaphore asleep: what a core buys",
                    results.ratio(Peer.SIGHTLOG, SPIN, Peer.C_SEMAPHORE, BLOCK, rate, Result::p50Nanos));
        }
        for (Peer peer : List.of(Peer.JAVA_C, Peer.C_JAVA, Peer.JAVA_PYTHON)) {
            long rate = rates.get(rates.size() - 1);
            row(
                    "one way at " + Result.rateText(rate) + ", spinning, "
                            + peer.producer().title() + " to " + peer.consumer().title(),
                    "Java to Java",
                    results.inSameState(peer, SPIN, Peer.SIGHTLOG, SPIN, rate));
        }
        flat(
                "appending, one by one",
                "raw Chronicle Queue",
                Peer.SIGHTLOG,
                Peer.CHRONICLE_COPY,
                Result::appendPerSecond);
        flat(
                "appending, batches of 32",
                "raw Chronicle Queue, one by one",
                Peer.SIGHTLOG_BATCH,
                Peer.CHRONICLE_COPY,
                Result::appendPerSecond);
        flat(
                "appending",
                "objects in Chronicle Queue, the usual way",
                Peer.SIGHTLOG,
                Peer.SELF_DESCRIBING,
                Result::appendPerSecond);
        flat(
                "replaying",
                "raw Chronicle Queue, all bytes copied out",
                Peer.SIGHTLOG,
                Peer.CHRONICLE_COPY,
                Result::replayPerSecond);
        flat(
                "replaying",
                "objects in Chronicle Queue, the usual way",
                Peer.SIGHTLOG,
                Peer.SELF_DESCRIBING,
                Result::replayPerSecond);
        return out.toString();
    }

    private void control(String what, Peer peer, long rate) {
        for (State state : results.states(rate).columns()) {
            int rounds = results.rounds(peer, rate, state);
            if (rounds > 0) {
                row(
                        what,
                        "a copy of every byte in C, and nothing else; "
                                + String.format(
                                        Locale.ROOT,
                                        "%s, %d %s",
                                        state == State.ONE ? state.text() : "the machine " + state.text(),
                                        rounds,
                                        rounds == 1 ? "round" : "rounds"),
                        results.toControl(peer, rate, state));
            }
        }
    }

    private void spinning(String at, String beside, Peer peer, long rate) {
        row(
                "one way" + at + ", spinning, Java to Java",
                beside,
                results.inSameState(Peer.SIGHTLOG, SPIN, peer, SPIN, rate));
    }

    private void asleep(String at, String beside, Peer peer, WaitKind wait, long rate) {
        row(
                "one way" + at + ", asleep between events",
                beside,
                results.ratio(Peer.SIGHTLOG, FUTEX, peer, wait, rate, Result::p50Nanos));
    }

    private void flat(String what, String beside, Peer peer, Peer to, ToDoubleFunction<Result> value) {
        row(what, beside, results.ratio(peer, SPIN, to, SPIN, Result.FLAT_OUT, value));
    }

    private void row(String what, String beside, Ratio ratio) {
        if (ratio.isKnown()) {
            out.append(String.format("| %s | %s | %s |%n", what, beside, ratio.text()));
        }
    }
}
