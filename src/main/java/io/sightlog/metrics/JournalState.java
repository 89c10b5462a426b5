package io.sightlog.metrics;

import io.sightlog.event.EventKind;
import io.sightlog.inspect.Diagnosis;
import io.sightlog.inspect.JournalInfo;
import io.sightlog.inspect.SequenceCheck;
import io.sightlog.inspect.Symptom;
import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.Journal;
import io.sightlog.metrics.Family.Kind;
import io.sightlog.metrics.Family.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a journal holds and how those around it are doing, as metrics: gauges, since pruning takes events away. What is looked at, and how
 * often, is up to who asks: {@link JournalInfo} reads all of it.
 */
public final class JournalState {
    private static final double NANOS_PER_SECOND = 1e9;

    private JournalState() {}

    /** What is in it. */
    public static List<Family> of(JournalInfo info) {
        List<Point> kinds = new ArrayList<>();
        for (EventKind kind : List.of(EventKind.FRAME, EventKind.SKIP, EventKind.MESSAGE)) {
            kinds.add(new Point(List.of(kind.text()), info.events(kind)));
        }
        double missing = 0;
        for (SequenceCheck producer : info.producers().values()) {
            for (SequenceCheck.Range range : producer.missing()) {
                missing += range.count();
            }
        }
        return List.of(
                gauge("sightlog_journal_events", "Sound events in the journal.", List.of("kind"), kinds),
                gauge(
                        "sightlog_journal_source_events",
                        "Sound events of each source.",
                        List.of("source"),
                        most(info.eventsBySource())),
                gauge(
                        "sightlog_journal_topic_messages",
                        "Messages of each topic.",
                        List.of("topic"),
                        most(info.messagesByTopic())),
                gauge(
                        "sightlog_journal_detections",
                        "Detections in the journal, by label.",
                        List.of("label"),
                        most(info.detectionsByLabel())),
                gauge(
                        "sightlog_journal_producers",
                        "Writers whose events are in it.",
                        info.producers().size()),
                gauge(
                        "sightlog_journal_missing_events",
                        "Numbers that its producers gave and that are not there.",
                        missing),
                gauge(
                        "sightlog_journal_damages",
                        "Places that could not be read.",
                        info.damage().size()),
                gauge(
                        "sightlog_last_append_timestamp_seconds",
                        "When the newest event was appended, since the epoch; 0 when there is none.",
                        info.lastAppendedNanos() / NANOS_PER_SECOND));
    }

    /** Where its named consumers stand. Of one whose position is damaged nothing is known but that. */
    public static List<Family> of(List<ConsumerStatus> consumers) {
        List<Point> events = new ArrayList<>();
        List<Point> seconds = new ArrayList<>();
        List<Point> running = new ArrayList<>();
        List<Point> damaged = new ArrayList<>();
        for (ConsumerStatus consumer : consumers.subList(0, Math.min(consumers.size(), Metrics.MOST_SERIES))) {
            List<String> name = List.of(consumer.name());
            boolean isKnown = consumer.damage() == null;
            damaged.add(new Point(name, isKnown ? 0 : 1));
            if (isKnown) {
                events.add(new Point(name, consumer.lagEvents()));
                seconds.add(new Point(name, consumer.lagNanos() / NANOS_PER_SECOND));
                running.add(new Point(name, consumer.holderPid() == 0 ? 0 : 1));
            }
        }
        List<String> label = List.of("consumer");
        return List.of(
                gauge("sightlog_consumer_lag_events", "Events that it has not handled.", label, events),
                gauge(
                        "sightlog_consumer_lag_seconds",
                        "How much later than the first event that it has not handled the newest one was appended.",
                        label,
                        seconds),
                gauge("sightlog_consumer_running", "Whether a process runs it now.", label, running),
                gauge("sightlog_consumer_damaged", "Whether its saved position cannot be read.", label, damaged));
    }

    /** What it takes; a look at its files and no more. */
    public static List<Family> sizes(Journal journal) {
        long bytes = 0;
        for (Path file : journal.files()) {
            bytes += journal.bytesOnDisk(file);
        }
        return List.of(bytes(bytes));
    }

    private static Family bytes(long bytes) {
        return gauge("sightlog_journal_bytes", "What its cycles take on disk.", (double) bytes);
    }

    /** What it takes, and what is wrong around it. */
    public static List<Family> of(Diagnosis diagnosis) {
        Map<Symptom.Area, Integer> found = new EnumMap<>(Symptom.Area.class);
        diagnosis.symptoms().forEach(symptom -> found.merge(symptom.area(), 1, Integer::sum));
        List<Point> symptoms = new ArrayList<>();
        for (Symptom.Area area : Symptom.Area.values()) {
            String name = area.name().toLowerCase(java.util.Locale.ROOT);
            symptoms.add(new Point(List.of(name), found.getOrDefault(area, 0)));
        }
        return List.of(
                bytes(diagnosis.diskBytes()),
                gauge("sightlog_journal_cycles", "Its cycles.", diagnosis.cycles()),
                gauge("sightlog_symptoms", "What sightlog doctor finds, by area.", List.of("area"), symptoms));
    }

    private static Family gauge(String name, String help, double value) {
        return gauge(name, help, List.of(), List.of(new Point(List.of(), value)));
    }

    private static Family gauge(String name, String help, List<String> labels, List<Point> points) {
        return new Family(Kind.GAUGE, name, help, labels, points);
    }

    /** A point each for the largest, and one for all others, so that the sum stays. */
    private static List<Point> most(Map<String, Long> counts) {
        List<Map.Entry<String, Long>> sorted = new ArrayList<>(counts.entrySet());
        sorted.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
        List<Point> points = new ArrayList<>();
        long others = 0;
        for (Map.Entry<String, Long> entry : sorted) {
            if (points.size() < Metrics.MOST_SERIES - 1 && !entry.getKey().equals(Metrics.OTHERS)) {
                points.add(new Point(List.of(entry.getKey()), entry.getValue()));
            } else {
                others += entry.getValue();
            }
        }
        if (others > 0) {
            points.add(new Point(Collections.singletonList(Metrics.OTHERS), others));
        }
        return points;
    }
}
