package io.sightlog.timeline;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Roll;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A journal that is filled at random, by a clock of its own that may go backwards. */
public final class TimelineJournal implements AutoCloseable {
    public static final long SECOND = 1_000_000_000L;
    /** An hour before a month begins. */
    public static final long START = 1_764_543_600L * SECOND;

    private static final List<LabelSet> SETS = List.of(
            LabelSet.of("one", List.of("person", "car", "Dog", "ÄPFEL", "bus")),
            LabelSet.of("two", List.of("Person", "cat", "dog", "äpfel", "7")));

    public final Path directory;
    public final Journal journal;
    final Random random;
    public long now = START;

    private final JournalWriter writer;
    private final EventDraft draft = new EventDraft();
    private final long[] hashes = new long[SETS.size()];
    private long frames;

    public TimelineJournal(Path directory, Roll roll, Random random) {
        this.directory = directory;
        this.random = random;
        journal = Journal.open(directory, () -> now);
        writer = journal.writer(roll);
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = writer.publish(SETS.get(i));
        }
    }

    /** Appends so many events over a time. */
    public void fill(int events, long nanos) {
        long step = nanos / events;
        for (int i = 0; i < events; ) {
            if (random.nextInt(20) == 0) {
                now -= random.nextInt(3) * step; // the journal's stamps stay
            }
            if (random.nextInt(6) == 0) {
                EventBatch batch = new EventBatch();
                for (int k = 1 + random.nextInt(5); k > 0 && i < events; k--, i++) {
                    now += (long) (random.nextDouble() * 2.2 * step);
                    batch.add(event());
                }
                writer.append(batch);
            } else {
                now += (long) (random.nextDouble() * 2.2 * step);
                writer.append(event());
                i++;
            }
        }
    }

    /** Appends one event at a time. */
    public void at(long nanos, EventDraft event) {
        now = nanos;
        writer.append(event);
    }

    public long labels(LabelSet set) {
        return writer.publish(set);
    }

    private EventDraft event() {
        int camera = random.nextInt(3);
        draft.clear().source(camera == 0 ? "" : "/srv/cam" + camera + ".mp4").capturedNanos(now);
        if (random.nextBoolean()) {
            draft.stream("gate" + random.nextInt(2));
        }
        switch (random.nextInt(8)) {
            case 0 -> draft.skip("dark");
            case 1 -> draft.message("topic/" + random.nextInt(3), "text");
            default -> frame();
        }
        return draft;
    }

    private void frame() {
        draft.frame(frames++, 0).size(640, 480);
        if (random.nextInt(10) > 0) {
            draft.labelSet(hashes[random.nextInt(hashes.length)]);
        }
        for (int k = random.nextInt(5); k > 0; k--) {
            float confidence = random.nextBoolean()
                    ? random.nextInt(21) / 20f
                    : random.nextFloat(); // also on the steps themselves
            draft.detection(random.nextInt(7), confidence, 1, 1, 2, 2, 0);
        }
    }

    @Override
    public void close() {
        writer.close();
        journal.close();
    }
}
