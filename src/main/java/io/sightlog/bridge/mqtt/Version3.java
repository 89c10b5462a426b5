package io.sightlog.bridge.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection that speaks MQTT 3.1.1, which has no properties, no content types, and no refusal of a message. */
final class Version3 implements Connection {
    private final MqttAddress address;
    private final Mqtt3AsyncClient client;
    private final AtomicReference<@Nullable IOException> failure;
    private final boolean sessionPresent;

    private Version3(
            MqttAddress address,
            Mqtt3AsyncClient client,
            AtomicReference<@Nullable IOException> failure,
            boolean sessionPresent) {
        this.address = address;
        this.client = client;
        this.failure = failure;
        this.sessionPresent = sessionPresent;
    }

    static Version3 open(MqttAddress address, Wish wish, BooleanSupplier stop) throws IOException {
        AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        Mqtt3AsyncClient client =
                Connections.client(address, failure).useMqttVersion3().buildAsync();
        Consumer<Received> received = wish.received();
        if (received != null) {
            client.publishes(MqttGlobalPublishFilter.ALL, message -> received.accept(received(message)), true);
        }
        CompletableFuture<Boolean> connected =
                client.connect(connect(address, wish)).thenApply(acknowledged -> acknowledged.isSessionPresent());
        try {
            boolean present = Connections.awaitConnected(address, connected, stop);
            return new Version3(address, client, failure, present);
        } catch (IOException e) {
            var unused = client.disconnect(); // it may still come about
            throw e;
        }
    }

    private static Mqtt3Connect connect(MqttAddress address, Wish wish) {
        Mqtt3ConnectBuilder connect =
                Mqtt3Connect.builder().keepAlive(Connections.KEEP_ALIVE_SECONDS).cleanSession(!wish.keepsSession());
        if (address.user() != null) {
            connect = connect.simpleAuth(auth(address.user(), address.password()));
        }
        if (wish.will() != null) {
            connect = connect.willPublish(encoded(wish.will()));
        }
        return connect.build();
    }

    private static Mqtt3SimpleAuth auth(String user, @Nullable String password) {
        var named = Mqtt3SimpleAuth.builder().username(user);
        return password == null
                ? named.build()
                : named.password(password.getBytes(StandardCharsets.UTF_8)).build();
    }

    private static Received received(Mqtt3Publish message) {
        return new Received(
                message.getTopic().toString(), message.getPayloadAsBytes(), "", Map.of(), message::acknowledge);
    }

    private static Mqtt3Publish encoded(Message message) {
        return Mqtt3Publish.builder()
                .topic(message.topic())
                .payload(message.payload())
                .qos(Version5.qos(message.qos()))
                .retain(message.retain())
                .build();
    }

    @Override
    public int version() {
        return 3;
    }

    @Override
    public boolean isSessionPresent() {
        return sessionPresent;
    }

    @Override
    public boolean isConnected() {
        return failure.get() == null && client.getState().isConnected();
    }

    @Override
    public @Nullable IOException failure() {
        return failure.get();
    }

    @Override
    public CompletableFuture<Void> publish(Message message) {
        return client.publish(encoded(message)).handle((result, thrown) -> {
            if (thrown != null) {
                throw new CompletionException(Refusals.ofMessage(address, message, thrown));
            }
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> subscribe(String filter, int qos) {
        return client.subscribeWith()
                .topicFilter(filter)
                .qos(Version5.qos(qos))
                .send()
                .thenApply(acknowledged -> null);
    }

    @Override
    public CompletableFuture<Void> workedOff() {
        return client.unsubscribeWith().topicFilter(NO_SUBSCRIPTION).send().thenApply(acknowledged -> null);
    }

    @Override
    public void close() {
        try {
            client.disconnect().get(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // it is gone
        }
    }
}
