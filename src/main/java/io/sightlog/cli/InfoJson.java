package io.sightlog.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.event.Digest;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import io.sightlog.inspect.JournalInfo;
import io.sightlog.inspect.JournalInfo.FileSize;
import io.sightlog.inspect.SequenceCheck;
import io.sightlog.journal.Journal;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** What {@code info --json} says; docs/json.md lists it. */
final class InfoJson {
    private InfoJson() {}

    static void write(JsonGenerator json, Journal journal, JournalInfo info) throws IOException {
        json.writeStringField("journal", journal.directory().toString());
        json.writeStringField("roll", info.roll() == null ? "" : info.roll().text());
        json.writeNumberField("bytes", Info.sum(info.files(), FileSize::bytes));
        json.writeNumberField("diskBytes", Info.sum(info.files(), FileSize::diskBytes));
        json.writeNumberField("frameFiles", info.frameUsage().files());
        json.writeNumberField("framesDiskBytes", info.frameUsage().diskBytes());
        json.writeNumberField("events", info.events());
        json.writeNumberField("frames", info.events(EventKind.FRAME));
        json.writeNumberField("skips", info.events(EventKind.SKIP));
        json.writeNumberField("messages", info.events(EventKind.MESSAGE));
        Json.textOrNull(json, "first", info.firstPosition());
        Json.textOrNull(json, "last", info.lastPosition());
        Json.time(json, "firstAppended", info.firstAppendedNanos());
        Json.time(json, "lastAppended", info.lastAppendedNanos());
        Json.time(json, "firstCaptured", info.firstCapturedNanos());
        Json.time(json, "lastCaptured", info.lastCapturedNanos());
        Json.textOrNull(json, "durable", journal.durable());
        json.writeNumberField("detections", info.detections());
        counts(json, "labels", "label", "detections", info.detectionsByLabel());
        counts(json, "sources", "source", "events", info.eventsBySource());
        json.writeArrayFieldStart("streams");
        for (var stream : info.streams().entrySet()) {
            json.writeStartObject();
            json.writeStringField("stream", stream.getKey());
            json.writeNumberField("events", stream.getValue().events());
            json.writeBooleanField("live", stream.getValue().live());
            Json.time(json, "lastSeen", Math.max(0, stream.getValue().seenNanos()));
            json.writeEndObject();
        }
        json.writeEndArray();
        counts(json, "topics", "topic", "messages", info.messagesByTopic());
        json.writeArrayFieldStart("producers");
        for (var producer : info.producers().entrySet()) {
            producer(json, producer.getKey(), producer.getValue());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("labelSets");
        for (var set : info.labelSets().entrySet()) {
            labelSet(json, journal, set.getKey(), set.getValue());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("cycles");
        for (FileSize file : info.cycles()) {
            json.writeStartObject();
            json.writeStringField("file", String.valueOf(file.file().getFileName()));
            json.writeNumberField("bytes", file.bytes());
            json.writeNumberField("diskBytes", file.diskBytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("damage");
        for (String damage : info.damage()) {
            json.writeString(damage);
        }
        json.writeEndArray();
    }

    private static void counts(JsonGenerator json, String array, String name, String what, Map<String, Long> counts)
            throws IOException {
        json.writeArrayFieldStart(array);
        for (var count : counts.entrySet()) {
            json.writeStartObject();
            json.writeStringField(name, count.getKey());
            json.writeNumberField(what, count.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void producer(JsonGenerator json, long id, SequenceCheck check) throws IOException {
        json.writeStartObject();
        json.writeStringField("producer", String.format(Locale.ROOT, "%016x", id));
        json.writeNumberField("events", check.events());
        json.writeStringField("firstSequence", Long.toString(check.first()));
        json.writeStringField("lastSequence", Long.toString(check.last()));
        json.writeNumberField("missing", Info.missing(check));
        json.writeArrayFieldStart("gaps");
        for (SequenceCheck.Range gap : check.missing()) {
            json.writeStartObject();
            json.writeStringField("first", Long.toString(gap.first()));
            json.writeStringField("last", Long.toString(gap.last()));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("repeated", check.repeated());
        json.writeNumberField("reordered", check.reordered());
        json.writeEndObject();
    }

    private static void labelSet(
            JsonGenerator json, Journal journal, long hash, @org.jspecify.annotations.Nullable LabelSet set)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("labelSet", Digest.hex(hash));
        Json.textOrNull(json, "model", set == null ? null : set.model().name());
        json.writeNumberField("labels", set == null ? 0 : set.labels().size());
        Json.textOrNull(json, "problem", set == null ? Info.lost(journal, hash) : null);
        json.writeEndObject();
    }
}
