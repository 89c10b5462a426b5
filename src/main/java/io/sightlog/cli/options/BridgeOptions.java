package io.sightlog.cli.options;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What bridges of both directions can. */
public final class BridgeOptions {
    @Option(
            names = "--until-end",
            description = "End when all that is there now has arrived; else it runs until a signal.")
    public boolean untilEnd;

    @Option(
            names = "--skip-undeliverable",
            description =
                    "Report and pass over what can never be delivered, as it is too large; the exit code is then 3. "
                            + "Else that ends it.")
    public boolean skipUndeliverable;

    @Mixin
    public MetricsOption metrics = new MetricsOption();
}
