package io.sightlog.inspect;

import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.FrameUsage;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is in a journal, counted over all of it. */
public final class JournalInfo {
    private final Map<EventKind, Long> events = new EnumMap<>(EventKind.class);
    private final Map<String, Long> detectionsByLabel = new TreeMap<>();
    private final Map<String, Long> eventsBySource = new TreeMap<>();
    private final Streams streams = new Streams();
    private final Map<String, Long> messagesByTopic = new TreeMap<>();
    private final Map<Long, SequenceCheck> producers = new TreeMap<>(Long::compareUnsigned);
    private final Map<Long, @Nullable LabelSet> labelSets = new TreeMap<>(Long::compareUnsigned);
    private final List<String> damage = new ArrayList<>();
    private final List<FileSize> files = new ArrayList<>();
    private final @Nullable Roll roll;
    private final FrameUsage frameUsage;

    private long detections;
    private long firstCapturedNanos = Long.MAX_VALUE;
    private long lastCapturedNanos = Long.MIN_VALUE;
    private long firstAppendedNanos;
    private long lastAppendedNanos;
    private @Nullable Position firstPosition;
    private @Nullable Position lastPosition;

    private JournalInfo(Journal journal) {
        for (Path file : journal.files()) {
            long bytes = file.toFile().length();
            if (!Files.notExists(file)) { // not pruned meanwhile
                files.add(new FileSize(file, bytes, journal.bytesOnDisk(file)));
            }
        }
        this.roll = journal.roll();
        this.frameUsage = journal.frameUsage();
    }

    /** Reads all of a journal that is there now; what is appended meanwhile may be in it or not. */
    public static JournalInfo of(Journal journal) {
        JournalInfo info = new JournalInfo(journal);
        try (JournalReader reader = journal.reader()) {
            boolean more = true;
            while (more) {
                try {
                    more = reader.next();
                    if (more) {
                        info.addWhole(reader.event());
                    }
                } catch (DamageException e) {
                    info.damage.add(e.getMessage());
                    more = e.canGoOn();
                }
            }
        }
        for (long hash : journal.labelSets()) {
            info.labelSets.computeIfAbsent(hash, journal.labels()::find);
        }
        return info;
    }

    private void addWhole(Event event) {
        try {
            add(event);
        } catch (UnreadableEventException e) { // labels it carries itself are looked at only now
            damage.add("event " + new Position(event.index(), event.place()) + " cannot be read: " + e.getMessage());
        }
    }

    private void add(Event event) {
        LabelSet labels = event.labels();
        Position position = new Position(event.index(), event.place());
        if (firstPosition == null) {
            firstPosition = position;
            firstAppendedNanos = event.appendedNanos();
        }
        lastPosition = position;
        firstCapturedNanos = Math.min(firstCapturedNanos, event.capturedNanos());
        lastCapturedNanos = Math.max(lastCapturedNanos, event.capturedNanos());
        lastAppendedNanos = event.appendedNanos();
        events.merge(event.kind(), 1L, Long::sum);
        if (!event.source().isEmpty()) {
            eventsBySource.merge(event.source(), 1L, Long::sum);
        }
        streams.add(event);
        if (event.kind() == EventKind.MESSAGE) {
            messagesByTopic.merge(event.topic(), 1L, Long::sum);
        }
        producers.computeIfAbsent(event.producer(), id -> new SequenceCheck()).saw(event.sequence());
        if (event.labelSetHash() != 0 && !labelSets.containsKey(event.labelSetHash())) {
            labelSets.put(event.labelSetHash(), labels);
        }
        detections += event.detectionCount();
        for (int i = 0; i < event.detectionCount(); i++) {
            String label = labels == null ? null : labels.label(event.classId(i));
            detectionsByLabel.merge(label == null ? Integer.toString(event.classId(i)) : label, 1L, Long::sum);
        }
    }

    /** When each stream was last seen, by its name. */
    public Map<String, StreamSeen> streams() {
        return streams.seen();
    }

    /** How it rolls, null while it does not exist. */
    public @Nullable Roll roll() {
        return roll;
    }

    /**
     * One of its files.
     *
     * @param bytes its size
     * @param diskBytes what it takes on disk: less while nothing was written to all of it
     */
    public record FileSize(Path file, long bytes, long diskBytes) {}

    /** Its files, cycles first, oldest first. */
    public List<FileSize> files() {
        return files;
    }

    /** Its cycles, oldest first. */
    public List<FileSize> cycles() {
        return files.subList(0, Math.max(0, files.size() - 1));
    }

    /** What its kept frames take. */
    public FrameUsage frameUsage() {
        return frameUsage;
    }

    /** Good events of all kinds. */
    public long events() {
        return events.values().stream().mapToLong(Long::longValue).sum();
    }

    public long events(EventKind kind) {
        return events.getOrDefault(kind, 0L);
    }

    public long detections() {
        return detections;
    }

    /** Labels, or ids where there is none, and how often each was seen. */
    public Map<String, Long> detectionsByLabel() {
        return detectionsByLabel;
    }

    /** Sources, and how many events each has. */
    public Map<String, Long> eventsBySource() {
        return eventsBySource;
    }

    /** Topics, and how many messages each has. */
    public Map<String, Long> messagesByTopic() {
        return messagesByTopic;
    }

    /** By producer id. */
    public Map<Long, SequenceCheck> producers() {
        return producers;
    }

    /** By hash; null for one that events name and that is missing. */
    public Map<Long, @Nullable LabelSet> labelSets() {
        return labelSets;
    }

    /** Since the epoch, 0 when there is no event. */
    public long firstAppendedNanos() {
        return firstAppendedNanos;
    }

    /** Since the epoch, 0 when there is no event. */
    public long lastAppendedNanos() {
        return lastAppendedNanos;
    }

    /** When the earliest was captured, since the epoch; 0 when there is no event. */
    public long firstCapturedNanos() {
        return firstPosition == null ? 0 : firstCapturedNanos;
    }

    /** When the latest was captured, since the epoch; 0 when there is no event. */
    public long lastCapturedNanos() {
        return firstPosition == null ? 0 : lastCapturedNanos;
    }

    public @Nullable Position firstPosition() {
        return firstPosition;
    }

    public @Nullable Position lastPosition() {
        return lastPosition;
    }

    /** What could not be read, a line each. */
    public List<String> damage() {
        return damage;
    }
}
