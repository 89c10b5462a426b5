package io.sightlog.jmh.peers;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** One journal between languages, each beside Java to Java. */
final class Languages {
    private static final WaitKind SPIN = WaitKind.SPIN;

    private final Results results;
    private final List<Long> rates;

    Languages(Results results, List<Long> rates) {
        this.results = results;
        this.rates = rates;
    }

    /** Empty when nothing of it was measured. */
    String text() {
        List<Peer> mixed = Stream.of(Peer.values())
                .filter(peer -> peer.isMixed() && results.has(peer, SPIN))
                .toList();
        if (mixed.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder(
                "\n## Between languages\n\n"
                        + "The same journal and the same events, readers spin, every checksum is checked; in Python by the C library.\n\n"
                        + "| from | to | at | p50 / Java to Java | p90 / Java to Java | p50 us | p90 us |\n|---|---|---|---|---|---|---|\n");
        for (long rate : rates) {
            row(out, Peer.SIGHTLOG, rate);
            mixed.forEach(peer -> row(out, peer, rate));
        }
        out.append(
                "\n| from | to | appended M/s | / Java | replayed M/s | / Java | both at once M/s | / Java to Java |\n"
                        + "|---|---|---|---|---|---|---|---|\n");
        flatRow(out, Peer.SIGHTLOG);
        mixed.forEach(peer -> flatRow(out, peer));
        return out.toString();
    }

    private void row(StringBuilder out, Peer peer, long rate) {
        out.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s |%n",
                peer.producer().title(),
                peer.consumer().title(),
                Result.rateText(rate),
                toJava(peer, rate, Result::p50Nanos),
                toJava(peer, rate, Result::p90Nanos),
                scaled(peer, rate, Result::p50Nanos, 1e3),
                scaled(peer, rate, Result::p90Nanos, 1e3)));
    }

    private void flatRow(StringBuilder out, Peer peer) {
        out.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s | %s |%n",
                peer.producer().title(),
                peer.consumer().title(),
                scaled(peer, Result.FLAT_OUT, Result::appendPerSecond, 1e6),
                toJava(peer, Result.FLAT_OUT, Result::appendPerSecond),
                scaled(peer, Result.FLAT_OUT, Result::replayPerSecond, 1e6),
                toJava(peer, Result.FLAT_OUT, Result::replayPerSecond),
                scaled(peer, Result.FLAT_OUT, Result::eventsPerSecond, 1e6),
                toJava(peer, Result.FLAT_OUT, Result::eventsPerSecond)));
    }

    private String toJava(Peer peer, long rate, ToDoubleFunction<Result> value) {
        return peer == Peer.SIGHTLOG
                ? "1"
                : results.ratio(peer, SPIN, Peer.SIGHTLOG, SPIN, rate, value).text();
    }

    /** Median, smallest and largest: a machine's noise is to be seen. */
    private String scaled(Peer peer, long rate, ToDoubleFunction<Result> value, double unit) {
        return results.of(peer, SPIN, rate, result -> value.applyAsDouble(result) / unit)
                .text();
    }
}
