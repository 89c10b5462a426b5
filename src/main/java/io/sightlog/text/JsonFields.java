package io.sightlog.text;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/** {@link RareFields} as JSON. */
record JsonFields(JsonGenerator json) implements RareFields.Out {
    @Override
    public void begin(String name) throws IOException {
        json.writeFieldName(name);
        json.writeStartObject();
    }

    @Override
    public void text(String name, String value) throws IOException {
        json.writeStringField(name, value);
    }

    @Override
    public void number(String name, long value) throws IOException {
        json.writeNumberField(name, value);
    }

    @Override
    public void texts(String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    @Override
    public void end() throws IOException {
        json.writeEndObject();
    }
}
