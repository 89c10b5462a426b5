package io.sightlog.bridge.mqtt;

import java.util.Map;

/**
 * A message to be published.
 *
 * @param topic without wildcards
 * @param payload its bytes, not changed any more
 * @param qos 0 to 2
 * @param retain whether the broker keeps it for those who subscribe later
 * @param contentType empty for none; MQTT 3.1.1 has none
 * @param properties what is said beside it; MQTT 3.1.1 has none
 * @param expirySeconds after which the broker forgets it, where MQTT 5 is spoken; 0 never
 */
record Message(
        String topic,
        byte[] payload,
        int qos,
        boolean retain,
        String contentType,
        Map<String, String> properties,
        long expirySeconds) {
    Message {
        properties = Map.copyOf(properties);
    }
}
