package io.sightlog.bridge.mqtt;

import io.sightlog.bridge.Outlet;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How events are published.
 *
 * @param topic of each
 * @param qos 0 to 2: 0 is not acknowledged, so that what was on its way is lost with a connection
 * @param retainsNewest whether the broker keeps the newest event of each topic for those who subscribe later
 * @param homeAssistant what Home Assistant is told; null for nothing
 * @param clientId what the broker knows the bridge by; null: made of the journal's id and the consumer's name
 */
public record MqttOut(
        TopicPattern topic,
        int qos,
        boolean retainsNewest,
        @Nullable HomeAssistant homeAssistant,
        @Nullable String clientId) {
    static final String ONLINE = "online";
    static final String OFFLINE = "offline";

    /** Of messages that say one of these, for those who want events only. */
    static final String STATUS_PROPERTY = "sightlog-status";

    private static final int DIGITS = 8;

    /** The same at each start, and another one for each journal and name. */
    String clientId(Outlet.Bridge bridge) {
        return clientId == null
                ? "sightlog-" + bridge.journal().toString().substring(0, DIGITS) + "-" + bridge.name()
                : clientId;
    }

    /** Where a bridge says {@code online}, and {@code offline} when it ends or is gone without a word; kept by the broker. */
    String statusTopic(String id) {
        return topic.prefix() + "/status/" + TopicPattern.level(id);
    }

    static Message status(String statusTopic, String state) {
        return new Message(
                statusTopic, state.getBytes(StandardCharsets.UTF_8), 1, true, "", Map.of(STATUS_PROPERTY, state), 0);
    }
}
