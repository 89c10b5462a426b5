package io.sightlog.timeline;

import io.sightlog.event.Event;
import io.sightlog.event.LabelSet;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Start;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts the events of a short span by reading them, up to a bound: for columns that are shorter than what the index has. One thread. */
final class EventScan {
    private static final int SERIES_SHIFT = 27;
    private static final int COLUMN_SHIFT = 13;
    private static final int STEP_SHIFT = 8;

    private final Columns columns;
    private final int most;
    private final KeyTable keys = new KeyTable();
    /** Series, column, step and highest confidence of one each. */
    private long[] items = new long[1024];

    private int count;
    private long damaged;
    private long cutNanos = Long.MAX_VALUE;

    /** @param most how many events and detections are read at most */
    EventScan(Columns columns, int most) {
        this.columns = columns;
        this.most = most;
    }

    /** Reads what is there. */
    void read(Journal journal) {
        long end = columns.endNanos();
        try (JournalReader reader = journal.reader(new Start.Time(columns.startNanos()))) {
            while (next(reader)) {
                Event event = reader.event();
                long nanos = event.appendedNanos();
                if (nanos >= end) {
                    return;
                }
                if (nanos >= columns.startNanos()) {
                    if (count + 1 + event.detectionCount() > most) {
                        cutNanos = nanos;
                        return;
                    }
                    add(event, columns.column(nanos));
                }
            }
        }
    }

    private boolean next(JournalReader reader) {
        while (true) {
            try {
                return reader.next();
            } catch (DamageException e) {
                damaged++;
                if (!e.canGoOn()) {
                    return false;
                }
            }
        }
    }

    private void add(Event event, int column) {
        try {
            LabelSet labels = EventIndexer.checked(event);
            String source = event.source();
            String stream = event.stream();
            switch (event.kind()) {
                case FRAME -> add(Key.of(Kind.FRAMES, source, stream, ""), column, 0, 0);
                case SKIP -> add(Key.of(Kind.SKIPS, source, stream, ""), column, 0, 0);
                default -> add(Key.of(Kind.MESSAGES, source, stream, event.topic()), column, 0, 0);
            }
            for (int i = 0; i < event.detectionCount(); i++) {
                float confidence = event.confidence(i);
                String label = EventIndexer.label(labels, event.classId(i));
                Key key = Key.of(Kind.DETECTIONS, source, stream, label);
                add(key, column, Steps.of(confidence), Steps.highest(confidence));
            }
        } catch (UnreadableEventException e) {
            damaged++;
        }
    }

    private void add(Key key, int column, int step, int highest) {
        if (count == items.length) {
            items = Arrays.copyOf(items, 2 * count);
        }
        items[count++] = (long) keys.idOf(key) << SERIES_SHIFT
                | (long) column << COLUMN_SHIFT
                | (long) step << STEP_SHIFT
                | highest;
    }

    /** Hands all out. */
    void to(Tally tally) {
        List<Key> all = keys.all();
        tally.begin(all);
        long[] steps = new long[Steps.COUNT];
        for (int i = 0; i < count; i++) {
            int series = (int) (items[i] >>> SERIES_SHIFT);
            int column = (int) (items[i] >>> COLUMN_SHIFT) & ((1 << (SERIES_SHIFT - COLUMN_SHIFT)) - 1);
            int step = (int) (items[i] >>> STEP_SHIFT) & 0x1f;
            int highest = (int) items[i] & 0xff;
            boolean hasSteps = all.get(series).kind.hasSteps();
            steps[step] = 1;
            tally.add(series, column, 1, highest, hasSteps ? steps : null);
            steps[step] = 0;
        }
    }

    long damaged() {
        return damaged;
    }

    /** What was not read, null when all was. */
    Answer.@Nullable Span left() {
        return cutNanos >= columns.endNanos() ? null : new Answer.Span(cutNanos, columns.endNanos());
    }
}
