package io.sightlog.inspect;

import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LiveSource;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.Position;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Counts what comes of one producer. One thread. */
final class ProducerTally {
    private static final int MOST_RUNS = 1000;
    private static final int LONGEST_NAME = 1000;

    final long id;
    private final Deque<String> streams = new ArrayDeque<>();
    private final Deque<String> sources = new ArrayDeque<>();
    private final SequenceCheck sequences = new SequenceCheck(MOST_RUNS);
    private final FrameRate rate = new FrameRate();
    private final Recent decode = new Recent();
    private final Recent infer = new Recent();
    private final long[] kinds = new long[EventKind.BATCH.code()];

    private long lastIndex;
    private int lastPlace;
    private long lastAppendedNanos;
    private long lastCapturedNanos;
    private long dropped;

    ProducerTally(long id) {
        this.id = id;
    }

    void add(Event event) {
        EventKind kind = event.kind();
        kinds[kind.code()]++;
        lastIndex = event.index();
        lastPlace = event.place();
        lastAppendedNanos = event.appendedNanos();
        lastCapturedNanos = event.capturedNanos();
        sequences.saw(event.sequence());
        name(streams, event.stream());
        name(sources, event.source());
        if (kind == EventKind.FRAME) {
            rate.add(event.appendedNanos());
            decode.add(event.decodeNanos());
            infer.add(event.inferNanos());
        }
        dropped += dropped(event);
        dropped = dropped < 0 ? Long.MAX_VALUE : dropped;
    }

    private static long dropped(Event event) {
        try {
            LiveSource live = LiveSource.of(event);
            return live == null ? 0 : live.dropped();
        } catch (UnreadableEventException e) {
            return 0;
        }
    }

    /** Puts a name in front; of a long one its beginning, as a journal may hold many that are made to fill a memory. */
    private static void name(Deque<String> names, String whole) {
        String name = whole.length() <= LONGEST_NAME ? whole : whole.substring(0, LONGEST_NAME) + "...";
        if (name.isEmpty() || name.equals(names.peekFirst())) {
            return;
        }
        names.remove(name);
        names.addFirst(name);
        if (names.size() > ProducerWatch.MOST_NAMES) {
            names.removeLast();
        }
    }

    long lastAppendedNanos() {
        return lastAppendedNanos;
    }

    ProducerSeen seen(long nowNanos) {
        return new ProducerSeen(
                id,
                List.copyOf(streams),
                List.copyOf(sources),
                sequences.events(),
                kinds[EventKind.FRAME.code()],
                kinds[EventKind.SKIP.code()],
                kinds[EventKind.MESSAGE.code()],
                rate.perSecond(nowNanos),
                new Position(lastIndex, lastPlace),
                lastAppendedNanos,
                lastCapturedNanos,
                sequences.missingCount(),
                sequences.newestMissing(ProducerWatch.MOST_GAPS),
                sequences.repeated(),
                sequences.reordered(),
                dropped,
                decode.median(),
                infer.median());
    }
}
