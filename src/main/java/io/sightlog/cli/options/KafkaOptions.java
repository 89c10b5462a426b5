package io.sightlog.cli.options;

import io.sightlog.bridge.kafka.ClientProperties;
import io.sightlog.bridge.kafka.ClientProperties.Given;
import io.sightlog.bridge.kafka.KafkaNames;
import io.sightlog.detect.Near;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Kafka, which topic of it, and how its client is set up: letters as kcat has them. */
public final class KafkaOptions {
    @Option(
            names = "-b",
            paramLabel = "HOST:PORT",
            description = "A broker of the cluster, several with commas. The port is 9092 when left out.")
    @Nullable
    String brokers;

    @Option(names = "-t", paramLabel = "TOPIC", required = true, description = "The topic. It must be there.")
    public String topic = "";

    @Option(
            names = "-X",
            paramLabel = "NAME=VALUE",
            description =
                    "A property of Kafka's own client, e.g. compression.type=zstd; once for each. No secrets: these "
                            + "go into -F, or the environment, as SIGHTLOG_KAFKA_SASL_JAAS_CONFIG.")
    List<String> settings = new ArrayList<>();

    @Option(
            names = "-F",
            paramLabel = "FILE",
            description = "Properties of Kafka's own client, a line each, as for its tools: TLS, SASL, passwords.")
    @Nullable
    Path file;

    /**
     * All that was given, also in the environment.
     *
     * @param warning told, in a line, what is no error
     * @throws IllegalArgumentException what cannot be
     * @throws IOException when the file cannot be read
     */
    public ClientProperties properties(Consumer<String> warning) throws IOException {
        KafkaNames.checkTopic(topic);
        return ClientProperties.read(new Given(brokers, file, settings, System.getenv()), Near::nearest, warning);
    }
}
