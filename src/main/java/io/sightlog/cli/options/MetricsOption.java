package io.sightlog.cli.options;

import io.sightlog.cli.terminal.Console;
import io.sightlog.metrics.ListenAddress;
import io.sightlog.metrics.Liveness;
import io.sightlog.metrics.Metrics;
import io.sightlog.metrics.MetricsServer;
import io.sightlog.metrics.Readiness;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where metrics and health are served. */
public final class MetricsOption {
    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            converter = AddressConverter.class,
            description =
                    "Serve metrics for Prometheus and health by HTTP: /metrics, /healthz, /readyz. PORT alone is for this "
                            + "machine only, 0 takes any that is free (default: nothing is served).")
    @Nullable
    ListenAddress address;

    /** Reads {@code HOST:PORT}, {@code [::1]:PORT} or {@code PORT}. */
    static final class AddressConverter implements ITypeConverter<ListenAddress> {
        @Override
        public ListenAddress convert(String text) {
            try {
                return ListenAddress.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Whether it is worth counting what only metrics show. */
    public boolean isWanted() {
        return address != null;
    }

    /**
     * Serves from now on, and says where; the caller closes it when its loop has ended.
     *
     * @return null when it is not wanted
     * @throws io.sightlog.metrics.ListenException when the address cannot be had
     */
    public @Nullable MetricsServer start(Metrics metrics, Liveness liveness, Readiness readiness) {
        if (address == null) {
            return null;
        }
        MetricsServer server = MetricsServer.start(address, metrics, liveness, readiness);
        Console.ERR.println("metrics at http://" + server.address() + "/metrics");
        return server;
    }
}
