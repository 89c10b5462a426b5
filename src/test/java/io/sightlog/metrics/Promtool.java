package io.sightlog.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * {@code promtool check metrics} of Prometheus: whether its server reads a text, and whether the names in it keep its conventions. Skips
 * the test where it is missing, unless the environment has {@code SIGHTLOG_REQUIRE_TOOLS=true}.
 */
public final class Promtool {
    private Promtool() {}

    /** Fails with what it has to say of a text, when that is anything. */
    public static void findsNothingIn(Path scratch, String text) throws IOException, InterruptedException {
        ForeignPrograms.need("promtool");
        assertThat(text).isNotBlank(); // of which it would have nothing to say
        Path metrics = Files.write(scratch.resolve("metrics.txt"), text.getBytes(StandardCharsets.UTF_8));
        Path said = scratch.resolve("promtool.txt");
        Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                .redirectInput(metrics.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(promtool.waitFor(2, TimeUnit.MINUTES)).as("promtool ended").isTrue();
        assertThat(Files.readString(said)).as("of %s", text).isEmpty();
        assertThat(promtool.exitValue()).as("of %s", text).isZero();
    }
}
