package io.sightlog.serve.api;

import io.sightlog.event.Event;
import io.sightlog.event.EventFilter;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSource;
import io.sightlog.event.UnreadableEventException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Applies {@link Filters} to event after event. One thread. */
public final class Choice {
    private static final int MOST_KNOWN = 1_000;
    private static final int LONGEST_KNOWN = 200;

    private final Filters filters;
    private final EventFilter detections;
    /** Patterns take their time, and sources come again. */
    private final Map<String, Boolean> sources = new HashMap<>();

    Choice(Filters filters, LabelSource labels) {
        this.filters = filters;
        detections = new EventFilter(filters.labels(), filters.confidence(), labels);
    }

    /**
     * Whether an event is asked for.
     *
     * @return the event, with those of its detections that are asked for, valid as long as the event and until the next call; null when it
     *     is not asked for
     * @throws UnreadableEventException when the labels that it carries itself are damaged, or another program wrote what cannot be copied
     */
    public @Nullable Event take(Event event) {
        EventKind kind = event.kind();
        if ((filters.kind() != null && kind != filters.kind())
                || (filters.seenOnly() && kind != EventKind.FRAME)
                || (filters.topic() != null
                        && !(kind == EventKind.MESSAGE && filters.topic().matches(event.topic())))
                || !(filters.streams().isEmpty() || filters.streams().contains(event.stream()))
                || !(filters.sources().isEmpty() || acceptsSource(event.source(), kind == EventKind.MESSAGE))) {
            return null;
        }
        Event filtered = detections.filter(event);
        return filters.seenOnly() && filtered.detectionCount() == 0 ? null : filtered;
    }

    /** A message that names no source is of none that could be asked for. */
    private boolean acceptsSource(String source, boolean isMessage) {
        if (isMessage && source.isEmpty()) {
            return false;
        }
        Boolean known = sources.get(source);
        if (known == null) {
            known = filters.sources().stream().anyMatch(glob -> glob.matchesPath(source));
            if (sources.size() < MOST_KNOWN && source.length() <= LONGEST_KNOWN) {
                sources.put(source, known);
            }
        }
        return known;
    }
}
