package io.sightlog.serve.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Objects of JSON. Numbers of 64 bits are texts, as in NDJSON; counts and sizes are numbers. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private Json() {}

    /** Writes the fields of an object. */
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** An object, as all of an answer. */
    static void answer(Reply reply, Fields fields) throws IOException {
        reply.whole(Reply.JSON, object(fields));
    }

    /** An object in UTF-8. */
    static byte[] object(Fields fields) throws IOException {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
                json.writeStartObject();
                fields.write(json);
                json.writeEndObject();
            }
            return bytes.toByteArray();
        }
    }

    /** A text, or null. */
    static void text(JsonGenerator json, String name, @Nullable Object text) throws IOException {
        json.writeStringField(name, text == null ? null : text.toString());
    }

    /** A number of 64 bits, as a text, or null. */
    static void wide(JsonGenerator json, String name, @Nullable Long number) throws IOException {
        text(json, name, number);
    }

    /** A count or a size, or null. */
    static void count(JsonGenerator json, String name, @Nullable Number number) throws IOException {
        if (number == null) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, number.longValue());
        }
    }

    static void texts(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }
}
