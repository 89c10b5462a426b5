package io.sightlog.bridge;

import io.sightlog.event.Origin;
import java.util.Map;

/**
 * What a broker has delivered.
 *
 * @param from where it came from: broker, topic, ids, partition, offset; its path and the event that it was are not looked at
 * @param topic under which it becomes a message, when it becomes one
 * @param headers the newest value of each, as text; what is no good UTF-8 is left out
 * @param body its bytes, not changed any more
 */
public record Arrival(Origin from, String topic, Map<String, String> headers, byte[] body) {
    public Arrival {
        headers = Map.copyOf(headers);
    }
}
