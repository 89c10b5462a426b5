package io.sightlog.bridge.mqtt;

import java.util.Map;

/**
 * A message that came.
 *
 * @param topic under which it was published
 * @param payload its bytes
 * @param contentType empty when it says none
 * @param properties the newest value of each
 * @param acknowledge tells the broker that it need not send it again; any thread
 */
record Received(
        String topic, byte[] payload, String contentType, Map<String, String> properties, Runnable acknowledge) {}
