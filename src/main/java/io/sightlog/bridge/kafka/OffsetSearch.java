package io.sightlog.bridge.kafka;

import io.sightlog.bridge.kafka.ReceivedOffsets.Read;
import io.sightlog.bridge.kafka.ReceivedOffsets.Source;
import io.sightlog.event.Checkpoint;
import io.sightlog.event.Event;
import io.sightlog.event.JournalId;
import io.sightlog.event.Origin;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds in a journal how far its receiver of a topic was: reads it backwards in steps that grow, each forwards, up to the newest
 * checkpoint of that topic or to the journal's beginning. The origins behind that carry it on. What is damaged is passed over.
 */
final class OffsetSearch {
    private static final long FIRST_EXCERPTS = 64;
    private static final long MOST_EXCERPTS = 1 << 16;

    private final JournalId id;
    private final Source source;
    /** Of what was read so far, which is newer than what is read next. */
    private final Map<Integer, Long> newer = new TreeMap<>();

    private Map<Integer, Long> part = new TreeMap<>();
    private boolean hasCheckpoint;
    private int cycle = -1;
    private boolean wasAnother;

    /**
     * What was found.
     *
     * @param next the next offset of each partition that is known
     * @param isWritten whether there was anything: then partitions that are not known are new
     * @param cycle in which the newest checkpoint or origin is, -1 without any
     * @param wasAnother whether a topic of the same name and another id was received before
     */
    record Found(Map<Integer, Long> next, boolean isWritten, int cycle, boolean wasAnother) {}

    private OffsetSearch(JournalId id, Source source) {
        this.id = id;
        this.source = source;
    }

    /** @param id of the journal */
    static Found find(Journal journal, JournalId id, Source source) {
        return new OffsetSearch(id, source).find(journal);
    }

    private Found find(Journal journal) {
        long end = Long.MAX_VALUE;
        long excerpts = FIRST_EXCERPTS;
        boolean more = true;
        try (JournalReader reader = journal.reader()) {
            while (more) {
                reader.seek(new Start.Before(end, excerpts));
                more = !reader.isAtStart();
                part = new TreeMap<>();
                long first = part(reader, end);
                newer.forEach((partition, next) -> part.merge(partition, next, Math::max));
                newer.putAll(part);
                more &= !hasCheckpoint && first >= 0 && first < end;
                end = first;
                excerpts = Math.min(MOST_EXCERPTS, 4 * excerpts);
            }
        }
        return new Found(newer, hasCheckpoint || !newer.isEmpty(), cycle, wasAnother);
    }

    /** Reads up to an index; the index of the first event, or -1 when there was none. */
    private long part(JournalReader reader, long end) {
        long first = -1;
        boolean more = true;
        while (more) {
            try {
                while (reader.peek() && reader.nextPosition().index() < end) {
                    first = first < 0 ? reader.nextPosition().index() : first;
                    if (!reader.next()) {
                        break;
                    }
                    look(reader.event());
                }
                more = false;
            } catch (DamageException e) {
                first = first < 0 ? e.position().index() : first;
                more = e.canGoOn();
            }
        }
        return first;
    }

    private void look(Event event) {
        Checkpoint checkpoint = null;
        Origin origin = null;
        try {
            origin = Origin.of(event);
            checkpoint = Checkpoint.of(event);
        } catch (UnreadableEventException e) {
            // verify names it
        }
        if (checkpoint != null && checkpoint.journal().equals(id)) {
            Read read = ReceivedOffsets.read(checkpoint);
            if (read != null && isOurs(read.source())) {
                hasCheckpoint = true;
                part = new TreeMap<>(read.next()); // what is before it does not count
                seenIn(event);
            }
        }
        if (origin != null && source.is(origin)) {
            part.merge(origin.partition(), origin.offset() + 1, Math::max);
            seenIn(event);
        }
    }

    private boolean isOurs(Source other) {
        wasAnother |= other.cluster().equals(source.cluster())
                && other.topic().equals(source.topic())
                && !other.topicId().equals(source.topicId());
        return other.cluster().equals(source.cluster()) && other.topicId().equals(source.topicId());
    }

    private void seenIn(Event event) {
        cycle = Math.max(cycle, new Position(event.index(), event.place()).cycle());
    }

    /** The cycle of the newest event; -1 when there is none. */
    static int newestCycle(Journal journal) {
        try (JournalReader reader = journal.reader(new Start.Last(1))) {
            return reader.peek() ? reader.nextPosition().cycle() : -1;
        } catch (DamageException e) {
            return e.position().cycle();
        }
    }
}
