package io.sightlog.cli;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.Outgoing;
import io.sightlog.bridge.OutgoingOptions;
import io.sightlog.bridge.OutgoingOutcome;
import io.sightlog.bridge.kafka.ClientProperties;
import io.sightlog.bridge.kafka.KafkaNames;
import io.sightlog.bridge.kafka.KafkaOpening;
import io.sightlog.bridge.kafka.PartitionBy;
import io.sightlog.cli.options.KafkaOptions;
import io.sightlog.cli.options.OutgoingBridgeOptions;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.NativeCalls;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog kafka send}: a named consumer whose events leave for a topic of Kafka. */
@Command(
        name = "send",
        description =
                "Send events to a topic of Kafka, as a named consumer: what Kafka does not take waits in the journal.",
        footer = {
            "",
            "The position that is kept is the one up to which Kafka has acknowledged everything. After a crash the ends of "
                    + "the partitions are read, and what had arrived is not sent again as far as that can be known; "
                    + "--exactly-once leaves no doubt, for readers with isolation.level=read_committed. A record has the "
                    + "headers sightlog-id (producer and sequence), -position, -captured-nanos, -path and content-type."
        })
final class KafkaSend implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    KafkaOptions kafka = new KafkaOptions();

    @Mixin
    OutgoingBridgeOptions outgoing = new OutgoingBridgeOptions();

    @Option(
            names = "--partition-by",
            paramLabel = "producer|stream|source|none",
            defaultValue = "producer",
            description =
                    "What of an event is the record's key and chooses its partition, as Kafka's own clients choose "
                            + "it (default: ${DEFAULT-VALUE}).")
    PartitionBy by = PartitionBy.PRODUCER;

    @Option(
            names = "--exactly-once",
            description =
                    "Send in transactions, together with the position: who reads only what is committed sees every "
                            + "event once.")
    boolean exactlyOnce;

    @Option(
            names = "--progress-topic",
            paramLabel = "TOPIC",
            description = "Where --exactly-once keeps its positions; compacted, and made when it is missing (default: "
                    + KafkaOpening.PROGRESS_TOPIC + ").")
    @Nullable
    String progressTopic;

    @Override
    public Integer call() throws IOException {
        if (progressTopic != null && !exactlyOnce) {
            throw new IllegalArgumentException("--progress-topic needs --exactly-once");
        }
        if (progressTopic != null) {
            KafkaNames.checkTopic(progressTopic);
        }
        ClientProperties properties = kafka.properties(Console.ERR::println);
        OutgoingOptions options = outgoing.options();
        Journal journal = queue.open();
        Stop.listen();
        if (options.reading().follow() && options.reading().waiting() == IdleStrategy.Mode.FUTEX) {
            NativeCalls.look();
        }
        BridgeCounts counts = new BridgeCounts();
        BridgeLines lines = new BridgeLines();
        KafkaOpening opening = new KafkaOpening(
                properties, new KafkaOpening.Options(kafka.topic, by, progress(), options.windowEvents()), lines);
        String broker = "Kafka at " + properties.brokers() + ", topic " + kafka.topic;
        try (BridgeHealth health = new BridgeHealth(outgoing.metrics(), counts, broker)) {
            Outgoing bridge = new Outgoing(
                    journal,
                    options,
                    broker,
                    opening,
                    counts,
                    new ConsoleNotices(journal, options.reading().selection()),
                    lines,
                    health::isToStop);
            OutgoingOutcome outcome = bridge.run();
            return Exit.of(outcome.isWhole());
        } finally {
            BridgeLines.sumUpOut(counts);
        }
    }

    private @Nullable String progress() {
        if (!exactlyOnce) {
            return null;
        }
        return progressTopic == null ? KafkaOpening.PROGRESS_TOPIC : progressTopic;
    }
}
