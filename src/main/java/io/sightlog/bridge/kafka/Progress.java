package io.sightlog.bridge.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sightlog.journal.Position;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * How far a bridge has come, as its record in the topic of progress says: a JSON object, which is committed together with the
 * events up to that position.
 *
 * @param name of the consumer
 * @param resets how often the consumer had been reset
 * @param position the event up to which all have arrived
 * @param at when it was sent
 */
record Progress(String name, int resets, Position position, Instant at) {
    private static final JsonFactory JSON = new JsonFactory();

    byte[] toJson() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeNumberField("resets", resets);
            json.writeStringField("position", position.toString());
            json.writeStringField("at", at.toString());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory takes all
        }
        return bytes.toByteArray();
    }

    /** @throws IOException when it is none; fields that are not known are passed over */
    static Progress parse(byte[] bytes) throws IOException {
        String name = null;
        int resets = -1;
        Position position = null;
        Instant at = Instant.EPOCH;
        try (JsonParser json = JSON.createParser(bytes)) {
            boolean isObject = json.nextToken() == JsonToken.START_OBJECT;
            while (isObject && json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "name" -> name = json.getText();
                    case "resets" -> resets = json.getIntValue();
                    case "position" -> position = Position.parse(json.getText());
                    case "at" -> at = Instant.parse(json.getText());
                    default -> json.skipChildren();
                }
            }
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (name == null || resets < 0 || position == null) {
            throw new IOException("name, resets and position are needed");
        }
        return new Progress(name, resets, position, at);
    }
}
