package io.sightlog.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A server of metrics in a process of its own, with a small heap. It ends with this process, or when it is closed. */
final class MetricsServerChild implements AutoCloseable {
    private static final int LARGE_TEXT = 6_000;

    private final Process process;
    private final BufferedReader said;
    private final PrintStream commands;
    private final ListenAddress address;

    MetricsServerChild() {
        try {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-cp",
                            System.getProperty("java.class.path"),
                            MetricsServerChild.class.getName())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
            address = ListenAddress.parse(said.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The child's. */
    public static void main(String[] args) throws IOException {
        Metrics metrics = new Metrics();
        metrics.gauge("sightlog_test", "Is there.").of().set(1);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (MetricsServer server = MetricsServer.start(
                ListenAddress.parse("0"), metrics, new Liveness(Duration.ofMinutes(10)), () -> null)) {
            System.out.println(server.address());
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(done(line, metrics));
            }
        }
    }

    private static String done(String command, Metrics metrics) {
        if (command.equals("large")) {
            Gauge large = metrics.gauge("sightlog_large", "With much text.", "text");
            for (int i = 0; i < Metrics.MOST_SERIES; i++) {
                large.of(i + "x".repeat(LARGE_TEXT)).set(i);
            }
            return "large";
        }
        return Long.toString(Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("metrics-"))
                .count());
    }

    ListenAddress address() {
        return address;
    }

    /** @return what it says to it */
    String command(String line) throws IOException {
        commands.println(line);
        String answer = said.readLine();
        assertThat(answer).as("the server's process has ended").isNotNull();
        return answer;
    }

    /** How many it has for requests. */
    int threads() throws IOException {
        return Integer.parseInt(command("threads"));
    }

    @Override
    public void close() throws InterruptedException {
        commands.close();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the server's process did not end");
        }
        assertThat(process.exitValue()).isZero();
    }
}
