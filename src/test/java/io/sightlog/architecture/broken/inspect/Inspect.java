package io.sightlog.architecture.broken.inspect;

import io.sightlog.architecture.broken.capture.Capture;

/** Prints what it should answer, and knows how others show it. */
public class Inspect {
    io.sightlog.architecture.broken.journal.internal.os.Os os;
    Capture capture;
    io.prometheus.metrics.model.snapshots.Labels labels;
    org.apache.kafka.common.Uuid topicId;
    com.hivemq.client.mqtt.datatypes.MqttTopic topic;
    com.sun.net.httpserver.HttpServer server;

    void info() {
        System.out.println(capture);
    }
}
