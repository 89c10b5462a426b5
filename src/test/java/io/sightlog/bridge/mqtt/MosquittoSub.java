package io.sightlog.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Debian's mosquitto_sub with a session that stays, which writes down what comes, a line each: who counts, and is not us. */
public final class MosquittoSub implements AutoCloseable {
    private static final long SECONDS = 120;

    private final Path lines;
    private final Process process;

    /**
     * Starts it, and waits until it listens.
     *
     * @param lines a file for what comes
     * @param filter without a topic of {@code ready/}
     */
    public MosquittoSub(Mosquitto broker, Path lines, String filter) throws Exception {
        ForeignPrograms.need("mosquitto_sub");
        ForeignPrograms.need("mosquitto_pub");
        this.lines = lines;
        String port = Integer.toString(broker.port());
        process = new ProcessBuilder(List.of(
                        "mosquitto_sub",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        port,
                        "-V",
                        "5",
                        "-c",
                        "-x",
                        "100000",
                        "-i",
                        "counter",
                        "-q",
                        "1",
                        "-t",
                        filter,
                        "-t",
                        "ready/#",
                        "-F",
                        "%p"))
                .redirectErrorStream(true)
                .redirectOutput(lines.toFile())
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (Files.size(lines) == 0) {
            assertThat(System.nanoTime()).as("mosquitto_sub does not listen").isLessThan(end);
            new ProcessBuilder("mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-t", "ready/x", "-m", "ready")
                    .start()
                    .waitFor();
        }
    }

    /** What came so far. */
    public List<String> lines() throws IOException {
        return Files.readAllLines(lines).stream()
                .filter(line -> line.startsWith("{"))
                .toList();
    }

    /** Waits until what came is as wanted. */
    public void await(String what, Predicate<List<String>> wanted) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!wanted.test(lines())) {
            assertThat(System.nanoTime())
                    .as("%s has not come in %s s: %s lines", what, SECONDS, lines().size())
                    .isLessThan(end);
            Thread.sleep(50);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
