package io.sightlog.jmh.peers;

import static io.sightlog.jmh.peers.WaitKind.SPIN;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What everything took beside a copy of every byte, apart for each state of the machine. */
final class StateTables {
    private final Results results;
    private final List<Long> rates;

    StateTables(Results results, List<Long> rates) {
        this.results = results;
        this.rates = rates;
    }

    /** Empty when there was no control. */
    String text() {
        if (!results.has(Peer.C_COPY, SPIN)) {
            return "";
        }
        StringBuilder out = new StringBuilder(
                "\n## Beside a copy of every byte, by the machine's state\n\n"
                        + "The control copies all bytes of each event in and out, and nothing else. It ran right before and right after"
                        + " each peer, at the same rate; a ratio is the peer's p50 divided by the mean of those two. Left out is a peer beside"
                        + " which the machine changed its state, or the control took more than eight times what it takes alone.\n");
        for (long rate : rates) {
            States states = results.states(rate);
            out.append("\n**At ")
                    .append(Result.rateText(rate))
                    .append("** ")
                    .append(states.text())
                    .append('\n');
            peers(out, rate, states);
            rounds(out, rate, states);
        }
        return out.toString();
    }

    private void peers(StringBuilder out, long rate, States states) {
        List<String> head = new ArrayList<>(List.of("peer"));
        for (State state : states.columns()) {
            head.add("p50 / control, " + state.text());
            head.add("rounds");
            head.add("p50 us, " + state.text());
        }
        row(out, head);
        row(out, head.stream().map(column -> "---").toList());
        for (Peer peer : Peer.values()) {
            if (results.of(peer, SPIN, rate, Result::p50Nanos).isKnown()) {
                List<String> cells = new ArrayList<>(List.of(peer.title()));
                for (State state : states.columns()) {
                    cells.add(results.toControl(peer, rate, state).text());
                    cells.add(Integer.toString(results.rounds(peer, rate, state)));
                    cells.add(results.in(state, peer, rate, r -> r.p50Nanos() / 1e3)
                            .text());
                }
                row(out, cells);
            }
        }
    }

    private void rounds(StringBuilder out, long rate, States states) {
        out.append("\nHow many peers, the sleeping ones too, each round met in which state:\n");
        List<State> shown = new ArrayList<>(states.columns());
        shown.add(State.CHANGED);
        shown.add(State.DISTURBED);
        List<String> head = new ArrayList<>(List.of("round", "control's p50 us"));
        shown.forEach(state -> head.add(state.text()));
        row(out, head);
        row(out, head.stream().map(column -> "---").toList());
        for (int round = 1; round <= results.rounds(); round++) {
            List<String> cells = new ArrayList<>(List.of(
                    String.format(Locale.ROOT, "%d", round),
                    results.control(round, rate).text()));
            for (State state : shown) {
                cells.add(Integer.toString(results.met(round, rate, state)));
            }
            row(out, cells);
        }
    }

    private static void row(StringBuilder out, List<String> cells) {
        out.append(cells.get(0).equals("peer") || cells.get(0).equals("round") ? "\n" : "")
                .append("| ")
                .append(String.join(" | ", cells))
                .append(" |\n");
    }
}
