package io.sightlog.serve.live;

import io.sightlog.event.Detection;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A journal whose frames are numbered. */
final class LiveJournal implements AutoCloseable {
    final Journal journal;
    final JournalWriter writer;
    private final long labels;
    private final EventDraft draft = new EventDraft();
    private long next;

    LiveJournal(Path directory) {
        this(directory, 0);
    }

    LiveJournal(Path directory, long next) {
        this(Journal.open(directory), next);
    }

    LiveJournal(Journal journal, long next) {
        this.journal = journal;
        this.next = next;
        writer = journal.writer(Roll.HOURLY);
        labels = writer.publish(LabelSet.of("model", List.of("person", "car")));
    }

    /** Number of the frame that comes next. */
    long next() {
        return next;
    }

    EventDraft draft() {
        long frame = next++;
        draft.clear().source("/srv/cam" + frame % 3 + ".mp4").stream("gate" + frame % 2)
                .capturedNanos(1_800_000_000_000_000_000L + frame)
                .frame(frame, 0)
                .size(640, 480)
                .labelSet(labels);
        draft.detection(new Detection(frame % 5 == 0 ? 1 : 0, 0.5f, 1, 2, 3, 4, 0));
        return draft;
    }

    Position append() {
        return new Position(writer.append(draft()), 0);
    }

    void append(int events) {
        for (int i = 0; i < events; i++) {
            append();
        }
    }

    /** So many events, some of them in batches. */
    void append(int events, Random random) {
        for (int i = 0; i < events; ) {
            if (random.nextInt(4) > 0) {
                append();
                i++;
            } else {
                EventBatch batch = new EventBatch();
                for (int k = 1 + random.nextInt(6); k > 0 && i < events; k--, i++) {
                    batch.add(draft());
                }
                writer.append(batch);
            }
        }
    }

    @Override
    public void close() {
        writer.close();
        journal.close();
    }
}
