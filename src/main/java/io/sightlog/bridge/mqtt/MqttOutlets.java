package io.sightlog.bridge.mqtt;

import io.sightlog.bridge.Outlet;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Opens outlets to one broker, each a connection of its own, and knows what one learned that helps the next. One thread. */
public final class MqttOutlets implements Outlet.Opening {
    private static final long SECONDS = TimeUnit.SECONDS.toNanos(10);

    private final MqttAddress address;
    private final MqttOut out;
    private final Connections connections;
    /** Whether the last connection ended over an answer that nobody understood, so that it is not known which message it was for. */
    private boolean oneByOne;

    public MqttOutlets(MqttAddress address, MqttOut out) {
        this.address = address;
        this.out = out;
        connections = new Connections(address);
    }

    @Override
    public MqttOutlet open(Outlet.Bridge bridge, BooleanSupplier stop) throws IOException {
        Message will = Message.retained(out.statusTopic(), MqttOut.OFFLINE);
        Connection connection = connections.open(new Connection.Wish(false, 0, will, null), stop);
        try {
            Connections.await(
                    address, connection.publish(Message.retained(out.statusTopic(), MqttOut.ONLINE)), stop, SECONDS);
            boolean careful = oneByOne;
            oneByOne = false;
            return new MqttOutlet(address, out, bridge, connection, careful, () -> oneByOne = true);
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }
}
