package io.sightlog.cli;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.InboxOptions;
import io.sightlog.bridge.kafka.ClientProperties;
import io.sightlog.bridge.kafka.KafkaNames;
import io.sightlog.bridge.kafka.KafkaSource;
import io.sightlog.cli.options.BridgeOptions;
import io.sightlog.cli.options.KafkaOptions;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.WriteOptions;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog kafka receive}: the records of a topic of Kafka into a journal, each once. */
@Command(
        name = "receive",
        description = "Receive a topic of Kafka into a journal: each record once, whatever dies meanwhile.",
        footer = {
            "",
            "A record becomes a message under the topic's name, a text when it is good UTF-8, else bytes. With --as-events, "
                    + "what kafka send has sent becomes the event that it was. How far it is stands in the journal, in the "
                    + "same append as the events, and is found there when it starts again. What has been in this journal "
                    + "before is left out, and counted."
        })
final class KafkaReceive implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--as-events",
            description =
                    "Records that are events of a journal, as NDJSON or raw, become these events: producer, "
                            + "sequence and time of capture stay. One that is in this journal already is left out. Others become messages.")
    boolean asEvents;

    @Option(names = "--strict", description = "With --as-events: a record that is no event is an error.")
    boolean strict;

    /** Where to begin. */
    enum From {
        START,
        END
    }

    @Option(
            names = "--from",
            paramLabel = "start|end",
            defaultValue = "start",
            description =
                    "Where to begin when nothing of the topic is in the journal yet: at the oldest record there is, "
                            + "or after the newest (default: ${DEFAULT-VALUE}).")
    From from = From.START;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            description = "Under which group Kafka is told how far it is, for tools that show what waits (default: "
                    + "sightlog- and the journal's id). Nothing depends on it.")
    @Nullable
    String group;

    @Mixin
    BridgeOptions bridge = new BridgeOptions();

    @Mixin
    WriteOptions write = new WriteOptions();

    @Override
    public Integer call() throws IOException {
        if (strict && !asEvents) {
            throw new IllegalArgumentException("--strict needs --as-events: without it every record is a message");
        }
        if (group != null) {
            KafkaNames.checkGroup(group);
        }
        ClientProperties properties = kafka.properties(Console.ERR::println);
        Journal journal = queue.open();
        Stop.listen();
        BridgeCounts counts = new BridgeCounts();
        try (BridgeHealth health = new BridgeHealth(bridge.metrics, counts, "Kafka at " + properties.brokers());
                JournalWriter writer = write.open(journal)) {
            KafkaSource source = new KafkaSource(
                    properties,
                    new KafkaSource.Options(kafka.topic, from == From.END, group, bridge.untilEnd),
                    journal,
                    writer,
                    new InboxOptions(asEvents, strict, bridge.skipUndeliverable),
                    new BridgeLines(),
                    counts,
                    health::isToStop);
            return Exit.of(source.run().isWhole());
        } finally {
            BridgeLines.sumUpIn(counts, "record");
        }
    }
}
