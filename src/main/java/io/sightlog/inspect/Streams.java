package io.sightlog.inspect;

import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LiveSource;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Start;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** When each stream was last seen, as frames and skips say. One thread. */
final class Streams {
    /** A camera that is gone says so once an hour. */
    private static final long WINDOW_NANOS = 65L * 60 * 1_000_000_000;

    private final Map<String, StreamSeen> streams = new TreeMap<>();

    /** Of the last hour of a journal and what is newer than that. */
    static Map<String, StreamSeen> lately(Journal journal, long nowNanos) {
        Streams streams = new Streams();
        boolean more = true;
        try (JournalReader reader = journal.reader(new Start.Time(nowNanos - WINDOW_NANOS))) {
            while (more) {
                try {
                    more = reader.next();
                    if (more) {
                        streams.add(reader.event());
                    }
                } catch (DamageException e) {
                    more = e.canGoOn(); // verify tells
                }
            }
        }
        return streams.seen();
    }

    void add(Event event) {
        if (event.kind() == EventKind.MESSAGE || event.stream().isEmpty()) {
            return;
        }
        LiveSource live = live(event);
        StreamSeen before = streams.get(event.stream());
        long events = before == null ? 1 : before.events() + 1;
        if (event.kind() == EventKind.FRAME) {
            streams.put(event.stream(), new StreamSeen(events, live != null, event.capturedNanos(), null));
            return;
        }
        boolean isOutage = live != null && live.outageNanos() > 0;
        // number 0: no frame has come in all of that run, and the outage is as long as the run
        long seen = live != null && isOutage && event.frame() > 0
                ? event.capturedNanos() - live.outageNanos()
                : before == null ? Long.MIN_VALUE : before.seenNanos();
        streams.put(
                event.stream(),
                new StreamSeen(
                        events,
                        live != null,
                        before == null ? seen : Math.max(seen, before.seenNanos()),
                        isOutage ? event.reason() : before == null ? null : before.gone()));
    }

    private static @Nullable LiveSource live(Event event) {
        try {
            return LiveSource.of(event);
        } catch (UnreadableEventException e) {
            return null;
        }
    }

    /** By name. */
    Map<String, StreamSeen> seen() {
        return streams;
    }
}
