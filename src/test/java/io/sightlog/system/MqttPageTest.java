package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.mqtt.Certificates;
import io.sightlog.bridge.mqtt.Mosquitto;
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
 * The blocks of {@code docs/mqtt.md}, run as they stand: mosquitto's programs and paho in Python read what the bridge has sent, and send
 * what it reads. The ports 1883 and 8883 stand for the test's own brokers.
 */
@Tag("slow")
final class MqttPageTest {
    private static final String PYTHON = "/usr/bin/python3";

    @TempDir
    Path temp;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyBlockPrintsWhatStandsBelowIt() throws Exception {
        for (String tool : List.of("bash", "jq", "mosquitto_sub", "mosquitto_pub", "mosquitto_passwd")) {
            ForeignPrograms.need(tool);
        }
        ForeignPrograms.need(hasPaho(), PYTHON + " has no paho.mqtt (python3-paho-mqtt)");
        Certificates certificates = new Certificates(temp.resolve("certificates"));
        certificates.sign("broker", "rsa:2048", "localhost", "DNS:localhost");
        Path passwords = temp.resolve("passwords");
        assertThat(new ProcessBuilder("mosquitto_passwd", "-b", "-c", passwords.toString(), "gate", "gate secret")
                        .start()
                        .waitFor())
                .isZero();
        try (Mosquitto broker = new Mosquitto(temp.resolve("broker"), "persistence true", "max_queued_messages 0");
                Mosquitto guarded = new Mosquitto(
                        temp.resolve("guarded"),
                        "allow_anonymous false",
                        "password_file " + passwords,
                        "certfile " + certificates.file("broker.pem"),
                        "keyfile " + certificates.file("broker.key"))) {
            PageBlocks blocks = new PageBlocks(
                    Path.of("docs/mqtt.md"),
                    temp,
                    block -> block.replaceAll("\\b1883\\b", "" + broker.port())
                            .replaceAll("\\b8883\\b", "" + guarded.port()));
            assertThat(blocks.count()).isGreaterThan(10);
            blocks.program("sightlog", "#!/bin/sh\nexec " + shell(Sightlog.command()) + " \"$@\"\n");
            Files.copy(
                    Path.of("src/main/resources/io/sightlog/demo/dog.jpg"),
                    blocks.work().resolve("dog.jpg"));
            Files.copy(certificates.file("ca.pem"), blocks.work().resolve("broker.pem"));
            blocks.run();
        }
    }

    private static String shell(List<String> command) {
        return command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    }

    private static boolean hasPaho() throws IOException, InterruptedException {
        return Files.isExecutable(Path.of(PYTHON))
                && new ProcessBuilder(PYTHON, "-c", "import paho.mqtt.client")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }
}
