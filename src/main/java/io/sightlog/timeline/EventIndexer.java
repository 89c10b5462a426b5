package io.sightlog.timeline;

import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.event.UnreadableEventException.Cause;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the events of one cycle into an {@link IndexTable}. What it does depends on these events and their label sets alone. One thread
 * at a time.
 */
final class EventIndexer {
    /** So many label sets are remembered that were not there; with more of them an index is not made again for one that comes. */
    static final int MOST_MISSING = 64;

    private static final int MOST_SETS = 8;
    private static final int MOST_BY_CLASS = 4096;

    final IndexTable table;
    private final Map<String, Map<String, Sender>> senders = new HashMap<>();
    private final List<Long> missingSets = new ArrayList<>();
    private long events;
    private long damaged;

    EventIndexer(IndexTable table) {
        this.table = table;
    }

    /** What comes from one source and stream. */
    private final class Sender {
        final String source;
        final String stream;

        @Nullable
        Series frames;

        @Nullable
        Series skips;

        final Map<String, Series> topics = new HashMap<>();
        private final IdentityHashMap<LabelSet, @Nullable Series[]> byClass = new IdentityHashMap<>();
        private @Nullable LabelSet lastSet;
        private @Nullable Series[] last = {};

        Sender(String source, String stream) {
            this.source = source;
            this.stream = stream;
        }

        Series of(Kind kind, String name) {
            return table.series(Key.of(kind, source, stream, name));
        }

        @SuppressWarnings("ReferenceEquality") // a set comes as the same object again; another one costs a search
        Series detections(@Nullable LabelSet labels, int classId) {
            if (labels == null || classId < 0 || classId >= MOST_BY_CLASS) {
                return of(Kind.DETECTIONS, label(labels, classId));
            }
            if (labels != lastSet) {
                if (byClass.size() >= MOST_SETS && !byClass.containsKey(labels)) {
                    byClass.clear();
                }
                last = byClass.computeIfAbsent(labels, set -> new Series[16]);
                lastSet = labels;
            }
            if (classId >= last.length) {
                last = Arrays.copyOf(last, Math.max(classId + 1, 2 * last.length));
                byClass.put(labels, last);
            }
            Series found = last[classId];
            if (found == null) {
                found = of(Kind.DETECTIONS, label(labels, classId));
                last[classId] = found;
            }
            return found;
        }
    }

    /** The label of a class, else its id in decimal. */
    static String label(@Nullable LabelSet labels, int classId) {
        String label = labels == null ? null : labels.label(classId);
        return label == null ? Integer.toString(classId) : label;
    }

    /** Good events. */
    long events() {
        return events;
    }

    /** What could not be read: events, and stretches of them. */
    long damaged() {
        return damaged;
    }

    /** Label sets that events name and that were not to be found. */
    List<Long> missingSets() {
        return missingSets;
    }

    void damage() {
        damaged++;
    }

    /** Counts an event; one that is damaged is left out as a whole, and counted as that. */
    void add(Event event) {
        try {
            LabelSet labels = labels(event);
            events++;
            table.at(Math.floorDiv(event.appendedNanos(), Columns.SECOND));
            Sender sender = sender(event.source(), event.stream());
            switch (event.kind()) {
                case FRAME -> frame(event, labels, sender);
                case SKIP -> skip(sender);
                default -> message(event, sender);
            }
        } catch (UnreadableEventException e) {
            damaged++;
        }
    }

    /**
     * The labels of a frame.
     *
     * @return null when it has none, or is no frame
     * @throws UnreadableEventException when one of its texts, or the labels that it carries, are not what they should be
     */
    static @Nullable LabelSet checked(Event event) {
        if (!event.hasGoodTexts()) {
            throw new UnreadableEventException(Cause.DAMAGED, "a text in it is not good UTF-8");
        }
        return event.kind() == EventKind.FRAME ? event.labels() : null;
    }

    private @Nullable LabelSet labels(Event event) {
        LabelSet labels = checked(event);
        long hash = event.labelSetHash();
        if (labels == null
                && hash != 0
                && event.detectionCount() > 0
                && missingSets.size() < MOST_MISSING
                && !missingSets.contains(hash)) {
            missingSets.add(hash);
        }
        return labels;
    }

    private Sender sender(String source, String stream) {
        Map<String, Sender> streams = senders.get(source);
        Sender found = streams == null ? null : streams.get(stream);
        return found == null ? new Sender(source, stream) : found;
    }

    /** Remembers where a series of its own has come from: there are no more of these than series. */
    private void keep(Sender sender, Series series) {
        if (!series.key.isOthers) {
            senders.computeIfAbsent(sender.source, source -> new HashMap<>()).put(sender.stream, sender);
        }
    }

    private void frame(Event event, @Nullable LabelSet labels, Sender sender) {
        Series frames = sender.frames;
        if (frames == null) {
            frames = sender.of(Kind.FRAMES, "");
            sender.frames = frames;
            keep(sender, frames);
        }
        table.one(frames);
        for (int i = 0; i < event.detectionCount(); i++) {
            float confidence = event.confidence(i);
            table.one(sender.detections(labels, event.classId(i)), Steps.of(confidence), Steps.highest(confidence));
        }
    }

    private void skip(Sender sender) {
        Series skips = sender.skips;
        if (skips == null) {
            skips = sender.of(Kind.SKIPS, "");
            sender.skips = skips;
            keep(sender, skips);
        }
        table.one(skips);
    }

    private void message(Event event, Sender sender) {
        String topic = event.topic();
        Series messages = sender.topics.get(topic);
        if (messages == null) {
            messages = sender.of(Kind.MESSAGES, topic);
            if (!messages.key.isOthers) {
                sender.topics.put(topic, messages);
            }
            keep(sender, messages);
        }
        table.one(messages);
    }
}
