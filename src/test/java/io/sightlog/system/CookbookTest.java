package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** A block, and what it must print. */
    private record Block(int line, String script, String output) {}

    private static List<Block> blocks(List<String> lines) {
        List<Block> blocks = new ArrayList<>();
        for (int at = 0; at < lines.size(); at++) {
            if (lines.get(at).equals("```sh")) {
                int line = at + 1;
                String script = fenced(lines, at);
                at += 1 + count(script);
                String output = "";
                if (at + 1 < lines.size() && lines.get(at + 1).equals("```text")) {
                    output = fenced(lines, at + 1);
                }
                blocks.add(new Block(line, script, output));
            }
        }
        return blocks;
    }

    private static int count(String block) {
        return (int) block.lines().count();
    }

    private static String fenced(List<String> lines, int from) {
        StringBuilder block = new StringBuilder();
        for (int at = from + 1; !lines.get(at).equals("```"); at++) {
            block.append(lines.get(at)).append('\n');
        }
        return block.toString();
    }

    private void shim(String name, String body) throws IOException {
        Path file = Files.createDirectories(temp.resolve("bin")).resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

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
        shim(
                "sightlog",
                "for arg do shift; [ \"$arg\" = --follow ] || set -- \"$@\" \"$arg\"; done\n" + "exec '" + java
                        + "' -jar '" + System.getProperty("sightlog.jar") + "' \"$@\"");
        shim("mosquitto_pub", "exec /usr/bin/mosquitto_pub -p " + port + " \"$@\"");
        Path work = Files.createDirectory(temp.resolve("work"));
        Files.writeString(temp.resolve("mosquitto.conf"), "listener " + port + " 127.0.0.1\nallow_anonymous true\n");
        Process serving = new ProcessBuilder(
                        broker.toString(), "-c", temp.resolve("mosquitto.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("broker").toFile())
                .start();
        try {
            Process subscribed = subscribe(port);
            try {
                List<Block> blocks = blocks(Files.readAllLines(Path.of("docs/cookbook.md")));
                assertThat(blocks).hasSizeGreaterThan(7);
                for (Block block : blocks) {
                    run(block, work);
                }
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

    private void run(Block block, Path work) throws Exception {
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", block.script)
                .directory(work.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("PATH", temp.resolve("bin") + ":" + System.getenv("PATH"));
        Process process = builder.start();
        assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        String when = "docs/cookbook.md, line " + block.line + ": " + Files.readString(err);
        assertThat(process.exitValue()).as(when).isIn(0, 141); // 141: head has ended what it read from
        assertThat(Files.readString(out)).as(when).isEqualTo(block.output);
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
