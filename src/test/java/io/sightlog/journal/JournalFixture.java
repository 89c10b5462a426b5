package io.sightlog.journal;

import io.sightlog.event.EventDraft;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;

/** A journal whose clock the test moves. */
abstract class JournalFixture {
    static final long HOUR = 3_600_000_000_000L;

    @TempDir
    Path temp;

    final EventDraft draft = new EventDraft().capturedNanos(0);
    final AtomicLong now = new AtomicLong(1_700_000_000_000_000_000L);

    Journal journal() {
        return Journal.open(temp.resolve("q"), now::get);
    }

    EventDraft frame(long number) {
        return draft.clear()
                .source("/photos/" + number % 7 + ".jpg")
                .size(640, 480)
                .capturedNanos(number)
                .frame(number, number * 40_000_000)
                .detection((int) (number % 20), 0.5f, 1, 2, 3, 4, 0);
    }

    static List<Long> frames(JournalReader reader) {
        List<Long> frames = new ArrayList<>();
        while (reader.poll(event -> frames.add(event.frame()), 100) > 0) {
            // until the end
        }
        return frames;
    }

    static List<Long> range(long from, long to) {
        List<Long> range = new ArrayList<>();
        for (long i = from; i < to; i++) {
            range.add(i);
        }
        return range;
    }

    List<Long> from(Start start) {
        try (JournalReader reader = journal().reader(start)) {
            List<Long> frames = frames(reader);
            return frames;
        }
    }

    List<Long> named(String name) {
        try (JournalReader reader = journal().reader(name)) {
            return frames(reader);
        }
    }
}
