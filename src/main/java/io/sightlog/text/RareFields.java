package io.sightlog.text;

import io.sightlog.event.AnsweredEvent;
import io.sightlog.event.Event;
import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.LiveSource;
import io.sightlog.event.Origin;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What only some events have, each an object of its own: {@code keptFrame}, {@code live}, {@code origin}, {@code answers}. An event
 * that has none of them has none of these fields.
 */
record RareFields(
        @Nullable KeptFrame kept,
        @Nullable LiveSource live,
        @Nullable Origin origin,
        @Nullable AnsweredEvent answers) {
    static final String KEPT_FRAME = "keptFrame";
    static final String LIVE = "live";
    static final String ORIGIN = "origin";
    static final String ANSWERS = "answers";

    /** Writes objects in some format. */
    interface Out {
        void begin(String name) throws IOException;

        void text(String name, String value) throws IOException;

        void number(String name, long value) throws IOException;

        void texts(String name, List<String> values) throws IOException;

        void end() throws IOException;
    }

    /**
     * Those of an event. Ask before anything of it is printed.
     *
     * @throws io.sightlog.event.UnreadableEventException when one of them cannot be what it says
     */
    static RareFields of(Event event) {
        return new RareFields(KeptFrame.of(event), LiveSource.of(event), Origin.of(event), AnsweredEvent.of(event));
    }

    void write(Out out) throws IOException {
        keptFrame(out);
        live(out);
        origin(out);
        answers(out);
    }

    void keptFrame(Out out) throws IOException {
        if (kept != null) {
            out.begin(KEPT_FRAME);
            out.text("journal", kept.journal().toString());
            out.text("producer", HexFormat.of().toHexDigits(kept.producer()));
            out.text("file", Long.toString(kept.file()));
            out.text("offset", Long.toString(kept.offset()));
            out.number("bytes", kept.bytes());
            out.text("crc32c", HexFormat.of().toHexDigits(kept.crc32c()));
            out.text("format", Codes.FORMATS.text(kept.format()));
            out.number("width", kept.width());
            out.number("height", kept.height());
            out.end();
        }
    }

    void live(Out out) throws IOException {
        if (live != null) {
            out.begin(LIVE);
            out.text("dropped", Long.toString(live.dropped()));
            out.text("ageNanos", Long.toString(live.ageNanos()));
            out.text("reconnects", Long.toString(live.reconnects()));
            out.text("outageNanos", Long.toString(live.outageNanos()));
            out.end();
        }
    }

    void origin(Out out) throws IOException {
        if (origin != null) {
            out.begin(ORIGIN);
            out.text("kind", Codes.BROKERS.text(origin.kind()));
            out.text("broker", origin.broker());
            out.text("topic", origin.topic());
            out.text("topicId", origin.topicId());
            out.text("messageId", origin.messageId());
            out.number("partition", origin.partition());
            out.text("offset", Long.toString(origin.offset()));
            out.texts("path", origin.path().stream().map(JournalId::toString).toList());
            out.text("producer", HexFormat.of().toHexDigits(origin.producer()));
            out.text("sequence", Long.toString(origin.sequence()));
            out.text("appendedNanos", Long.toString(origin.appendedNanos()));
            out.end();
        }
    }

    void answers(Out out) throws IOException {
        if (answers != null) {
            out.begin(ANSWERS);
            out.text(
                    "journal",
                    answers.journal() == null ? "" : answers.journal().toString());
            out.text("producer", HexFormat.of().toHexDigits(answers.producer()));
            out.text("sequence", Long.toString(answers.sequence()));
            out.text("index", "0x" + Long.toHexString(answers.index()));
            out.number("place", answers.place());
            out.end();
        }
    }
}
