package io.sightlog.bridge.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import io.sightlog.bridge.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A connection that speaks MQTT 5. */
final class Version5 implements Connection {
    /** Below its largest value mosquitto sends more than was allowed when a session goes on, and the client hangs up. */
    private static final int RECEIVE_MAXIMUM = 65_535;

    /** Of all properties there are, encoded once. */
    private static final Map<String, MqttUtf8String> NAMES = Stream.of(
                    Headers.ID,
                    Headers.POSITION,
                    Headers.CAPTURED,
                    Headers.PATH,
                    Headers.BRIDGE,
                    Headers.LABELS,
                    MqttOut.STATUS_PROPERTY)
            .collect(Collectors.toMap(name -> name, MqttUtf8String::of));

    private final MqttAddress address;
    private final Mqtt5AsyncClient client;
    private final AtomicReference<@Nullable IOException> failure;
    private final boolean sessionPresent;
    /** The newest one, which is looked at and encoded once: most messages have the same. */
    private volatile @Nullable MqttTopic topic;

    private Version5(
            MqttAddress address,
            Mqtt5AsyncClient client,
            AtomicReference<@Nullable IOException> failure,
            boolean sessionPresent) {
        this.address = address;
        this.client = client;
        this.failure = failure;
        this.sessionPresent = sessionPresent;
    }

    static Version5 open(MqttAddress address, Wish wish, BooleanSupplier stop) throws IOException {
        AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        Mqtt5AsyncClient client =
                Connections.client(address, failure).useMqttVersion5().buildAsync();
        Consumer<Received> received = wish.received();
        if (received != null) {
            client.publishes(MqttGlobalPublishFilter.ALL, message -> received.accept(received(message)), true);
        }
        CompletableFuture<Boolean> connected =
                client.connect(connect(address, wish)).thenApply(acknowledged -> acknowledged.isSessionPresent());
        try {
            boolean present = Connections.awaitConnected(address, connected, stop);
            return new Version5(address, client, failure, present);
        } catch (IOException e) {
            var unused = client.disconnect(); // it may still come about
            throw e;
        }
    }

    private static Mqtt5Connect connect(MqttAddress address, Wish wish) {
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder()
                .keepAlive(Connections.KEEP_ALIVE_SECONDS)
                .cleanStart(!wish.keepsSession())
                .sessionExpiryInterval(wish.sessionExpirySeconds())
                .restrictions()
                .receiveMaximum(RECEIVE_MAXIMUM)
                .applyRestrictions();
        if (address.user() != null) {
            connect = connect.simpleAuth(auth(address.user(), address.password()));
        }
        if (wish.will() != null) {
            connect = connect.willPublish(
                    encoded(wish.will(), MqttTopic.of(wish.will().topic())));
        }
        return connect.build();
    }

    private static Mqtt5SimpleAuth auth(String user, @Nullable String password) {
        var named = Mqtt5SimpleAuth.builder().username(user);
        return password == null
                ? named.build()
                : named.password(password.getBytes(StandardCharsets.UTF_8)).build();
    }

    private static Received received(Mqtt5Publish message) {
        Map<String, String> properties = new HashMap<>();
        for (Mqtt5UserProperty property : message.getUserProperties().asList()) {
            properties.put(property.getName().toString(), property.getValue().toString());
        }
        return new Received(
                message.getTopic().toString(),
                message.getPayloadAsBytes(),
                message.getContentType().map(MqttUtf8String::toString).orElse(""),
                properties,
                message::acknowledge);
    }

    private static Mqtt5Publish encoded(Message message, MqttTopic topic) {
        Mqtt5PublishBuilder.Complete publish = Mqtt5Publish.builder()
                .topic(topic)
                .payload(message.payload())
                .qos(qos(message.qos()))
                .retain(message.retain());
        if (!message.contentType().isEmpty()) {
            publish = publish.contentType(message.contentType());
        }
        if (message.expirySeconds() > 0) {
            publish = publish.messageExpiryInterval(message.expirySeconds());
        }
        if (!message.properties().isEmpty()) {
            List<Mqtt5UserProperty> properties =
                    new ArrayList<>(message.properties().size());
            message.properties()
                    .forEach((name, value) ->
                            properties.add(Mqtt5UserProperty.of(name(name), MqttUtf8String.of(value))));
            publish = publish.userProperties(Mqtt5UserProperties.of(properties));
        }
        return publish.build();
    }

    private static MqttUtf8String name(String text) {
        MqttUtf8String known = NAMES.get(text);
        return known == null ? MqttUtf8String.of(text) : known;
    }

    private MqttTopic topic(String text) {
        MqttTopic newest = topic;
        if (newest == null || !newest.toString().equals(text)) {
            newest = MqttTopic.of(text);
            topic = newest;
        }
        return newest;
    }

    static MqttQos qos(int level) {
        return switch (level) {
            case 0 -> MqttQos.AT_MOST_ONCE;
            case 1 -> MqttQos.AT_LEAST_ONCE;
            default -> MqttQos.EXACTLY_ONCE;
        };
    }

    @Override
    public int version() {
        return 5;
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
        return client.publish(encoded(message, topic(message.topic()))).handle((result, thrown) -> {
            Throwable why = thrown != null ? thrown : result.getError().orElse(null);
            if (why != null) {
                throw new CompletionException(Refusals.ofMessage(address, message, why));
            }
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> subscribe(String filter, int qos) {
        return client.subscribeWith()
                .topicFilter(filter)
                .qos(qos(qos))
                .retainHandling(Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST)
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
