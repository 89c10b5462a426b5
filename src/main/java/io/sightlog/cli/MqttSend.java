package io.sightlog.cli;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.Outgoing;
import io.sightlog.bridge.OutgoingOptions;
import io.sightlog.bridge.OutgoingOutcome;
import io.sightlog.bridge.mqtt.HomeAssistant;
import io.sightlog.bridge.mqtt.MqttAddress;
import io.sightlog.bridge.mqtt.MqttOut;
import io.sightlog.bridge.mqtt.MqttOutlets;
import io.sightlog.bridge.mqtt.TopicPattern;
import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.MqttOptions;
import io.sightlog.cli.options.OutgoingBridgeOptions;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.NativeCalls;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.journal.FrameReader;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.pictures.Snapshots;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code sightlog mqtt send}: a named consumer whose events are published. */
@Command(
        name = "send",
        description =
                "Publish events to an MQTT broker, as a named consumer: what the broker does not take waits in the journal.",
        footer = {
            "",
            "The position that is kept is the one up to which the broker has acknowledged everything; after a crash of "
                    + "either, what was on its way is published again. In TOPIC, {stream}, {kind}, {label} and {source} "
                    + "stand for what the event says: one level each, none for what it does not say; {label} is that of the "
                    + "surest detection. With MQTT 5 a message says its id (producer and sequence), position, time of capture "
                    + "and path in user properties. PREFIX/status/ID, PREFIX being what stands before the first brace, says "
                    + "online or offline."
        })
final class MqttSend implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    MqttOptions mqtt = new MqttOptions();

    @Option(
            names = "-t",
            paramLabel = "TOPIC",
            defaultValue = "sightlog/{stream}/{kind}",
            converter = PatternConverter.class,
            description = "Where each event is published (default: ${DEFAULT-VALUE}).")
    TopicPattern topic = TopicPattern.of("sightlog/{stream}/{kind}");

    @Mixin
    OutgoingBridgeOptions outgoing = new OutgoingBridgeOptions();

    /** What the broker keeps for those who subscribe later. */
    enum Retain {
        NEWEST,
        NOTHING
    }

    @Option(
            names = "--retain",
            paramLabel = "newest|nothing",
            defaultValue = "nothing",
            description =
                    "newest: the broker keeps the newest event of each topic, and gives it to those who subscribe later "
                            + "(default: ${DEFAULT-VALUE}).")
    Retain retain = Retain.NOTHING;

    @Option(
            names = {"-i", "--id"},
            paramLabel = "ID",
            description =
                    "What the broker knows this by; another client of the same id takes its place (default: sightlog-, 8 "
                            + "digits of the journal's id, and the name of --as).")
    @Nullable
    String id;

    @Option(
            names = "--home-assistant",
            arity = "0..1",
            fallbackValue = HomeAssistant.DISCOVERY_PREFIX,
            paramLabel = "PREFIX",
            description =
                    "Make each stream and label that is seen a presence sensor of Home Assistant, below its discovery prefix "
                            + "(" + HomeAssistant.DISCOVERY_PREFIX + ").")
    @Nullable
    String discoveryPrefix;

    @Option(
            names = "--off-after",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Amounts.DurationConverter.class,
            description =
                    "With --home-assistant: a sensor is off when nothing was seen for so long (default: ${DEFAULT-VALUE}).")
    Duration offAfter = Duration.ofSeconds(30);

    static final class PatternConverter implements ITypeConverter<TopicPattern> {
        @Override
        public TopicPattern convert(String text) {
            try {
                return TopicPattern.of(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        Journal journal = queue.open();
        if (!outgoing.asksForPictures()) {
            return send(journal, outgoing.options());
        }
        try (FrameReader frames = journal.frames()) {
            return send(journal, outgoing.options(new Snapshots(frames)::jpeg));
        }
    }

    private int send(Journal journal, OutgoingOptions given) throws IOException {
        OutgoingOptions options = given.labels(topic.hasLabel() || discoveryPrefix != null);
        MqttAddress address =
                mqtt.address(queue, id == null ? options.name() : id, System.getenv(), Console.ERR::println);
        MqttOut out = new MqttOut(topic, mqtt.qos(), retain == Retain.NEWEST, homeAssistant(), id);
        Stop.listen();
        if (options.reading().follow() && options.reading().waiting() == IdleStrategy.Mode.FUTEX) {
            NativeCalls.look();
        }
        BridgeCounts counts = new BridgeCounts();
        try (BridgeHealth health = new BridgeHealth(outgoing.metrics(), counts, address.toString())) {
            OutgoingOutcome outcome = new Outgoing(
                            journal,
                            options,
                            "MQTT at " + address,
                            new MqttOutlets(address, out),
                            counts,
                            new ConsoleNotices(journal, options.reading().selection()),
                            new BridgeLines(),
                            health::isToStop)
                    .run();
            return Exit.of(outcome.isWhole());
        } finally {
            BridgeLines.sumUpOut(counts);
        }
    }

    private @Nullable HomeAssistant homeAssistant() {
        if (discoveryPrefix == null) {
            return null;
        }
        String version = MqttSend.class.getPackage().getImplementationVersion();
        return new HomeAssistant(discoveryPrefix, offAfter, version == null ? "not packaged" : version);
    }
}
