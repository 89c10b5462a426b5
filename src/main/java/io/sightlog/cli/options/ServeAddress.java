package io.sightlog.cli.options;

import io.sightlog.metrics.ListenAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a page is served. */
public final class ServeAddress {
    private static final ListenAddress DEFAULT = new ListenAddress("127.0.0.1", 7575);

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = MetricsOption.AddressConverter.class,
            description = "Where to serve it. PORT alone is for this machine only, 0 takes any that is free "
                    + "(default: 7575, or any that is free when that is taken).")
    @Nullable
    ListenAddress address;

    /** What was said, or the default. */
    public ListenAddress address() {
        return address == null ? DEFAULT : address;
    }

    /** Whether it was said, so that no other port may take its place. */
    public boolean isPortFixed() {
        return address != null;
    }
}
