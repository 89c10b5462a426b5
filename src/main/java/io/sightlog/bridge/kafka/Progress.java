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
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a bridge has come, as its record in the topic of progress says: a JSON object, which is committed together with the
 * events up to that position.
 *
 * @param name of the consumer
 * @param resets how often the consumer had been reset
 * @param position the event up to which all have arrived
 * @param producers of the newest events that have arrived, with the sequence number of the last of each: after a loss of power a
 *     journal may give a position again, to an event of another producer
 * @param at when it was sent
 */
record Progress(String name, int resets, Position position, Map<Long, Long> producers, Instant at) {
    private static final JsonFactory JSON = new JsonFactory();

    byte[] toJson() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeNumberField("resets", resets);
            json.writeStringField("position", position.toString());
            json.writeObjectFieldStart("producers");
            for (Map.Entry<Long, Long> producer : producers.entrySet()) {
                json.writeNumberField(HexFormat.of().toHexDigits(producer.getKey()), producer.getValue());
            }
            json.writeEndObject();
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
        Map<Long, Long> producers = new LinkedHashMap<>();
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
                    case "producers" -> producers(json, producers);
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
        return new Progress(name, resets, position, producers, at);
    }

    private static void producers(JsonParser json, Map<Long, Long> into) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            long producer = HexFormat.fromHexDigitsToLong(json.currentName());
            json.nextToken();
            into.put(producer, json.getLongValue());
        }
    }
}
