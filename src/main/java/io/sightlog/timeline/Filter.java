package io.sightlog.timeline;

import io.sightlog.consume.Glob;
import java.util.List;

/**
 * Which events and which of their detections are counted. Immutable, any thread.
 *
 * @param labels only detections of these, without case, or class ids that have no label; none: all
 * @param confidence only detections of at least this, 0 to 1; rounded to the nearest step of .05: see {@link Answer#confidence}
 * @param sources only events of sources that match one of these, as a path or by its last part; none: all
 * @param streams only events of these streams; none: all
 * @param named only lanes whose name contains this, without case; empty: all
 */
public record Filter(List<String> labels, float confidence, List<Glob> sources, List<String> streams, String named) {
    /** Everything. */
    public static final Filter ALL = new Filter(List.of(), 0, List.of(), List.of());

    /** Of lanes of any name. */
    public Filter(List<String> labels, float confidence, List<Glob> sources, List<String> streams) {
        this(labels, confidence, sources, streams, "");
    }

    /** @throws IllegalArgumentException when the confidence is not in 0..1 */
    public Filter {
        named = Key.fold(named);
        labels = List.copyOf(labels);
        sources = List.copyOf(sources);
        streams = List.copyOf(streams);
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("confidence=" + confidence + ": a number in 0..1 is needed");
        }
    }

    /** Whether it is about all detections. */
    boolean takesAllDetections() {
        return labels.isEmpty() && Steps.nearest(confidence) == 0;
    }

    /** Whether it is about lanes of any name. */
    boolean takesAllLanes() {
        return named.isEmpty();
    }

    boolean acceptsLane(String name) {
        return named.isEmpty() || Key.fold(name).contains(named);
    }

    /** Whether it is about all sources and streams. */
    boolean takesAllEvents() {
        return sources.isEmpty() && streams.isEmpty();
    }

    boolean acceptsStream(String stream) {
        return streams.isEmpty() || streams.contains(stream);
    }

    /** A message that names no source is of none that could be asked for. */
    boolean acceptsSource(String source, boolean isMessage) {
        return sources.isEmpty()
                || (!(isMessage && source.isEmpty()) && sources.stream().anyMatch(glob -> glob.matchesPath(source)));
    }
}
