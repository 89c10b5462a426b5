package example;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import java.nio.file.Path;
import java.util.List;

/** Appends frames of a camera at a door, and counts the persons in them, from where the count has stopped the last time. */
public final class Door {
    private final Journal journal;

    public Door(Path directory) {
        journal = Journal.open(directory);
    }

    /** Appends frames in which a person is seen, with the numbers from {@code first} to before {@code end}. */
    public void see(int first, int end) {
        try (JournalWriter writer = journal.writer()) {
            long labels = writer.publish(LabelSet.of("a model", List.of("person", "dog")));
            EventDraft draft = new EventDraft();
            for (int frame = first; frame < end; frame++) {
                draft.clear()
                        .source("rtsp://camera/door")
                        .stream("door")
                        .capturedNanos(System.currentTimeMillis() * 1_000_000)
                        .frame(frame, 0)
                        .size(640, 480)
                        .labelSet(labels)
                        .detection(0, 0.9f, 10, 20, 100, 200, 0);
                writer.append(draft);
            }
        }
    }

    /** How many persons there are in the events that nobody has counted yet. */
    public int count() {
        int[] persons = {0};
        try (JournalReader reader = journal.reader("counter")) {
            while (reader.poll(event -> persons[0] += event.sees("person", 0.5f) ? 1 : 0, 64) > 0) {}
        }
        return persons[0];
    }

    public static void main(String[] args) {
        Door door = new Door(Path.of(args[0]));
        door.see(0, 3);
        System.out.println(door.count() + " persons");
    }
}
