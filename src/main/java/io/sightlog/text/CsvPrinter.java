package io.sightlog.text;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * CSV as in RFC 4180, with a header: a row a detection; one row whose {@code detection} and box fields are empty for a
 * frame in which nothing was found, for a skip, which alone has a {@code reason}, and for a message, which alone has a
 * {@code topic} and {@code text} or {@code base64}. What only some events have, from {@code keptFrame} on, is the object that NDJSON
 * has there, in one cell.
 *
 * <p>{@code detection} is the detection's place in its frame, from 0. Values are exact: a text that begins with {@code
 * =}, {@code +}, {@code -} or {@code @} stays as it is, and a spreadsheet that is given the file may take it for a
 * formula. Import such columns as text.
 */
final class CsvPrinter implements EventPrinter {
    private static final String HEADER =
            "index,place,kind,source,stream,frame,positionNanos,capturedNanos,appendedNanos,"
                    + "decodeNanos,inferNanos,capturedAt,width,height,digest,model,labelSet,producer,sequence,reason,"
                    + "detection,classId,label,confidence,x,y,w,h,trackId,topic,text,base64,"
                    + "keptFrame,live,origin,answers\r\n";
    private static final String NO_DETECTION = ",,,,,,,,,";
    private static final String NO_MESSAGE = ",,,";

    private final OutputStream out;
    private final Rfc3339 utc = Rfc3339.utcNanos();
    private final MissingLabels missing = new MissingLabels();
    private final StringBuilder rows = new StringBuilder();
    private final StringBuilder eventFields = new StringBuilder();
    private final StringBuilder rareFields = new StringBuilder();

    CsvPrinter(OutputStream out) throws IOException {
        this.out = out;
        out.write(HEADER.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public MissingLabels missingLabels() {
        return missing;
    }

    @Override
    public void print(Event event) throws IOException {
        LabelSet labels = event.labels();
        fillRareFields(RareFields.of(event));
        fillEventFields(event, labels == null ? "" : labels.model().name());
        if (event.detectionCount() == 0) {
            eventFields.append(NO_DETECTION);
            if (event.kind() == EventKind.MESSAGE) {
                message(event);
            } else {
                eventFields.append(NO_MESSAGE);
            }
            eventFields.append(rareFields);
            write(eventFields);
        }
        rows.setLength(0);
        for (int i = 0; i < event.detectionCount(); i++) {
            rows.append(eventFields)
                    .append(',')
                    .append(i)
                    .append(',')
                    .append(event.classId(i))
                    .append(',');
            quote(rows, Fields.label(labels, event.classId(i)));
            number(event.confidence(i));
            number(event.x(i));
            number(event.y(i));
            number(event.w(i));
            number(event.h(i));
            rows.append(',').append(event.trackId(i)).append(NO_MESSAGE).append(rareFields);
        }
        write(rows);
        missing.note(event, labels);
    }

    private void message(Event event) {
        eventFields.append(',');
        quote(eventFields, event.topic());
        eventFields.append(',');
        quote(eventFields, event.text());
        eventFields.append(',');
        if (event.isBinary()) {
            eventFields.append(Base64.getEncoder().encodeToString(event.content()));
        }
    }

    /** To the end of the row. */
    private void fillRareFields(RareFields rare) throws IOException {
        rareFields.setLength(0);
        cell(rare.kept() != null, rare::keptFrame);
        cell(rare.live() != null, rare::live);
        cell(rare.origin() != null, rare::origin);
        cell(rare.answers() != null, rare::answers);
        rareFields.append("\r\n");
    }

    private interface Writing {
        void write(RareFields.Out out) throws IOException;
    }

    /** The object as NDJSON has it, without its name. */
    private void cell(boolean isThere, Writing writing) throws IOException {
        rareFields.append(',');
        if (isThere) {
            StringWriter text = new StringWriter();
            try (JsonGenerator json = NdjsonPrinter.FACTORY.createGenerator(text)) {
                json.writeStartObject();
                writing.write(new JsonFields(json));
                json.writeEndObject();
            }
            String named = text.toString();
            quote(rareFields, named.substring(named.indexOf(':') + 1, named.length() - 1));
        }
    }

    private void write(StringBuilder text) throws IOException {
        if (!text.isEmpty()) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void number(float value) {
        rows.append(',').append(ShortestFloat.toString(value));
    }

    private void fillEventFields(Event event, String model) {
        StringBuilder row = eventFields;
        row.setLength(0);
        row.append(Fields.index(event)).append(',').append(event.place()).append(',');
        row.append(event.kind().text()).append(',');
        quote(row, event.source());
        row.append(',');
        quote(row, event.stream());
        row.append(',').append(event.frame()).append(',').append(event.positionNanos());
        row.append(',').append(event.capturedNanos()).append(',').append(event.appendedNanos());
        row.append(',').append(event.decodeNanos()).append(',').append(event.inferNanos());
        row.append(',').append(utc.format(event.capturedNanos()));
        row.append(',').append(event.width()).append(',').append(event.height());
        row.append(',').append(Fields.digest(event.digest())).append(',');
        quote(row, model);
        row.append(',').append(Fields.digest(event.labelSetHash()));
        row.append(',')
                .append(Fields.producer(event))
                .append(',')
                .append(event.sequence())
                .append(',');
        quote(row, event.kind() == EventKind.SKIP ? event.reason() : "");
    }

    private static void quote(StringBuilder row, String value) {
        boolean plain = true;
        for (int i = 0; i < value.length() && plain; i++) {
            char c = value.charAt(i);
            plain = c != ',' && c != '"' && c != '\r' && c != '\n';
        }
        if (plain) {
            row.append(value);
        } else {
            row.append('"').append(value.replace("\"", "\"\"")).append('"');
        }
    }
}
