package io.sightlog.bridge.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;
import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import io.sightlog.bridge.BrokerException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Opens connections: MQTT 5, and 3.1.1 where the broker does not speak 5. One thread. */
final class Connections {
    /** After so long without a word the broker is asked whether it is there; after as long again without an answer it is not. */
    static final int KEEP_ALIVE_SECONDS = 15;

    private static final long CONNECT_SECONDS = 10;
    private static final long LOOK_MILLIS = 100;

    private final MqttAddress address;
    /** What the broker spoke last; 0 when that is not known. */
    private int version;

    Connections(MqttAddress address) {
        this.address = address;
    }

    /**
     * @throws io.sightlog.bridge.UndeliverableException when the broker will never take this client
     * @throws BrokerException when it may later
     */
    Connection open(Connection.Wish wish, BooleanSupplier stop) throws IOException {
        if (version != 3) {
            try {
                Connection connection = Version5.open(address, wish, stop);
                version = 5;
                return connection;
            } catch (IOException e) {
                if (version == 5 || !Refusals.mayBeOfTheVersion(e)) {
                    throw e;
                }
                return openVersion3(wish, stop, e);
            }
        }
        return openVersion3(wish, stop, null);
    }

    private Connection openVersion3(Connection.Wish wish, BooleanSupplier stop, @Nullable IOException before)
            throws IOException {
        try {
            Connection connection = Version3.open(address, wish, stop);
            version = 3;
            return connection;
        } catch (BrokerException e) {
            version = 0; // the next one may be another broker
            if (before != null) {
                e.addSuppressed(before);
            }
            throw e;
        }
    }

    /** What both versions have in common. */
    static MqttClientBuilder client(MqttAddress address, AtomicReference<@Nullable IOException> failure) {
        MqttClientTransportConfigBuilder transport = MqttClientTransportConfig.builder()
                .serverHost(address.host())
                .serverPort(address.port())
                .socketConnectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                .mqttConnectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS);
        Tls tls = address.tls();
        if (tls != null) {
            transport = transport.sslConfig(config(tls));
        }
        return MqttClient.builder()
                .identifier(address.clientId())
                .transportConfig(transport.build())
                .addDisconnectedListener(context -> failure.compareAndSet(null, failure(address, context)));
    }

    private static IOException failure(MqttAddress address, MqttClientDisconnectedContext context) {
        Throwable cause = context.getCause();
        boolean wasMade = context.getClientConfig().getState() == MqttClientState.CONNECTED;
        return wasMade && cause instanceof ConnectionClosedException
                ? Refusals.closed(address, cause)
                : Refusals.disconnected(address, cause);
    }

    private static MqttClientSslConfig config(Tls tls) {
        MqttClientSslConfigBuilder config =
                MqttClientSslConfig.builder().handshakeTimeout(CONNECT_SECONDS, TimeUnit.SECONDS);
        if (tls.trust() != null) {
            config = config.trustManagerFactory(tls.trust());
        }
        if (tls.keys() != null) {
            config = config.keyManagerFactory(tls.keys());
        }
        return (tls.checksName() ? config : config.hostnameVerifier((host, session) -> true)).build();
    }

    /**
     * Waits for what was asked of the broker.
     *
     * @throws BrokerException when it does not come in time, or it is to stop
     * @throws IOException why it failed
     */
    static <T> T await(MqttAddress address, Future<T> answer, BooleanSupplier stop, long mostNanos) throws IOException {
        long end = System.nanoTime() + mostNanos;
        while (true) {
            try {
                return answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (stop.getAsBoolean() || System.nanoTime() > end) {
                    answer.cancel(false);
                    throw new BrokerException(address + " does not answer", e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BrokerException("interrupted while " + address + " was asked", e);
            } catch (ExecutionException e) {
                throw Refusals.of(address, e);
            }
        }
    }

    static <T> T awaitConnected(MqttAddress address, CompletableFuture<T> answer, BooleanSupplier stop)
            throws IOException {
        return await(address, answer, stop, TimeUnit.SECONDS.toNanos(2 * CONNECT_SECONDS));
    }
}
