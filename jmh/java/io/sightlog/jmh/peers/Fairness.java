package io.sightlog.jmh.peers;

import java.util.List;
import java.util.Locale;

/**
 * Each peer beside what it once did, relative to the C control, when it was measured alone with an event of 272 bytes: a peer
 * that is much worse here than there is not used as it should be.
 */
final class Fairness {
    private static final double TOLERATED = 1.5;
    /** One-way p50 of the control then, in microseconds. */
    private static final double CONTROL = 0.38;

    private final Results results;
    private final List<Long> rates;

    private record Before(Peer peer, WaitKind waits, double p50Micros) {}

    private static final List<Before> BEFORE = List.of(
            new Before(Peer.CHRONICLE, WaitKind.SPIN, 1.4),
            new Before(Peer.SELF_DESCRIBING, WaitKind.SPIN, 21),
            new Before(Peer.AERON, WaitKind.SPIN, 0.82),
            new Before(Peer.C_SEMAPHORE, WaitKind.BLOCK, 46.6),
            new Before(Peer.SOCKET, WaitKind.BLOCK, 54));

    Fairness(Results results, List<Long> rates) {
        this.results = results;
        this.rates = rates;
    }

    String table() {
        StringBuilder out =
                new StringBuilder("One-way p50 relative to the C log, here and as measured before this bench"
                        + " was written (an event of 272 bytes). More than 1.5 times worse is a fault of the bench, until it is"
                        + " explained.\n\n| peer | waits | at | here / C log | before / C log | here / before | fair |\n"
                        + "|---|---|---|---|---|---|---|\n");
        for (Before before : BEFORE) {
            for (long rate : rates) {
                Ratio here =
                        results.ratio(before.peer(), before.waits(), Peer.C_LOG, WaitKind.SPIN, rate, Result::p50Nanos);
                double then = before.p50Micros() / CONTROL;
                double worse = here.median() / then;
                boolean overrun = results.of(before.peer(), before.waits(), Result.FLAT_OUT, Result::eventsPerSecond)
                                .median()
                        < rate;
                out.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %s | %s | %s | %s | %s |%n",
                        before.peer().title(),
                        before.waits().text(),
                        Result.rateText(rate),
                        here.text(),
                        Ratio.number(then),
                        here.isKnown() ? Ratio.number(worse) : "–",
                        !here.isKnown()
                                ? "not measured"
                                : overrun ? "carries less than that" : worse <= TOLERATED ? "yes" : "**look**"));
            }
        }
        return out.toString();
    }
}
