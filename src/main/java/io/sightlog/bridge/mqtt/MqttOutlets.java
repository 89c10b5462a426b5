package io.sightlog.bridge.mqtt;

import io.sightlog.bridge.Outlet;
import io.sightlog.journal.NanoClock;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Opens outlets to one broker, each a connection of its own, and knows what one learned that helps the next. One thread. */
public final class MqttOutlets implements Outlet.Opening {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(10);

    private final MqttAddress address;
    private final MqttOut out;
    private final @Nullable Presence presence;
    private @Nullable Connections connections;
    /** Whether the last connection ended over an answer that nobody understood, so that it is not known which message it was for. */
    private volatile boolean oneByOne;

    /** @param address of which the client's id is not used, but that of {@code out} */
    public MqttOutlets(MqttAddress address, MqttOut out) {
        this.address = address;
        this.out = out;
        HomeAssistant homeAssistant = out.homeAssistant();
        presence = homeAssistant == null ? null : new Presence(homeAssistant, NanoClock.SYSTEM::nanos);
    }

    @Override
    public MqttOutlet open(Outlet.Bridge bridge, BooleanSupplier stop) throws IOException {
        String clientId = out.clientId(bridge);
        if (connections == null) {
            connections = new Connections(address.as(clientId));
        }
        String status = out.statusTopic(clientId);
        Message will = MqttOut.status(status, MqttOut.OFFLINE);
        Connection connection = connections.open(new Connection.Wish(false, 0, will, null), stop);
        try {
            Connections.await(address, connection.publish(MqttOut.status(status, MqttOut.ONLINE)), stop, NANOS);
            boolean careful = oneByOne;
            oneByOne = false;
            MqttOutlet outlet = new MqttOutlet(
                    address.as(clientId), out, status, bridge, connection, presence, careful, () -> oneByOne = true);
            outlet.connected();
            return outlet;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }
}
