package io.sightlog.jmh.peers;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What Sightlog has promised, as ratios within a round, and whether the medians keep it. Raw Chronicle is the one that copies all
 * bytes out.
 */
final class Gates {
    private static final WaitKind SPIN = WaitKind.SPIN;
    private static final WaitKind FUTEX = WaitKind.FUTEX;

    private final Results results;
    private final List<Long> rates;
    private final StringBuilder out = new StringBuilder();

    Gates(Results results, List<Long> rates) {
        this.results = results;
        this.rates = rates;
    }

    String table() {
        out.append("| what | ratio | gate | kept |\n|---|---|---|---|\n");
        for (long rate : rates) {
            String at = " at " + Result.rateText(rate);
            for (State state : results.states(rate).columns()) {
                for (Peer peer : List.of(Peer.SIGHTLOG, Peer.C_C)) {
                    aim(
                            "p50" + at + " / control, " + state.text() + ", "
                                    + peer.producer().title() + " to "
                                    + peer.consumer().title(),
                            results.toControl(peer, rate, state),
                            state == State.SLOW ? 1.4 : 2);
                }
            }
            atMost("p50" + at + " / raw Chronicle", sameState(Peer.CHRONICLE_COPY, rate), 1.15);
            atMost("p90" + at + " / raw Chronicle", spinning(Peer.CHRONICLE_COPY, rate, Result::p90Nanos), 1.15);
            aim("p50" + at + " / Aeron IPC, two words read", sameState(Peer.AERON, rate), 1);
            aim("p90" + at + " / Aeron IPC, two words read", spinning(Peer.AERON, rate, Result::p90Nanos), 1);
        }
        throughput();
        for (long rate : rates) {
            String at = " at " + Result.rateText(rate);
            atMost("p50" + at + " / C semaphore, both spinning", sameState(Peer.C_SEMAPHORE, rate), 1);
            atMost("p50" + at + " / C semaphore, both asleep between events", asleep(rate, Result::p50Nanos), 1);
            atMost(
                    "consumer's CPU" + at + " / C semaphore, both asleep between events",
                    asleep(rate, Result::consumerCpuPercent),
                    1);
            atLeast(
                    "p50" + at + " of C semaphore asleep / Sightlog's spinning: what a core buys",
                    results.ratio(Peer.C_SEMAPHORE, WaitKind.BLOCK, Peer.SIGHTLOG, SPIN, rate, Result::p50Nanos),
                    30);
        }
        return out.toString();
    }

    private void throughput() {
        atLeast("append / raw Chronicle", flat(Peer.SIGHTLOG, Peer.CHRONICLE_COPY, Result::appendPerSecond), 0.85);
        atLeast(
                "append in batches / raw Chronicle",
                flat(Peer.SIGHTLOG_BATCH, Peer.CHRONICLE_COPY, Result::appendPerSecond),
                1.2);
        atLeastAim(
                "append in batches / C copy into a fresh file",
                flat(Peer.SIGHTLOG_BATCH, Peer.C_COPY, Result::appendPerSecond),
                0.9);
        atLeast("replay / raw Chronicle", flat(Peer.SIGHTLOG, Peer.CHRONICLE_COPY, Result::replayPerSecond), 0.85);
        atLeast(
                "replay of batches / raw Chronicle",
                flat(Peer.SIGHTLOG_BATCH, Peer.CHRONICLE_COPY, Result::replayPerSecond),
                1.5);
        atLeastAim("replay of batches / C copy", flat(Peer.SIGHTLOG_BATCH, Peer.C_COPY, Result::replayPerSecond), 0.5);
        atLeast("append / self-describing", flat(Peer.SIGHTLOG, Peer.SELF_DESCRIBING, Result::appendPerSecond), 8);
        atLeast("replay / self-describing", flat(Peer.SIGHTLOG, Peer.SELF_DESCRIBING, Result::replayPerSecond), 40);
    }

    private Ratio sameState(Peer other, long rate) {
        return results.inSameState(Peer.SIGHTLOG, SPIN, other, SPIN, rate);
    }

    private Ratio spinning(Peer other, long rate, ToDoubleFunction<Result> value) {
        return results.ratio(Peer.SIGHTLOG, SPIN, other, SPIN, rate, value);
    }

    private Ratio asleep(long rate, ToDoubleFunction<Result> value) {
        return results.ratio(Peer.SIGHTLOG, FUTEX, Peer.C_SEMAPHORE, WaitKind.BLOCK, rate, value);
    }

    private Ratio flat(Peer peer, Peer other, ToDoubleFunction<Result> value) {
        return results.ratio(peer, SPIN, other, SPIN, Result.FLAT_OUT, value);
    }

    private void atMost(String what, Ratio ratio, double limit) {
        row(what, ratio, "at most " + plain(limit), ratio.median() <= limit);
    }

    private void atLeast(String what, Ratio ratio, double limit) {
        row(what, ratio, "at least " + plain(limit), ratio.median() >= limit);
    }

    private void aim(String what, Ratio ratio, double limit) {
        row(what, ratio, "aim: below " + plain(limit), ratio.median() < limit);
    }

    private void atLeastAim(String what, Ratio ratio, double limit) {
        row(what, ratio, "aim: " + plain(limit), ratio.median() >= limit);
    }

    private void row(String what, Ratio ratio, String gate, boolean kept) {
        out.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s |%n",
                what,
                ratio.text(),
                gate,
                !ratio.isKnown() ? "not measured" : kept ? "yes" : "**no**"));
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
