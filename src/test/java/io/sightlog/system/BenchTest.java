package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every bench runs for an instant, between real processes; what it measures is not judged, machines are noisy. */
@Tag("alone")
class BenchTest {
    private static final int SECONDS = 120;

    @TempDir
    Path temp;

    private record Done(int code, String out, String err) {
        /** The one line on standard output; every JSON document is YAML. */
        @SuppressWarnings("unchecked")
        Map<String, Object> json() {
            assertThat(code).as(err).isZero();
            assertThat(out.strip()).doesNotContain("\n");
            return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(out);
        }
    }

    private Process start(Path out, Path err, Object... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1"));
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-jar", System.getProperty("sightlog.jar")));
        for (Object word : words) {
            command.add(word.toString());
        }
        return new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
    }

    private Done run(Object... words) throws IOException, InterruptedException {
        Path out = Files.createTempFile(temp, "out", "");
        Path err = Files.createTempFile(temp, "err", "");
        Process process = start(out, err, words);
        try {
            process.getOutputStream().close();
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
            return new Done(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path journalOf(ProcessHandle child) {
        return Stream.of(child.info().arguments().orElseThrow())
                .filter(word -> word.startsWith("--queue="))
                .map(word -> Path.of(word.substring("--queue=".length())))
                .findFirst()
                .orElseThrow();
    }

    private static long number(Map<String, Object> json, String field) {
        assertThat(json).containsKey(field);
        return json.get(field) instanceof String text ? Long.parseLong(text) : ((Number) json.get(field)).longValue();
    }

    @Test
    void everyConsumerReadsEveryEventOfEveryRoundAndTheJournalStaysWhereItWasNamed() throws Exception {
        Path queue = temp.resolve("q");
        Path plot = temp.resolve("plot.svg");
        Map<String, Object> json = run(
                        "bench",
                        "latency",
                        "--rate=2000",
                        "--duration=0.1",
                        "--rounds=2",
                        "--consumers=2",
                        "-q",
                        queue,
                        "--plot",
                        plot,
                        "--json")
                .json();
        assertThat(number(json, "events")).isEqualTo(400);
        assertThat(number(json, "rounds")).isEqualTo(2);
        long before = 1;
        for (String field : List.of("p50Nanos", "p90Nanos", "p99Nanos", "p999Nanos", "maxNanos")) {
            assertThat(number(json, field)).isGreaterThanOrEqualTo(before);
            before = number(json, field);
        }
        assertThat(((Number) json.get("consumerCpuPercent")).doubleValue()).isNotNegative();
        assertThat(json)
                .containsEntry("rate", 2000)
                .containsEntry("detections", 10)
                .containsKey("machine");
        assertThat((List<?>) json.get("eachRound")).hasSize(2);
        assertThat(Files.readString(plot)).contains("<polyline").endsWith("</svg>\n");

        Map<String, Object> recorded = run("latency", "-q", queue, "--json").json();
        assertThat(number(recorded, "frames")).isEqualTo(2 * (50_000 + 1_000 + 200));
        assertThat(recorded.get("stages").toString()).contains("total").doesNotContain("infer");
        assertThat(run("bench", "latency", "-q", queue).code())
                .as("a journal is not benched over")
                .isEqualTo(1);
    }

    @Test
    void aMachineWithTooFewCoresIsTold() throws Exception {
        Done done = run(
                "bench",
                "latency",
                "--rate=1000",
                "--duration=0.02",
                "--rounds=1",
                "--wait=spin",
                "--consumers=" + Runtime.getRuntime().availableProcessors(),
                "--json");
        assertThat(done.json().get("warning").toString()).contains("too few cores");
        assertThat(done.err()).contains("too few cores");
    }

    @Test
    void throughputIsMeasuredBesideAPlainCopy() throws Exception {
        Map<String, Object> json = run("bench", "throughput", "--events=5000", "--rounds=2", "--json")
                .json();
        for (String step : List.of(
                "append",
                "batchAppend",
                "intervalAppend",
                "everyEventAppend",
                "replay",
                "batchReplay",
                "copyWrite",
                "copyRead")) {
            assertThat(number(json, step + "PerSecond")).as(step).isPositive();
        }
        assertThat(json).containsKeys("appendRatio", "batchAppendRatio", "replayRatio", "batchReplayRatio");
        assertThat(number(json, "rounds")).isEqualTo(2);
    }

    @Test
    void aTailTellsItsLatencyOnStandardErrorAndPrintsTheSame() throws Exception {
        Path queue = temp.resolve("q");
        Path out = temp.resolve("tail.out");
        Path err = temp.resolve("tail.err");
        Process tail = start(out, err, "tail", "-q", queue, "--from=start", "-f", "-n", "3", "--latency");
        try {
            Process append = start(temp.resolve("append.out"), temp.resolve("append.err"), "append", "-q", queue);
            append.getOutputStream().write("{}\n{}\n{}\n".getBytes(StandardCharsets.UTF_8));
            append.getOutputStream().close();
            assertThat(append.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(tail.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            tail.destroyForcibly();
        }
        assertThat(Files.readAllLines(out)).hasSize(3);
        assertThat(Files.readString(err)).contains("latency from append to read");
        Done again = run("tail", "-q", queue, "--from=start", "--latency");
        assertThat(again.out()).isEqualTo(Files.readString(out));
        assertThat(again.err()).contains("latency from append to read, 0 events");
    }

    @Test
    void aBenchThatIsAskedToStopLeavesNoProcessAndNoFileBehind() throws Exception {
        Process bench = start(temp.resolve("out"), temp.resolve("err"), "bench", "latency", "--duration=600");
        List<ProcessHandle> children = List.of();
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (children.size() < 2 && bench.isAlive() && System.nanoTime() < deadline) {
                children = bench.children().toList();
                Thread.onSpinWait();
            }
            assertThat(children).as("a producer and a consumer").hasSize(2);
            Path journal = journalOf(children.get(0));
            bench.destroy(); // SIGTERM
            assertThat(bench.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(bench.exitValue())
                    .as(Files.readString(temp.resolve("err")))
                    .isEqualTo(143);
            for (ProcessHandle child : children) {
                child.onExit().get(SECONDS, TimeUnit.SECONDS);
            }
            assertThat(journal.getParent()).doesNotExist();
            assertThat(Files.readString(temp.resolve("out"))).isEmpty();
        } finally {
            children.forEach(ProcessHandle::destroyForcibly);
            bench.destroyForcibly();
        }
    }

    @Test
    void aWrongValueIsAUsageError() throws Exception {
        for (String option : List.of("--rate=0", "--duration=-1", "--consumers=0", "--rounds=0", "--plot=x.png")) {
            Done done = run("bench", "latency", option);
            assertThat(done.code()).as(option).isEqualTo(2);
            assertThat(done.err()).contains(option.substring(2, option.indexOf('=')));
        }
    }
}
