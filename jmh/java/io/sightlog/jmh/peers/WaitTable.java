package io.sightlog.jmh.peers;

import static io.sightlog.jmh.peers.WaitKind.BLOCK;
import static io.sightlog.jmh.peers.WaitKind.FUTEX;
import static io.sightlog.jmh.peers.WaitKind.PARK;
import static io.sightlog.jmh.peers.WaitKind.SPIN;

import java.util.List;
import java.util.Locale;

/** Like beside like: who spins beside who spins, and who sleeps beside who sleeps. */
final class WaitTable {
    /** One that can do both, and how it sleeps. */
    private record Both(Peer peer, WaitKind asleep) {}

    private static final List<Both> BOTH = List.of(
            new Both(Peer.SIGHTLOG, FUTEX),
            new Both(Peer.C_SEMAPHORE, BLOCK),
            new Both(Peer.AERON, PARK),
            new Both(Peer.SOCKET, BLOCK),
            new Both(Peer.CHRONICLE, PARK));

    private final Results results;
    private final List<Long> rates;

    WaitTable(Results results, List<Long> rates) {
        this.results = results;
        this.rates = rates;
    }

    String text() {
        StringBuilder out = new StringBuilder("\n## Spinning and asleep\n\n"
                + "Each divided by Sightlog's that waits likewise: below 1 the peer is quicker. Spinning counts only rounds in which"
                + " both met the machine in the same state. Aeron and Chronicle sleep by backing off, and look again after a time.\n\n"
                + "| peer | at | spinning: p50 / Sightlog's | p50 us | asleep: p50 / Sightlog's | p50 us | consumer's CPU / Sightlog's"
                + " | consumer's CPU |\n|---|---|---|---|---|---|---|---|\n");
        for (long rate : rates) {
            for (Both both : BOTH) {
                if (results.has(both.peer(), SPIN) || results.has(both.peer(), both.asleep())) {
                    row(out, both, rate);
                }
            }
        }
        return out.toString();
    }

    private void row(StringBuilder out, Both both, long rate) {
        boolean own = both.peer() == Peer.SIGHTLOG;
        out.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s, %s | %s | %s | %s |%n",
                both.peer().title(),
                Result.rateText(rate),
                own ? "1" : spinning(results, both.peer(), rate).text(),
                micros(both.peer(), SPIN, rate),
                both.asleep().text(),
                own ? "1" : asleep(results, both.peer(), both.asleep(), rate).text(),
                micros(both.peer(), both.asleep(), rate),
                own
                        ? "1"
                        : results.ratio(
                                        both.peer(),
                                        both.asleep(),
                                        Peer.SIGHTLOG,
                                        FUTEX,
                                        rate,
                                        Result::consumerCpuPercent)
                                .text(),
                cpu(both.peer(), both.asleep(), rate)));
    }

    /** What a peer's p50 is of Sightlog's, both spinning. */
    static Ratio spinning(Results results, Peer peer, long rate) {
        return results.inSameState(peer, SPIN, Peer.SIGHTLOG, SPIN, rate);
    }

    /** Likewise, both asleep between events. */
    static Ratio asleep(Results results, Peer peer, WaitKind asleep, long rate) {
        return results.ratio(peer, asleep, Peer.SIGHTLOG, FUTEX, rate, Result::p50Nanos);
    }

    private String micros(Peer peer, WaitKind wait, long rate) {
        return results.of(peer, wait, rate, result -> result.p50Nanos() / 1e3).text();
    }

    private String cpu(Peer peer, WaitKind wait, long rate) {
        Ratio percent = results.of(peer, wait, rate, Result::consumerCpuPercent);
        return percent.isKnown() ? String.format(Locale.ROOT, "%.0f %%", percent.median()) : "–";
    }
}
