package io.sightlog.bridge.mqtt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.event.Digest;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * What Home Assistant is told, so that it shows by itself what is seen: a binary sensor for each stream and label.
 *
 * @param discoveryPrefix below which it looks for what there is; {@code homeassistant} unless it was told otherwise
 * @param timeout after so long without a detection the sensor is off; a second or more
 * @param version of this program, for people
 */
public record HomeAssistant(String discoveryPrefix, Duration timeout, String version) {
    public static final String DISCOVERY_PREFIX = "homeassistant";

    static final String ON = "ON";
    static final String OFF = "OFF";

    private static final String JSON = "application/json";
    private static final String UNIQUE = "sightlog_";
    private static final int SHORT_HASH = 8;
    private static final JsonFactory FACTORY = new JsonFactory();

    /** @throws IllegalArgumentException when a value is out of its range */
    public HomeAssistant {
        if (TopicPattern.of(discoveryPrefix).hasNames()) {
            throw new IllegalArgumentException("bad prefix \"" + discoveryPrefix + "\": it has no names in braces");
        }
        if (timeout.toSeconds() < 1) {
            throw new IllegalArgumentException("bad time-out " + timeout.toMillis() + " ms: 1 s or more is needed");
        }
    }

    /** One that shows whether something is seen: of a bridge, a stream and a label. */
    record Sensor(String prefix, String bridgeId, String stream, String label) {
        /** Where it is said to be on or off: no other sensor's, also where a topic cannot have all of a name's characters. */
        String stateTopic() {
            boolean isExact = isExact(stream) && isExact(label);
            return prefix + "/presence/" + TopicPattern.level(stream) + "/" + TopicPattern.level(label)
                    + (isExact ? "" : "-" + uniqueId().substring(UNIQUE.length(), UNIQUE.length() + SHORT_HASH));
        }

        private static boolean isExact(String name) {
            return name.isEmpty()
                    || (!name.equals(TopicPattern.NONE)
                            && TopicPattern.level(name).equals(name));
        }

        /** The same at each start; letters, digits and _, as Home Assistant takes them. */
        String uniqueId() {
            byte[] all = (bridgeId + "\0" + stream + "\0" + label).getBytes(StandardCharsets.UTF_8);
            return UNIQUE + Digest.hex(Digest.of(all));
        }

        private String deviceId() {
            byte[] all = (bridgeId + "\0" + stream).getBytes(StandardCharsets.UTF_8);
            return UNIQUE + Digest.hex(Digest.of(all));
        }
    }

    /** What makes a sensor known. Kept by the broker. */
    Message discovery(Sensor sensor, String statusTopic) {
        String topic = discoveryPrefix + "/binary_sensor/" + sensor.uniqueId() + "/config";
        byte[] document = document(sensor, statusTopic).getBytes(StandardCharsets.UTF_8);
        return new Message(topic, document, 1, true, JSON, Map.of(), 0);
    }

    private String document(Sensor sensor, String statusTopic) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("name", sensor.label());
            json.writeStringField("unique_id", sensor.uniqueId());
            json.writeStringField("device_class", "occupancy");
            json.writeStringField("state_topic", sensor.stateTopic());
            json.writeStringField("payload_on", ON);
            json.writeStringField("payload_off", OFF);
            json.writeNumberField("off_delay", forgottenSeconds());
            json.writeNumberField("qos", 1);
            json.writeStringField("availability_topic", statusTopic);
            json.writeStringField("payload_available", MqttOut.ONLINE);
            json.writeStringField("payload_not_available", MqttOut.OFFLINE);
            json.writeObjectFieldStart("device");
            json.writeArrayFieldStart("identifiers");
            json.writeString(sensor.deviceId());
            json.writeEndArray();
            json.writeStringField("name", sensor.stream().isEmpty() ? "Sightlog" : sensor.stream());
            json.writeStringField("manufacturer", "Sightlog");
            json.writeStringField("sw_version", version);
            json.writeEndObject();
            json.writeObjectFieldStart("origin");
            json.writeStringField("name", "Sightlog");
            json.writeStringField("sw_version", version);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory takes all
        }
        return text.toString();
    }

    /** After which it is off though nobody said so, as the bridge is gone. */
    private long forgottenSeconds() {
        return 2 * timeout.toSeconds();
    }

    /**
     * That something is seen, or is not any more. Kept by the broker; {@code ON} for some time only, where MQTT 5 is spoken, so
     * that none is left when the bridge dies.
     */
    Message state(Sensor sensor, boolean on) {
        return new Message(
                sensor.stateTopic(),
                (on ? ON : OFF).getBytes(StandardCharsets.UTF_8),
                1,
                true,
                "",
                Map.of(MqttOut.STATUS_PROPERTY, on ? ON : OFF),
                on ? forgottenSeconds() : 0);
    }
}
