package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.kafka.KafkaBroker;
import io.sightlog.bridge.kafka.KafkaSecurity;
import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The blocks of {@code docs/bridges.md}, run as they stand: foreign clients in C and Python, and kcat, read what the bridge has sent,
 * and send what it reads. {@code localhost:9092} and {@code localhost:9094} stand for the test's own broker.
 */
@Tag("slow")
final class BridgesPageTest {
    private static final String PYTHON = "/usr/bin/python3";

    @TempDir
    Path temp;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyBlockPrintsWhatStandsBelowIt() throws Exception {
        for (String tool : List.of("bash", "jq", "kcat", "gcc")) {
            ForeignPrograms.need(tool);
        }
        ForeignPrograms.need(
                Files.exists(Path.of("/usr/include/librdkafka/rdkafka.h")), "librdkafka-dev is not installed");
        ForeignPrograms.need(hasConfluentKafka(), PYTHON + " has no confluent_kafka (python3-confluent-kafka)");
        KafkaBroker broker = KafkaBroker.shared();
        PageBlocks blocks = new PageBlocks(
                Path.of("docs/bridges.md"),
                temp,
                block -> block.replace("localhost:9092", broker.bootstrap())
                        .replace("localhost:9094", broker.bootstrapSasl()));
        assertThat(blocks.count()).isGreaterThan(10);
        blocks.program("sightlog", "#!/bin/sh\nexec " + shell(Sightlog.command()) + " \"$@\"\n");
        blocks.program("kafka-topics.sh", Files.readString(Path.of("src/test/python/kafka_topics.py")));
        Files.copy(
                Path.of("src/main/resources/io/sightlog/demo/dog.jpg"),
                blocks.work().resolve("dog.jpg"));
        Files.copy(KafkaSecurity.made().certificate(), blocks.work().resolve("broker.pem"));

        blocks.run();
    }

    private static String shell(List<String> command) {
        return command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    }

    private static boolean hasConfluentKafka() throws IOException, InterruptedException {
        return Files.isExecutable(Path.of(PYTHON))
                && new ProcessBuilder(PYTHON, "-c", "import confluent_kafka")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }
}
