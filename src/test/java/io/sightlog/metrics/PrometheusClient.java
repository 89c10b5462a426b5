package io.sightlog.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Prometheus' own client for Python, which reads what its server reads. Skips the test where it is missing, unless the environment has
 * {@code SIGHTLOG_REQUIRE_TOOLS=true}.
 */
public final class PrometheusClient {
    private static final String PYTHON = "/usr/bin/python3";

    private PrometheusClient() {}

    /**
     * A line for each sample: name, labels in order, value.
     *
     * @param arguments of {@code check_metrics.py}: a file or a URL, and {@code openmetrics}
     */
    public static List<String> samples(Path scratch, String... arguments) throws Exception {
        ForeignPrograms.need(
                exitOf(scratch.resolve("none"), PYTHON, "-c", "import prometheus_client.parser") == 0,
                "there is no " + PYTHON + " with prometheus_client");
        List<String> command = new ArrayList<>(List.of(PYTHON, "src/test/python/check_metrics.py"));
        command.addAll(List.of(arguments));
        Path samples = scratch.resolve("samples");
        int exit = exitOf(samples, command.toArray(String[]::new));
        assertThat(exit).as(Files.readString(samples)).isZero();
        return Files.readAllLines(samples);
    }

    private static int exitOf(Path output, String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("%s ended", List.of(command))
                    .isTrue();
            return process.exitValue();
        } catch (IOException e) {
            return -1;
        }
    }
}
