package io.sightlog.bridge;

import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.event.Digest;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.event.JournalId;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.event.Origin;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.event.Utf8;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import io.sightlog.text.BadLineException;
import io.sightlog.text.EventLines;
import io.sightlog.text.UnknownFields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Makes events of what a broker has delivered, whatever that may be. One thread. */
final class EventMaker {
    private final Journal journal;
    private final JournalWriter writer;
    private final InboxOptions options;
    private final LongConsumer missingLabels;
    private final EventLines lines;
    private final EventDraft message = new EventDraft();
    private final EventDraft copy = new EventDraft();
    private final Event event = new Event(LabelSource.NONE);
    private final Set<Long> published = new HashSet<>();
    private final Set<Long> missed = new HashSet<>();
    private LabelSource labels;
    private ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 16);

    /**
     * An event that is ready to be appended.
     *
     * @param draft valid until the next one is made
     * @param producer that it keeps, 0 when it becomes one of the journal's own
     * @param sequence likewise
     */
    record Made(EventDraft draft, long producer, long sequence) {}

    /** @param missingLabels told once of each label set that events refer to and this journal lacks */
    EventMaker(Journal journal, JournalWriter writer, InboxOptions options, LongConsumer missingLabels) {
        this.journal = journal;
        this.writer = writer;
        this.options = options;
        this.missingLabels = missingLabels;
        this.labels = journal.labels();
        this.lines = new EventLines(
                hash -> labels.find(hash), writer::publish, NanoClock.SYSTEM::nanos, UnknownFields.IGNORED);
    }

    /**
     * @param path the journals in which it has been
     * @return null when it was no event, and there is nothing more to be done with it
     * @throws RefusedException when it cannot be taken in
     * @throws IOException when a label set could not be published
     */
    @Nullable
    Made make(Arrival arrival, List<JournalId> path) throws RefusedException, IOException {
        if (options.asEvents()) {
            String type = Headers.type(arrival.headers());
            if (type.equals(Form.RAW.contentType())) {
                return raw(arrival, path);
            }
            if (type.equals(Form.LABELS_TYPE)) {
                publish(arrival);
                return null;
            }
            boolean isOurs =
                    Headers.id(arrival.headers()) != null && (type.isEmpty() || type.equals(Form.NDJSON.contentType()));
            if (isOurs || looksLikeJson(arrival.body())) {
                Made made = line(arrival, path, isOurs);
                if (made != null) {
                    return made;
                }
            }
            if (options.strict()) {
                throw new RefusedException(Reason.NO_EVENT, "it is no event, and only events are wanted (--strict)");
            }
        }
        return message(arrival, path);
    }

    private static boolean looksLikeJson(byte[] body) {
        return body.length > 1 && body[0] == '{';
    }

    /** Null when it does not say that it is an event, and is none. */
    private @Nullable Made line(Arrival arrival, List<JournalId> path, boolean saysSo)
            throws RefusedException, IOException {
        EventDraft draft;
        try {
            draft = lines.parseKept(arrival.body(), 0, arrival.body().length);
        } catch (BadLineException e) {
            if (saysSo) {
                throw new RefusedException(Reason.DAMAGED, "it cannot be read as an event: " + e.getMessage());
            }
            return null;
        }
        Origin before = lines.origin();
        return kept(arrival, path, draft, lines.producer(), lines.sequence(), lines.appendedNanos(), before);
    }

    private Made raw(Arrival arrival, List<JournalId> path) throws RefusedException {
        byte[] body = arrival.body();
        if (bytes.capacity() < body.length) {
            bytes = ByteBuffer.allocateDirect(Math.max(body.length, 2 * bytes.capacity()));
        }
        bytes.clear().put(body);
        try {
            event.wrap(Memory.addressOf(bytes), body.length);
            if (event.producer() == 0 || event.sequence() < 0) {
                throw new IllegalArgumentException("producer=" + Long.toHexString(event.producer()) + " sequence="
                        + event.sequence() + ", which no event has");
            }
            if (!event.hasGoodTexts()) {
                throw new IllegalArgumentException("one of its texts is no good UTF-8");
            }
            if (event.saysItself()) {
                event.labels(); // which looks at them
            }
            copy.copyAll(event);
            long hash = event.labelSetHash();
            if (hash != 0 && !published.contains(hash) && missed.add(hash) && labels.find(hash) == null) {
                missingLabels.accept(hash);
            }
            return kept(
                    arrival, path, copy, event.producer(), event.sequence(), event.appendedNanos(), Origin.of(event));
        } catch (UnreadableEventException | IllegalArgumentException e) {
            throw new RefusedException(Reason.DAMAGED, "it cannot be read as an event: " + e.getMessage());
        } finally {
            event.unwrap();
        }
    }

    /** Of an event that a bridge had brought before, its first append is what is told on. */
    private Made kept(
            Arrival arrival,
            List<JournalId> path,
            EventDraft draft,
            long producer,
            long sequence,
            long appendedNanos,
            @Nullable Origin before) {
        long first = before != null && before.producer() == producer && before.sequence() == sequence
                ? before.appendedNanos()
                : appendedNanos;
        draft.checkpoint(null).origin(origin(arrival, path, producer, sequence, first));
        return new Made(draft, producer, sequence);
    }

    private Made message(Arrival arrival, List<JournalId> path) throws RefusedException {
        byte[] body = arrival.body();
        if (body.length > EventLayout.MAX_CONTENT_BYTES) {
            throw new RefusedException(
                    Reason.TOO_LARGE,
                    "it has " + body.length + " bytes, a message holds at most " + EventLayout.MAX_CONTENT_BYTES);
        }
        Headers.Id id = Headers.id(arrival.headers());
        Origin origin = origin(arrival, path, id == null ? 0 : id.producer(), id == null ? 0 : id.sequence(), 0);
        try {
            message.clear()
                    .capturedNanos(Headers.capturedNanos(arrival.headers(), NanoClock.SYSTEM.nanos()))
                    .origin(origin);
            if (Utf8.firstBad(body, 0, body.length) < 0) {
                message.textMessage(arrival.topic(), body, 0, body.length);
            } else {
                message.message(arrival.topic(), body, 0, body.length);
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.DAMAGED, "it cannot become a message: " + e.getMessage());
        }
        return new Made(message, 0, 0);
    }

    private static Origin origin(
            Arrival arrival, List<JournalId> path, long producer, long sequence, long appendedNanos) {
        Origin from = arrival.from();
        return new Origin(
                from.kind(),
                from.broker(),
                from.topic(),
                from.topicId(),
                from.messageId(),
                from.partition(),
                from.offset(),
                path,
                producer,
                sequence,
                appendedNanos);
    }

    private void publish(Arrival arrival) throws RefusedException {
        long said = Headers.labels(arrival.headers());
        long hash = said == 0 ? Digest.of(arrival.body()) : said;
        if (published.contains(hash) && Digest.of(arrival.body()) == hash) {
            return;
        }
        try {
            writer.publish(hash, arrival.body());
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.DAMAGED, "it cannot be taken: " + e.getMessage());
        }
        published.add(hash);
        labels = journal.labels(); // which remembers those that it did not find
    }
}
