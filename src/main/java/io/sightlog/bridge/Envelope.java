package io.sightlog.bridge;

import io.sightlog.event.EventKind;
import io.sightlog.event.JournalId;
import io.sightlog.journal.Position;
import java.util.List;

/**
 * An event as it travels: its body, and what is said about it beside it, in headers or user properties, as {@link Headers} has
 * them. The body is the envelope's own and not changed any more. Any thread.
 *
 * @param position where it is in this journal
 * @param producer of the event; with the sequence it is known by that, wherever it goes
 * @param sequence number of the event at its producer
 * @param capturedNanos since the epoch
 * @param stream of the event, may be empty
 * @param source of the event, may be empty
 * @param kind of the event
 * @param labels of its detections, each once, that of the surest one first; empty when they were not asked for
 * @param path the journals in which it has been, the first one first and this one last
 * @param contentType of the body
 * @param body what is sent
 */
public record Envelope(
        Position position,
        long producer,
        long sequence,
        long capturedNanos,
        String stream,
        String source,
        EventKind kind,
        List<String> labels,
        List<JournalId> path,
        String contentType,
        byte[] body) {
    public Envelope {
        labels = List.copyOf(labels);
        path = List.copyOf(path);
    }
}
