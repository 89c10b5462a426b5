package io.sightlog.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** All events of a journal, read one by one and kept as they are, and what an answer must say of them. */
final class PlainScan {
    private final List<Seen> all = new ArrayList<>();
    int damaged;

    /** One event, or one of its detections. */
    private record Seen(
            long nanos, EventKind kind, String source, String stream, String topic, String label, float confidence) {
        boolean isDetection() {
            return confidence >= 0;
        }
    }

    PlainScan(Journal journal) {
        try (JournalReader reader = journal.reader()) {
            boolean more = true;
            while (more) {
                try {
                    more = reader.next();
                    if (more) {
                        add(reader.event());
                    }
                } catch (DamageException e) {
                    damaged++;
                    more = e.canGoOn();
                }
            }
        }
    }

    private void add(Event event) {
        try {
            LabelSet labels = event.labels();
            long nanos = event.appendedNanos();
            all.add(new Seen(nanos, event.kind(), event.source(), event.stream(), event.topic(), "", -1));
            for (int i = 0; i < event.detectionCount(); i++) {
                String label = labels == null ? null : labels.label(event.classId(i));
                all.add(new Seen(
                        nanos,
                        EventKind.FRAME,
                        event.source(),
                        event.stream(),
                        "",
                        label == null ? "" + event.classId(i) : label,
                        event.confidence(i)));
            }
        } catch (UnreadableEventException e) {
            damaged++;
        }
    }

    /** How many frames and messages there are. */
    long frames() {
        return all.stream()
                .filter(one -> !one.isDetection() && one.kind != EventKind.SKIP)
                .count();
    }

    long firstNanos() {
        return all.get(0).nanos;
    }

    long lastNanos() {
        return all.get(all.size() - 1).nanos;
    }

    /** What is in a lane. */
    private static final class Lane {
        final long[] counts;
        final float[] highest;
        final boolean[] looked;
        final boolean[] skipped;
        final boolean[] messages;

        Lane(int columns) {
            counts = new long[columns];
            highest = new float[columns];
            looked = new boolean[columns];
            skipped = new boolean[columns];
            messages = new boolean[columns];
        }

        long total() {
            long total = 0;
            for (long count : counts) {
                total += count;
            }
            return total;
        }
    }

    /** Compares all that an answer says with what is there. */
    void check(Answer answer, Lanes by, Filter filter, String about) {
        int columns = answer.columns();
        Map<String, Lane> lanes = new TreeMap<>();
        Lane shared = new Lane(columns);
        boolean detections = by == Lanes.LABEL || !filter.labels().isEmpty() || answer.confidence() > 0;
        for (Seen one : all) {
            long column = Math.floorDiv(one.nanos - answer.startNanos(), answer.widthNanos());
            if (column < 0 || column >= columns || !isWanted(one, filter)) {
                continue;
            }
            int at = (int) column;
            if (one.isDetection()) {
                boolean passes = one.confidence >= answer.confidence()
                        && (filter.labels().isEmpty()
                                || filter.labels().stream().anyMatch(one.label::equalsIgnoreCase));
                if (passes && by != Lanes.TOPIC) {
                    Lane lane = lane(lanes, name(one, by), columns);
                    lane.counts[at] += detections ? 1 : 0;
                    lane.highest[at] = Math.max(lane.highest[at], one.confidence);
                }
                continue;
            }
            boolean isShared = by == Lanes.LABEL || (by == Lanes.TOPIC && one.kind != EventKind.MESSAGE);
            for (Lane lane : by == Lanes.TOPIC && !isShared
                    ? List.of(shared, lane(lanes, one.topic, columns))
                    : List.of(isShared ? shared : lane(lanes, name(one, by), columns))) {
                lane.looked[at] |= one.kind == EventKind.FRAME;
                lane.skipped[at] |= one.kind == EventKind.SKIP;
                lane.messages[at] |= one.kind == EventKind.MESSAGE;
            }
            if (!isShared && !detections && one.kind != EventKind.SKIP) {
                lane(lanes, name(one, by), columns).counts[at]++;
            } else if (!isShared && by == Lanes.TOPIC) {
                lane(lanes, name(one, by), columns).counts[at]++;
            }
        }
        compare(answer, lanes, shared, by, about);
    }

    private static boolean isWanted(Seen one, Filter filter) {
        boolean noSource = one.kind == EventKind.MESSAGE && one.source.isEmpty();
        return (filter.streams().isEmpty() || filter.streams().contains(one.stream))
                && (filter.sources().isEmpty()
                        || (!noSource && filter.sources().stream().anyMatch(glob -> glob.matchesPath(one.source))));
    }

    private static String name(Seen one, Lanes by) {
        return switch (by) {
            case LABEL -> one.label.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
            case SOURCE -> one.source;
            case STREAM -> one.stream;
            case TOPIC -> one.topic;
        };
    }

    private static Lane lane(Map<String, Lane> lanes, String name, int columns) {
        return lanes.computeIfAbsent(name, key -> new Lane(columns));
    }

    private void compare(Answer answer, Map<String, Lane> lanes, Lane shared, Lanes by, String about) {
        Map<String, Lane> left = new HashMap<>(lanes);
        long before = Long.MAX_VALUE;
        for (Answer.Lane lane : answer.lanes()) {
            String name =
                    by == Lanes.LABEL ? lane.name().toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT) : lane.name();
            Lane wanted = left.remove(name);
            wanted = wanted == null ? new Lane(answer.columns()) : wanted;
            String where = about + ": lane " + lane.name();
            assertThat(lane.total()).as(where).isEqualTo(wanted.total()).isLessThanOrEqualTo(before);
            before = lane.total();
            compare(lane, wanted, shared, by, where);
        }
        Lane others = new Lane(answer.columns());
        left.values().removeIf(lane -> lane.total() == 0 && by != Lanes.SOURCE && by != Lanes.STREAM);
        for (Lane lane : left.values()) {
            assertThat(lane.total()).as(about).isLessThanOrEqualTo(before);
            for (int i = 0; i < answer.columns(); i++) {
                others.counts[i] += lane.counts[i];
                others.highest[i] = Math.max(others.highest[i], lane.highest[i]);
                others.looked[i] |= lane.looked[i];
                others.skipped[i] |= lane.skipped[i];
                others.messages[i] |= lane.messages[i];
            }
        }
        assertThat(answer.otherLanes()).as(about + ": other lanes").isEqualTo(left.size());
        if (left.isEmpty()) {
            assertThat(answer.others()).as(about).isNull();
        } else {
            compare(answer.others(), others, shared, by, about + ": others");
        }
    }

    private static void compare(Answer.Lane lane, Lane wanted, Lane shared, Lanes by, String where) {
        assertThat(lane.counts()).as(where).isEqualTo(wanted.counts);
        for (int i = 0; i < wanted.counts.length; i++) {
            if (lane.highest(i) != Math.round(wanted.highest[i] * 200) / 200f) {
                fail(where + ", highest in column " + i + ": " + lane.highest(i) + " for " + wanted.highest[i]);
            }
            Lane context = by == Lanes.LABEL || by == Lanes.TOPIC ? shared : wanted;
            boolean looked = context.looked[i] || (by == Lanes.TOPIC && context.messages[i]);
            Answer.State state = wanted.counts[i] > 0
                    ? Answer.State.SEEN
                    : looked
                            ? Answer.State.NOTHING_FOUND
                            : context.skipped[i] ? Answer.State.SKIPPED : Answer.State.NO_DATA;
            if (lane.states()[i] != state) {
                fail(where + " in column " + i + ": " + lane.states()[i] + " for " + state);
            }
        }
    }
}
