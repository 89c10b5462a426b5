package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The blocks of {@code docs/cookbook.md}, run as they stand. {@code sightlog} is the packaged jar, which is told nothing of {@code
 * --follow}, so that it ends; {@code mosquitto_pub} is told the port of the test's own broker.
 */
final class CookbookTest {
    private static final int MINUTES = 5;

    @TempDir
    Path temp;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyBlockPrintsWhatStandsBelowIt() throws Exception {
        for (String tool : List.of("bash", "jq", "sqlite3", "mosquitto_pub", "mosquitto_sub")) {
            ForeignPrograms.need(tool);
        }
        Path broker = Path.of("/usr/sbin/mosquitto");
        ForeignPrograms.need(Files.isExecutable(broker), "the broker mosquitto is not installed");
        ForeignPrograms.need(hasPandas(), "/usr/bin/python3 has no pandas");
        int port = freePort();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        PageBlocks blocks = new PageBlocks(Path.of("docs/cookbook.md"), temp, block -> block);
        assertThat(blocks.count()).isGreaterThan(7);
        blocks.program(
                "sightlog",
                "#!/bin/sh\nfor arg do shift; [ \"$arg\" = --follow ] || set -- \"$@\" \"$arg\"; done\n" + "exec '"
                        + java + "' -jar '" + System.getProperty("sightlog.jar") + "' \"$@\"\n");
        blocks.program("mosquitto_pub", "#!/bin/sh\nexec /usr/bin/mosquitto_pub -p " + port + " \"$@\"\n");
        Files.writeString(temp.resolve("mosquitto.conf"), "listener " + port + " 127.0.0.1\nallow_anonymous true\n");
        Process serving = new ProcessBuilder(
                        broker.toString(), "-c", temp.resolve("mosquitto.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("broker").toFile())
                .start();
        try {
            Process subscribed = subscribe(port);
            try {
                blocks.run();
                assertThat(subscribed.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
                assertThat(Files.readAllLines(temp.resolve("subscribed")))
                        .hasSize(13)
                        .allMatch(line -> line.equals("ready") || line.contains("\"stream\":\"door\""));
            } finally {
                subscribed.destroyForcibly();
            }
        } finally {
            serving.destroyForcibly();
        }
    }

    /** Subscribed when this returns: a first message is sent until it has come back. */
    private Process subscribe(int port) throws Exception {
        Path out = temp.resolve("subscribed");
        Process subscribed = new ProcessBuilder(
                        "mosquitto_sub",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + port,
                        "-q",
                        "1",
                        "-t",
                        "sightlog/door",
                        "-C",
                        "13")
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        String[] ready = {
            "mosquitto_pub", "-h", "127.0.0.1", "-p", "" + port, "-q", "1", "-r", "-t", "sightlog/door", "-m", "ready"
        };
        // retained, so that it comes whoever is first; taken back, so that it comes once
        while (new ProcessBuilder(ready).redirectErrorStream(true).start().waitFor() != 0) {
            assertThat(subscribed.isAlive() || Files.readString(out).contains("refused"))
                    .isTrue();
            if (!subscribed.isAlive()) {
                return subscribe(port);
            }
        }
        while (!Files.readString(out).contains("ready")) {
            if (!subscribed.isAlive()) {
                return subscribe(port);
            }
            Thread.onSpinWait();
        }
        return subscribed;
    }

    private static boolean hasPandas() throws Exception {
        return Files.isExecutable(Path.of("/usr/bin/python3"))
                && new ProcessBuilder("/usr/bin/python3", "-c", "import pandas")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
