package io.sightlog.jmh.peers;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** RESULTS.md: ratios first, nothing absolute without its control beside it. */
final class Report {
    private static final Peer CONTROL = Peer.C_COPY;
    private static final WaitKind SPIN = WaitKind.SPIN;

    private final Results results;
    private final Environment environment;
    private final StringBuilder out = new StringBuilder();

    Report(List<Result> all, Environment environment) {
        this.results = new Results(all);
        this.environment = environment;
    }

    String text() {
        head();
        out.append("\n## Gates\n\n")
                .append(new Gates(results, environment.plan().rates()).table());
        List<Long> rates = environment.plan().rates();
        out.append(new StateTables(results, rates).text());
        out.append(new WaitTable(results, rates).text());
        for (long rate : environment.plan().rates()) {
            latency("One way at " + Result.rateText(rate) + ", spinning", rate, true);
        }
        for (long rate : environment.plan().rates()) {
            latency("One way at " + Result.rateText(rate) + ", giving the core away", rate, false);
        }
        out.append(new Languages(results, environment.plan().rates()).text());
        flatOut();
        throughput();
        out.append("\n## Is this bench fair to the peers?\n\n")
                .append(new Fairness(results, environment.plan().rates()).table());
        return out.toString();
    }

    /** What the project's README shows of it. */
    String readmeTable() {
        return new ReadmeTable(results).text(environment.plan().rates());
    }

    private void line(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private void head() {
        Plan plan = environment.plan();
        line("# Sightlog and its peers");
        line("");
        line(
                "Written by `jmh/peers`; every round is in [results/peers.json](results/peers.json). How it is measured: [README](README.md).");
        line("");
        line("| | |");
        line("|---|---|");
        line("| command | `%s` |", environment.command());
        line("| date | %s |", environment.date());
        line("| machine | %s, %s |", Machine.cpu(), Machine.memory());
        line("| load before the run | %s |", environment.load());
        line("| kernel | %s |", Machine.kernel());
        line("| JDK | %s |", Machine.jdk());
        line("| files on | %s |", environment.fileSystem());
        line("| event | %d bytes: 10 detections, source, stream, label set, checksum |", environment.eventBytes());
        line(
                "| rounds | %d, each peer once a round, %s s a rate after %s s of warm-up, at most %,d events flat out |",
                environment.rounds(),
                Ratio.number(plan.seconds()),
                Ratio.number(plan.warmUpSeconds()),
                plan.maxEvents());
        line(
                "| processes | %s |",
                plan.pinned() ? "producer kept on core 0, consumer on core 1" : "two, not bound to cores");
        line("");
        line(
                "A ratio is taken within a round, and given as the median of the rounds (smallest–largest). \"Raw Chronicle\" is the one whose reader\ncopies all bytes out, as the control does, unless two words are named.");
    }

    private void latency(String title, long rate, boolean spinning) {
        line("");
        line("## %s", title);
        line("");
        line(
                "| peer | waits | p50 / raw Chronicle | p50 / control | p90 / raw Chronicle | p90 / control | p50 us | p90 us | p99 us, control's | p99.9 us, control's | max us, control's | consumer's CPU |");
        line("|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (Peer peer : Peer.values()) {
            for (WaitKind waits : peer.waits()) {
                boolean shown = spinning == (waits == SPIN) || peer == CONTROL;
                if (shown && results.of(peer, waits, rate, Result::p50Nanos).isKnown()) {
                    line(
                            "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %.0f %% |",
                            peer.title(),
                            waits.text(),
                            to(Peer.CHRONICLE_COPY, peer, waits, rate, Result::p50Nanos),
                            to(CONTROL, peer, waits, rate, Result::p50Nanos),
                            to(Peer.CHRONICLE_COPY, peer, waits, rate, Result::p90Nanos),
                            to(CONTROL, peer, waits, rate, Result::p90Nanos),
                            micros(peer, waits, rate, Result::p50Nanos),
                            micros(peer, waits, rate, Result::p90Nanos),
                            besideControl(peer, waits, rate, Result::p99Nanos),
                            besideControl(peer, waits, rate, Result::p999Nanos),
                            besideControl(peer, waits, rate, Result::maxNanos),
                            results.of(peer, waits, rate, Result::consumerCpuPercent)
                                    .median());
                }
            }
        }
    }

    /** How it compares with another peer that spins. */
    private String to(Peer other, Peer peer, WaitKind waits, long rate, ToDoubleFunction<Result> value) {
        return other == peer && waits == SPIN
                ? "1"
                : results.ratio(peer, waits, other, SPIN, rate, value).text();
    }

    private String micros(Peer peer, WaitKind waits, long rate, ToDoubleFunction<Result> nanos) {
        Ratio ratio = results.of(peer, waits, rate, nanos);
        return ratio.isKnown() ? Ratio.number(ratio.median() / 1000) : "–";
    }

    private String besideControl(Peer peer, WaitKind waits, long rate, ToDoubleFunction<Result> nanos) {
        return micros(peer, waits, rate, nanos) + ", " + micros(CONTROL, SPIN, rate, nanos);
    }

    private void flatOut() {
        line("");
        line("## Flat out, from one process to the other");
        line("");
        line("Latencies here are those of a queue that fills: they say who is faster, the producer or the consumer.");
        line("");
        line(
                "| peer | waits | events/s / raw Chronicle | events/s / control | M events/s, control's | p50 us, control's |");
        line("|---|---|---|---|---|---|");
        for (Peer peer : Peer.values()) {
            for (WaitKind waits : peer.waits()) {
                if (results.has(peer, waits)) {
                    line(
                            "| %s | %s | %s | %s | %s, %s | %s |",
                            peer.title(),
                            waits.text(),
                            to(Peer.CHRONICLE_COPY, peer, waits, Result.FLAT_OUT, Result::eventsPerSecond),
                            to(CONTROL, peer, waits, Result.FLAT_OUT, Result::eventsPerSecond),
                            millions(peer, waits, Result::eventsPerSecond),
                            millions(CONTROL, SPIN, Result::eventsPerSecond),
                            besideControl(peer, waits, Result.FLAT_OUT, Result::p50Nanos));
                }
            }
        }
    }

    private void throughput() {
        line("");
        line("## Append and replay");
        line("");
        line(
                "What keeps events: appended flat out while nobody reads, then read from the first to the last. The control is a copy into fresh pages of a mapped file, and a copy out of it.");
        line("");
        line(
                "| peer | append / raw Chronicle | append / control | M/s, control's | replay / raw Chronicle | replay / control | M/s, control's |");
        line("|---|---|---|---|---|---|---|");
        for (Peer peer : Peer.values()) {
            if (peer.isLog() && results.has(peer, SPIN)) {
                line(
                        "| %s | %s | %s | %s, %s | %s | %s | %s, %s |",
                        peer.title(),
                        to(Peer.CHRONICLE_COPY, peer, SPIN, Result.FLAT_OUT, Result::appendPerSecond),
                        to(CONTROL, peer, SPIN, Result.FLAT_OUT, Result::appendPerSecond),
                        millions(peer, SPIN, Result::appendPerSecond),
                        millions(CONTROL, SPIN, Result::appendPerSecond),
                        to(Peer.CHRONICLE_COPY, peer, SPIN, Result.FLAT_OUT, Result::replayPerSecond),
                        to(CONTROL, peer, SPIN, Result.FLAT_OUT, Result::replayPerSecond),
                        millions(peer, SPIN, Result::replayPerSecond),
                        millions(CONTROL, SPIN, Result::replayPerSecond));
            }
        }
    }

    private String millions(Peer peer, WaitKind waits, ToDoubleFunction<Result> perSecond) {
        Ratio ratio = results.of(peer, waits, Result.FLAT_OUT, perSecond);
        return ratio.isKnown() ? Ratio.number(ratio.median() / 1e6) : "–";
    }
}
