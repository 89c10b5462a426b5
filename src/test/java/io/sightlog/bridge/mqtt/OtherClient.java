package io.sightlog.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Another client of the broker, which publishes and listens. */
final class OtherClient implements AutoCloseable {
    private static final long SECONDS = 60;

    private final BlockingQueue<Received> came = new LinkedBlockingQueue<>();
    private final Connection connection;

    /** One that listens to these filters. */
    OtherClient(Mosquitto broker, String... filters) throws Exception {
        MqttAddress address =
                new MqttAddress("127.0.0.1", broker.port(), "other" + System.nanoTime(), null, null, null);
        connection = new Connections(address).open(new Connection.Wish(false, 0, null, came::add), () -> false);
        for (String filter : filters) {
            connection.subscribe(filter, 1).get(SECONDS, TimeUnit.SECONDS);
        }
    }

    Received next() throws InterruptedException {
        Received one = came.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(one).as("a message in %s s", SECONDS).isNotNull();
        one.acknowledge().run();
        return one;
    }

    String nextText() throws InterruptedException {
        return new String(next().payload(), StandardCharsets.UTF_8);
    }

    CompletableFuture<Void> publish(String topic, String text) {
        return publish(topic, text.getBytes(StandardCharsets.UTF_8), "", Map.of());
    }

    CompletableFuture<Void> publish(String topic, byte[] payload, String contentType, Map<String, String> properties) {
        return connection.publish(new Message(topic, payload, 1, false, contentType, properties, 0));
    }

    @Override
    public void close() {
        connection.close();
    }
}
