package io.sightlog.cli.options;

import io.sightlog.bridge.Form;
import io.sightlog.bridge.OutgoingOptions;
import io.sightlog.bridge.Pictures;
import io.sightlog.consume.Reading;
import org.jspecify.annotations.Nullable;
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
            paramLabel = "ndjson|raw|snapshot",
            defaultValue = "ndjson",
            description =
                    "What is sent: a JSON object an event, or its bytes, of which a replica of this journal can be "
                            + "made; snapshot, for mqtt send alone: the picture that was kept of the frame, with its boxes drawn "
                            + "(default: ${DEFAULT-VALUE}).")
    Form form = Form.NDJSON;

    @Option(names = "--forward", description = "Also send events that came in from a bridge. Loops are refused.")
    boolean forward;

    /** Whether pictures are to be sent in place of events. */
    public boolean asksForPictures() {
        return form == Form.SNAPSHOT;
    }

    /** @throws IllegalArgumentException when it has no name, or pictures are asked for */
    public OutgoingOptions options() {
        return options(null);
    }

    /**
     * @param pictures when they are asked for; else null
     * @throws IllegalArgumentException when it has no name, or pictures are asked for, and there are none
     */
    public OutgoingOptions options(@Nullable Pictures pictures) {
        Reading reading = read.reading(!bridge.untilEnd);
        if (reading.name() == null) {
            throw new IllegalArgumentException(
                    "--as NAME is needed: the name under which this bridge's position is kept, e.g. --as uplink");
        }
        OutgoingOptions all = OutgoingOptions.of(reading);
        return (pictures == null ? all.form(form) : all.snapshots(pictures))
                .forward(forward)
                .skipUndeliverable(bridge.skipUndeliverable);
    }

    /** Whether and where to serve metrics. */
    public MetricsOption metrics() {
        return bridge.metrics;
    }
}
