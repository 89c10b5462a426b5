package io.sightlog.bridge;

import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.event.Checkpoint;
import io.sightlog.event.Digest;
import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.event.Origin;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of what a broker delivers, and appends them together: each becomes a message, or, when events are wanted, the event
 * that it was in another journal. The origin of an event is in the same append as the event. What has been in this journal before is
 * left out, by its path; so is an event that is in it, by its producer and sequence. One thread.
 */
public final class Inbox implements AutoCloseable {
    private final JournalWriter writer;
    private final JournalId id;
    private final InboxOptions options;
    private final BridgeNotices notices;
    private final BridgeCounts counts;
    private final @Nullable InboxProgress progress;
    private final EventMaker maker;
    private final @Nullable Seen seen;
    private final EventBatch batch = new EventBatch();
    private final List<Origin> pending = new ArrayList<>();
    private long passedOver;

    /** One without a progress of its own: the broker is told what was appended. As the other one. */
    public static Inbox open(
            Journal journal, JournalWriter writer, InboxOptions options, BridgeNotices notices, BridgeCounts counts) {
        return open(journal, writer, options, notices, counts, null);
    }

    /**
     * Gives the journal an id when it has none. When events are wanted, goes over all of it first.
     *
     * @param writer stays the caller's
     * @param progress what is written beside the first event of each cycle; null for nothing
     */
    public static Inbox open(
            Journal journal,
            JournalWriter writer,
            InboxOptions options,
            BridgeNotices notices,
            BridgeCounts counts,
            @Nullable InboxProgress progress) {
        JournalId id = journal.makeId();
        Seen seen = options.asEvents() ? new Seen(journal) : null;
        return new Inbox(journal, writer, id, options, notices, counts, progress, seen);
    }

    private Inbox(
            Journal journal,
            JournalWriter writer,
            JournalId id,
            InboxOptions options,
            BridgeNotices notices,
            BridgeCounts counts,
            @Nullable InboxProgress progress,
            @Nullable Seen seen) {
        this.writer = writer;
        this.id = id;
        this.options = options;
        this.notices = notices;
        this.counts = counts;
        this.progress = progress;
        this.seen = seen;
        this.maker = new EventMaker(
                journal,
                writer,
                options,
                hash -> notices.note("label set " + Digest.hex(hash)
                        + " is not in this journal: events that refer to it have no labels until it comes"));
    }

    /**
     * Takes in what was delivered; it is in the journal when {@link #append} has returned, or sooner.
     *
     * @throws UndeliverableException when it can never be taken in, and is not to be passed over: then all before it is in the
     *     journal
     * @throws JournalException when the journal cannot be written
     */
    public void add(Arrival arrival) throws IOException {
        counts.received().add(1);
        if (seen != null && pending.isEmpty()) {
            seen.catchUp();
        }
        List<JournalId> path = Headers.path(arrival.headers());
        if (path.contains(id)) {
            counts.skipped(Reason.LOOP).add(1);
        } else if (path.size() > Origin.MAX_PATH) {
            counts.skipped(Reason.PATH).add(1);
        } else {
            try {
                take(arrival, path);
            } catch (RefusedException e) {
                refuse(arrival, e);
            }
        }
        pending.add(arrival.from());
    }

    private void take(Arrival arrival, List<JournalId> path) throws RefusedException, IOException {
        EventMaker.Made made = maker.make(arrival, path);
        if (made == null) {
            return;
        }
        if (made.producer() != 0 && seen != null && seen.has(made.producer(), made.sequence())) {
            counts.repeated().add(1);
            return;
        }
        try {
            if (!put(made)) {
                append();
                put(made);
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.TOO_LARGE, "it is too large for the journal: " + e.getMessage());
        }
        if (made.producer() != 0 && seen != null) {
            seen.add(made.producer(), made.sequence());
        }
    }

    private boolean put(EventMaker.Made made) {
        return made.producer() == 0
                ? batch.add(made.draft())
                : batch.add(made.draft(), made.producer(), made.sequence());
    }

    private void refuse(Arrival arrival, RefusedException why) throws IOException {
        String place = place(arrival.from());
        String reason = String.valueOf(why.getMessage());
        if (!options.skipUndeliverable()) {
            append();
            throw UndeliverableException.ofOne(
                    place + " was not taken into the journal: " + reason + "; --skip-undeliverable passes it over",
                    why);
        }
        counts.skipped(why.reason()).add(1);
        passedOver++;
        notices.passedOver(place, reason);
    }

    /** For people: {@code "topic partition 3 offset 42"}. */
    private static String place(Origin from) {
        return from.partition() < 0
                ? "a message of " + from.topic()
                : from.topic() + " partition " + from.partition() + " offset " + from.offset();
    }

    /**
     * Appends everything that was added. When this returns it is in the journal, and on the device as far as the writer's durability
     * goes.
     *
     * @throws JournalException when the journal cannot be written: then nothing of it was appended
     */
    public void append() {
        int events = batch.count();
        if (events > 0) {
            if (progress == null) {
                writer.append(batch);
            } else {
                appendWith(progress);
            }
            batch.clear();
            counts.appended().add(events);
            counts.lastAcked().set(NanoClock.SYSTEM.nanos() / 1e9);
        }
        if (progress != null) {
            pending.forEach(progress::done);
        }
        pending.clear();
    }

    private void appendWith(InboxProgress reached) {
        if (!reached.isDue() && writer.appendInSameCycle(batch) >= 0) {
            return;
        }
        Checkpoint checkpoint = reached.checkpoint();
        if (batch.checkpoint(checkpoint)) {
            writer.append(batch);
            reached.written();
            return;
        }
        do { // the batch has no room for it: it stands alone, in front of it
            write(reached);
        } while (writer.appendInSameCycle(batch) < 0);
    }

    /** Appends the checkpoint alone, beside a message that says the same. */
    public void writeCheckpoint() {
        if (progress != null) {
            append();
            write(progress);
        }
    }

    private void write(InboxProgress reached) {
        Checkpoint checkpoint = reached.checkpoint();
        writer.append(new EventDraft()
                .message(reached.topic(), checkpoint.text())
                .capturedNanos(NanoClock.SYSTEM.nanos())
                .checkpoint(checkpoint));
        reached.written();
    }

    /** How many were passed over, since they can never be taken in. */
    public long passedOver() {
        return passedOver;
    }

    /** Lets go of it; what was added and not appended is forgotten. */
    @Override
    public void close() {
        if (seen != null) {
            seen.close();
        }
    }
}
