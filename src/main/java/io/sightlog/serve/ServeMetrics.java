package io.sightlog.serve;

import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.metrics.Counter;
import io.sightlog.metrics.Family;
import io.sightlog.metrics.Family.Kind;
import io.sightlog.metrics.Gauge;
import io.sightlog.metrics.JournalState;
import io.sightlog.metrics.Metrics;
import io.sightlog.serve.live.LiveCounts;
import io.sightlog.serve.live.LiveFeed;
import io.sightlog.timeline.Progress;
import io.sightlog.timeline.Timeline;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;

/** What the server counts of itself, and what it says of its journal, for Prometheus. Any thread. */
final class ServeMetrics {
    private static final String OTHER = "other";

    private final Metrics metrics = new Metrics();
    private final Counter requests = metrics.counter(
            "sightlog_serve_requests_total",
            "Requests that were answered, by what was asked and the status.",
            "endpoint",
            "status");
    private final Gauge.One connections = metrics.gauge("sightlog_serve_connections", "Connections that are open.")
            .of();
    private final Gauge.One cycles = metrics.gauge("sightlog_index_known_cycles", "Cycles that the journal has.")
            .of();
    private final Gauge.One indexed = metrics.gauge("sightlog_index_cycles", "Cycles that are in the index.")
            .of();
    private final Gauge.One events = metrics.gauge(
                    "sightlog_index_current_events", "Events of the cycle that is worked on, that are in the index.")
            .of();
    private final Gauge.One upToDate = metrics.gauge(
                    "sightlog_index_up_to_date", "Whether all that was there is in the index.")
            .of();
    private final Gauge.One bytes = metrics.gauge("sightlog_index_bytes", "What the files of the index take.")
            .of();

    private final Timeline timeline;
    private final IntSupplier open;
    private final Set<String> endpoints;

    /**
     * Of one server.
     *
     * @param open how many connections there are
     * @param endpoints the names of those of the API
     */
    ServeMetrics(Journal journal, Timeline timeline, LiveFeed live, IntSupplier open, Set<String> endpoints) {
        this.timeline = timeline;
        this.endpoints = Set.copyOf(endpoints);
        this.open = open;
        metrics.add(() -> families(live.counts()));
        metrics.add(() -> JournalState.sizes(journal));
        metrics.add(() -> JournalState.of(journal.consumers()));
    }

    private static List<Family> families(LiveCounts live) {
        return List.of(
                family(Kind.GAUGE, "listeners", "Who listens to live events now.", live.listeners()),
                family(Kind.COUNTER, "refused_total", "Who wanted to listen, and could not.", live.refused()),
                family(Kind.COUNTER, "cut_total", "Listeners that were cut, as they took nothing.", live.cut()),
                family(Kind.COUNTER, "sent_events_total", "Events that were sent to listeners.", live.sent()),
                family(Kind.COUNTER, "jumps_total", "How often a slow listener went on further ahead.", live.jumps()),
                family(Kind.COUNTER, "left_out_events_total", "Events that listeners jumped over.", live.leftOut()));
    }

    private static Family family(Kind kind, String name, String help, long value) {
        return new Family(
                kind, "sightlog_live_" + name, help, List.of(), List.of(new Family.Point(List.of(), (double) value)));
    }

    /**
     * Counts an answer.
     *
     * @param path that was asked for, as it was sent; only those that there are make a series
     */
    void answered(String path, int status) {
        String name = ApiHandler.name(path);
        String endpoint = name != null
                ? (endpoints.contains(name) || name.equals(LiveRoute.NAME) ? name : OTHER)
                : path.equals(Gate.METRICS) || path.equals(Gate.HEALTH)
                        ? path.substring(1)
                        : path.equals(Gate.PAGE) || path.startsWith("/page/") ? "page" : OTHER;
        requests.of(endpoint, Integer.toString(status)).add(1);
    }

    /**
     * All, as they are now.
     *
     * @throws FileAccessException when the journal cannot be looked at
     * @throws JournalException likewise
     */
    Metrics now() {
        connections.set(open.getAsInt());
        Progress progress = timeline.progress();
        cycles.set(progress.cycles());
        indexed.set(progress.indexed());
        events.set((double) progress.currentEvents());
        upToDate.set(progress.isUpToDate() ? 1 : 0);
        bytes.set((double) progress.bytes());
        return metrics;
    }
}
