package io.sightlog.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sightlog.bridge.Envelope;
import io.sightlog.bridge.Form;
import io.sightlog.event.EventKind;
import io.sightlog.event.JournalId;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What Home Assistant is told, by a clock that is turned. */
class PresenceTest {
    private static final String STATUS = "sightlog/status/bridge";
    /**
     * What Home Assistant's schema of a discovered binary sensor has, as its documentation lists it, and of which form: what is not
     * here it would refuse or pass over.
     */
    private static final Map<String, Pattern> FIELDS = new LinkedHashMap<>();

    static {
        Pattern text = Pattern.compile("\".+\"");
        Pattern topic = Pattern.compile("\"[^+#\0]+\"");
        Pattern whole = Pattern.compile("[1-9]\\d*");
        FIELDS.put("name", text);
        FIELDS.put("unique_id", Pattern.compile("\"[a-zA-Z0-9_-]+\""));
        FIELDS.put("device_class", Pattern.compile("\"occupancy\"")); // one of those of binary sensors
        FIELDS.put("state_topic", topic);
        FIELDS.put("payload_on", text);
        FIELDS.put("payload_off", text);
        FIELDS.put("off_delay", whole);
        FIELDS.put("qos", Pattern.compile("[012]"));
        FIELDS.put("availability_topic", topic);
        FIELDS.put("payload_available", text);
        FIELDS.put("payload_not_available", text);
        FIELDS.put("device.identifiers[]", text); // a device has at least one
        FIELDS.put("device.name", text);
        FIELDS.put("device.manufacturer", text);
        FIELDS.put("device.sw_version", text);
        FIELDS.put("origin.name", text);
        FIELDS.put("origin.sw_version", text);
    }

    private long now = 1_000_000_000_000L;
    private final List<Message> published = new ArrayList<>();
    private final Presence presence =
            new Presence(new HomeAssistant(HomeAssistant.DISCOVERY_PREFIX, Duration.ofSeconds(30), "0.1.0"), () -> now);

    @Test
    void aSensorIsMadeKnownAsHomeAssistantAsksForIt() throws IOException {
        sees("front door", 0, "traffic light");
        Message discovery = published.get(0);
        assertThat(discovery.retain()).isTrue();
        assertThat(discovery.topic()).matches("homeassistant/binary_sensor/[a-zA-Z0-9_-]+/config");
        Map<String, String> fields = fields(discovery.payload());
        assertThat(fields.keySet()).containsExactlyInAnyOrderElementsOf(FIELDS.keySet());
        fields.forEach((name, value) -> assertThat(value).as(name).matches(FIELDS.get(name)));
        assertThat(fields)
                .containsEntry("name", "\"traffic light\"")
                .containsEntry("device.name", "\"front door\"")
                .containsEntry("availability_topic", "\"" + STATUS + "\"")
                .containsEntry("payload_available", "\"online\"")
                .containsEntry("payload_not_available", "\"offline\"")
                .containsEntry("state_topic", "\"" + published.get(1).topic() + "\"");
        assertThat(published.get(1).topic()).isEqualTo("sightlog/presence/front door/traffic light");
    }

    @Test
    void noTwoSensorsShareATopicAlsoWhereItCannotHaveTheirNames() {
        for (String stream : List.of("", "none", "a/b", "a_b")) {
            sees(stream, 0, "c/d", "c_d", "none");
        }
        List<String> topics = published.stream()
                .map(Message::topic)
                .filter(topic -> topic.contains("/presence/"))
                .toList();
        assertThat(topics).hasSize(12).doesNotHaveDuplicates().contains("sightlog/presence/a_b/c_d");
        assertThat(topics).allMatch(topic -> topic.chars().filter(c -> c == '/').count() == 3);
    }

    @Test
    void itIsOnWhileSomethingIsSeenAndOffAfterTheTimeOut() {
        sees("yard", 0, "dog");
        assertThat(said()).containsExactly("dog=ON");
        for (int second = 1; second <= 14; second++) {
            now += 1_000_000_000;
            sees("yard", 0, "dog");
        }
        assertThat(said()).as("it is not said at each frame").isEmpty();
        now += 1_000_000_000;
        sees("yard", 0, "dog");
        assertThat(said())
                .as("but from time to time, for those who turn it off by themselves")
                .containsExactly("dog=ON");
        now += 29_000_000_000L;
        presence.look(published::add);
        assertThat(said()).isEmpty();
        now += 4_000_000_000L;
        presence.look(published::add);
        assertThat(said()).containsExactly("dog=OFF");
        now += 40_000_000_000L;
        presence.look(published::add);
        assertThat(said()).isEmpty();
    }

    @Test
    void whatIsSentLateTurnsNothingOn() {
        sees("yard", 3600, "dog");
        assertThat(said()).isEmpty();
        assertThat(published).as("but the sensor is known").hasSize(1);
    }

    @Test
    void aNewConnectionIsToldEverything() {
        sees("yard", 0, "dog", "cat");
        sees("street", 3600, "car");
        published.clear();
        presence.connected(STATUS, published::add);
        assertThat(published.stream().filter(message -> message.topic().endsWith("/config")))
                .hasSize(3);
        assertThat(said()).containsExactlyInAnyOrder("dog=ON", "cat=ON", "car=OFF");
    }

    @Test
    void aBridgeThatEndsTurnsThemOff() {
        sees("yard", 0, "dog");
        said();
        presence.ends(published::add);
        assertThat(said()).containsExactly("dog=OFF");
    }

    @Test
    void anOnThatNobodyTakesBackIsForgotten() {
        sees("yard", 0, "dog");
        assertThat(published.get(1).expirySeconds()).isEqualTo(60);
    }

    @Test
    void labelsWithoutEndMakeNoSensorsWithoutEnd() {
        for (int i = 0; i < Presence.MOST_SENSORS + 100; i++) {
            sees("yard", 0, "label " + i);
        }
        assertThat(published.stream().filter(message -> message.topic().endsWith("/config")))
                .hasSize(Presence.MOST_SENSORS);
    }

    @Test
    void aTimeOutOfNothingIsRefused() {
        assertThatThrownBy(() -> new HomeAssistant("homeassistant", Duration.ofMillis(10), "1"))
                .hasMessageContaining("1 s or more");
        assertThatThrownBy(() -> new HomeAssistant("home/{stream}", Duration.ofSeconds(10), "1"))
                .hasMessageContaining("no names in braces");
    }

    private void sees(String stream, int secondsAgo, String... labels) {
        Envelope event = new Envelope(
                new Position(1, 0),
                42,
                1,
                now - secondsAgo * 1_000_000_000L,
                stream,
                "cam",
                EventKind.FRAME,
                List.of(labels),
                List.of(new JournalId(1, 2)),
                Form.NDJSON.contentType(),
                new byte[0]);
        presence.sent(event, "sightlog", "bridge", STATUS, published::add);
    }

    /** Of states only, since the last call. */
    private List<String> said() {
        List<String> states = new ArrayList<>();
        for (Message message : published) {
            if (message.topic().contains("/presence/")) {
                assertThat(message.retain()).isTrue();
                states.add(message.topic().replaceFirst(".*/", "") + "="
                        + new String(message.payload(), StandardCharsets.UTF_8));
            }
        }
        published.removeIf(message -> message.topic().contains("/presence/"));
        return states;
    }

    /** Paths of all values, and these as JSON has them. */
    private static Map<String, String> fields(byte[] document) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser json = new JsonFactory().createParser(document)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token.isScalarValue()) {
                    String path = json.getParsingContext().pathAsPointer().toString();
                    String name = path.substring(1).replaceFirst("/\\d+$", "[]").replace('/', '.');
                    fields.put(name, token == JsonToken.VALUE_STRING ? '"' + json.getText() + '"' : json.getText());
                }
            }
        }
        return fields;
    }
}
