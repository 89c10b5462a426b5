package io.sightlog.cli;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.Inbox;
import io.sightlog.bridge.InboxOptions;
import io.sightlog.bridge.mqtt.MqttAddress;
import io.sightlog.bridge.mqtt.MqttIn;
import io.sightlog.bridge.mqtt.MqttSource;
import io.sightlog.cli.options.BridgeOptions;
import io.sightlog.cli.options.MqttOptions;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.WriteOptions;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog mqtt receive}: messages of a broker into a journal. */
@Command(
        name = "receive",
        description = "Receive messages from an MQTT broker into a journal; the broker keeps what comes meanwhile.",
        footer = {
            "",
            "A message becomes a message under its topic, a text when it is good UTF-8, else bytes. With --as-events, what mqtt "
                    + "send has sent becomes the event that it was. The broker is answered when a message is in the journal, "
                    + "and with --durability every-event on the device: what it kept is in the journal at least once, and "
                    + "an event with its id once. When the broker has lost what it should have kept, that is reported, and "
                    + "the exit code is 3."
        })
final class MqttReceive implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    MqttOptions mqtt = new MqttOptions();

    @Option(
            names = "-t",
            paramLabel = "FILTER",
            required = true,
            description = "Topics to receive: + is one level, # all that follow. Once for each.")
    List<String> filters = new ArrayList<>();

    @Option(
            names = {"-i", "--id"},
            paramLabel = "ID",
            required = true,
            description = "What the broker knows this by, always the same: under it, it keeps what comes meanwhile.")
    String id = "";

    @Option(
            names = "--session-expiry",
            paramLabel = "SECONDS",
            description = "How long the broker keeps what comes while this is not connected (default: for ever).")
    @Nullable
    Long expirySeconds;

    @Option(
            names = "--as-events",
            description = "Messages that are events of a journal, as NDJSON or raw, become these events: producer, "
                    + "sequence and time of capture stay. One that is in this journal already is left out. Others stay "
                    + "messages.")
    boolean asEvents;

    @Option(names = "--strict", description = "With --as-events: a message that is no event is an error.")
    boolean strict;

    @Mixin
    BridgeOptions bridge = new BridgeOptions();

    @Mixin
    WriteOptions write = new WriteOptions();

    @Override
    public Integer call() throws IOException {
        if (strict && !asEvents) {
            throw new IllegalArgumentException("--strict needs --as-events: without it everything is a message");
        }
        MqttIn in = new MqttIn(
                filters,
                mqtt.qos(),
                expirySeconds == null ? MqttIn.FOR_EVER : expirySeconds,
                asEvents,
                bridge.untilEnd);
        MqttAddress address = mqtt.address(queue, id, System.getenv(), Console.ERR::println);
        Journal journal = queue.open();
        Stop.listen();
        BridgeCounts counts = new BridgeCounts();
        InboxOptions options = new InboxOptions(asEvents, strict, bridge.skipUndeliverable);
        BridgeLines lines = new BridgeLines();
        try (BridgeHealth health = new BridgeHealth(bridge.metrics, counts, address.toString());
                JournalWriter writer = write.open(journal);
                Inbox inbox = Inbox.open(journal, writer, options, lines, counts)) {
            int gaps = new MqttSource(journal, address, in, inbox, counts, lines, health::isToStop).run();
            return Exit.of(gaps == 0 && inbox.passedOver() == 0);
        } finally {
            BridgeLines.sumUpIn(counts, "message");
        }
    }
}
