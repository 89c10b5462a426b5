package io.sightlog.cli;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.cli.options.MetricsOption;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.metrics.Liveness;
import io.sightlog.metrics.MetricsServer;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Whether a bridge in this process lives and is connected, for who asks by HTTP; and whether it is to stop. */
final class BridgeHealth implements AutoCloseable {
    /** Longer than a connection takes to be made or to be given up. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Liveness liveness = new Liveness(LIMIT);
    private final BooleanSupplier stop = liveness.beatsWith(Stop::requested);
    private final @Nullable MetricsServer server;

    /** Made on the thread of the loop. Serves from now on when that is wanted. That the broker is away does not make it dead, but not ready. */
    BridgeHealth(MetricsOption metrics, BridgeCounts counts, String broker) {
        server = metrics.start(
                counts.metrics(),
                liveness,
                () -> counts.connected().value() > 0 ? null : "there is no connection to " + broker);
    }

    /** Asked by the bridge's loop wherever it waits, so that it is known to go round; threads of the client may ask, too. */
    boolean isToStop() {
        return stop.getAsBoolean();
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
