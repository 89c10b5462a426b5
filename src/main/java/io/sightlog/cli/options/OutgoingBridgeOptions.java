package io.sightlog.cli.options;

import io.sightlog.bridge.Form;
import io.sightlog.bridge.OutgoingOptions;
import io.sightlog.consume.Reading;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a bridge out sends, and as what: the same for every broker. */
public final class OutgoingBridgeOptions {
    @Mixin
    ReadOptions read = new ReadOptions();

    @Mixin
    BridgeOptions bridge = new BridgeOptions();

    @Option(
            names = "--format",
            paramLabel = "ndjson|raw",
            defaultValue = "ndjson",
            description =
                    "What is sent: a JSON object an event, or its bytes, of which a replica of this journal can be "
                            + "made (default: ${DEFAULT-VALUE}).")
    Form form = Form.NDJSON;

    @Option(names = "--forward", description = "Also send events that came in from a bridge. Loops are refused.")
    boolean forward;

    /** @throws IllegalArgumentException when it has no name */
    public OutgoingOptions options() {
        Reading reading = read.reading(!bridge.untilEnd);
        if (reading.name() == null) {
            throw new IllegalArgumentException(
                    "--as NAME is needed: the name under which this bridge's position is kept, e.g. --as uplink");
        }
        return OutgoingOptions.of(reading).form(form).forward(forward).skipUndeliverable(bridge.skipUndeliverable);
    }

    /** Whether and where to serve metrics. */
    public MetricsOption metrics() {
        return bridge.metrics;
    }
}
