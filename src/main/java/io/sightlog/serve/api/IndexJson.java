package io.sightlog.serve.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.timeline.Progress;
import io.sightlog.timeline.Timeline;
import java.io.IOException;

/** How far the index is, as several answers say it. */
final class IndexJson {
    private IndexJson() {}

    static void write(JsonGenerator json, Timeline timeline) throws IOException {
        Progress progress = timeline.progress();
        json.writeObjectFieldStart("index");
        json.writeNumberField("cycles", progress.cycles());
        json.writeNumberField("indexed", progress.indexed());
        Json.text(json, "current", progress.current());
        json.writeNumberField("currentEvents", progress.currentEvents());
        json.writeBooleanField("upToDate", progress.isUpToDate());
        json.writeNumberField("bytes", progress.bytes());
        Json.text(json, "problem", progress.problem());
        json.writeStringField("folder", timeline.folder().toString());
        json.writeEndObject();
    }
}
