package io.sightlog.bridge.mqtt;

/**
 * How events are published.
 *
 * @param topic of each
 * @param qos 0 to 2: 0 is not acknowledged, so that what was on its way is lost with a connection
 * @param retainsNewest whether the broker keeps the newest event of each topic for those who subscribe later
 * @param statusTopic where it says {@code online}, and {@code offline} when it ends or is gone without a word; kept by the broker
 */
public record MqttOut(TopicPattern topic, int qos, boolean retainsNewest, String statusTopic) {
    static final String ONLINE = "online";
    static final String OFFLINE = "offline";

    /** With the usual status topic, below what all topics have in common. */
    public static MqttOut of(TopicPattern topic, int qos, boolean retainsNewest, String clientId) {
        return new MqttOut(topic, qos, retainsNewest, topic.prefix() + "/status/" + TopicPattern.level(clientId));
    }
}
