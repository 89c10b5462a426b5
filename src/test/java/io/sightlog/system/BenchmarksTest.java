package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.detect.Material;
import io.sightlog.detect.SeenNet;
import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of {@code jmh/} runs for an instant and checks its answers; what it measures is not judged, machines are noisy. */
class BenchmarksTest {
    private static final int SECONDS = 240;

    @TempDir
    Path temp;

    @Test
    void everyBenchmarkRunsAndChecksItsAnswers() throws Exception {
        String printed = java(
                "io.sightlog.jmh.Parts",
                temp.resolve("parts.md").toString(),
                "-foe",
                "true",
                "-f",
                "0",
                "-wi",
                "0",
                "-i",
                "1",
                "-r",
                "1ms",
                "-p",
                "events=1000");

        assertThat(printed)
                .contains("AppendBenchmark.append", "ShareBenchmark.raw", "PollBenchmark.poll", "SeekBenchmark.time");
        assertThat(printed.lines().filter(line -> line.contains(" ns/op") || line.contains(" us/op")))
                .as(printed)
                .hasSizeGreaterThanOrEqualTo(15);
        assertThat(temp.resolve("parts.md"))
                .content()
                .contains("| `AppendBenchmark.append` | ", "events=1000, inBatch=32");
    }

    @Test
    void timesAreFoundWarmAndCold() throws Exception {
        assumeTrue(isLinux(), "posix_fadvise is needed: not tried");

        assertThat(java("io.sightlog.jmh.SeekTimes", "100", temp.toString())).contains("| warm |", "| cold |");
    }

    @Test
    void timelinesAreIndexedAndAsked() throws Exception {
        assertThat(java("io.sightlog.jmh.TimelineTimes", "2000", temp.toString()))
                .contains("| 2,000 events, ", "| LABEL | 0.75 | ", "| SOURCE | 0.0 | ");
    }

    @Test
    void thePageIsMeasured() throws Exception {
        assertThat(java(
                        "io.sightlog.jmh.ServeTimes",
                        "1",
                        "2000",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        arguments().toString(),
                        temp.toString()))
                .contains("| 2,000 events | ", "| one listener | ", "| 1 rounds of ");
    }

    @Test
    void produceIsMeasuredBesideABareLoop() throws Exception {
        String picture = "src/main/resources/io/sightlog/demo/dog.jpg";

        String own = SeenNet.write(temp.resolve("lamp.onnx")).toString();

        assertThat(java("io.sightlog.jmh.ProduceTimes", "1", "1", picture))
                .contains("| ssd_mobilenetv2_oidv4 | 1 | no |", "| mb3-centernet | 2 | yes |");
        assertThat(java("io.sightlog.jmh.ProduceTimes", "1", "1", "--model", own, picture))
                .contains("| lamp | 1 | no |", "| lamp | 2 | yes |", " around inference in the detector |")
                .doesNotContain("ssd_mobilenetv2_oidv4");
    }

    @Test
    void theBridgeToKafkaIsMeasuredBesideTheBareClient() throws Exception {
        assertThat(java("io.sightlog.jmh.BridgeTimes", "1", "1000", "1"))
                .contains("| ndjson, ", "| ndjson, transactions, ", "| raw, ", "| raw, transactions, ")
                .contains("| p50 | ", "| p99 | ", "| idle bridge | ");
    }

    @Test
    void darknetNetsAreMeasuredBesideOpenCv() throws Exception {
        String cfg = Material.need("models/yolo-fastest-1.1.cfg").toString();

        assertThat(java("io.sightlog.jmh.DarknetTimes", "1", "src/main/resources/io/sightlog/demo/dog.jpg", cfg))
                .contains("| yolo-fastest-1.1.cfg | ");
    }

    @Test
    void everyPeerCarriesEveryEvent() throws Exception {
        List<String> words = new ArrayList<>(List.of("--smoke", "--one-wait", "--dir", temp.toString(), "--home", "."));
        words.addAll(List.of("--results", temp.resolve("results").toString()));
        boolean c = ForeignPrograms.isThere("gcc");
        boolean python = c && ForeignPrograms.isThere("python3");
        if (c) {
            Path programs = temp.resolve("c");
            run(List.of("jmh/c/build", programs.toString()));
            words.addAll(List.of("--c", programs.toString()));
        }
        if (python) {
            words.addAll(List.of("--python", "python3"));
        }
        String printed = java("io.sightlog.jmh.peers.Peers", words.toArray(String[]::new));

        assertThat(printed)
                .contains("sightlog", "chronicle-raw ", "chronicle-raw-copy")
                .doesNotContain("FAILED");
        assertThat(temp.resolve("results/results/readme-table.md"))
                .content()
                .contains("| appending, one by one | raw Chronicle Queue |");
        ForeignPrograms.need("gcc");
        assertThat(temp.resolve("results/RESULTS.md"))
                .content()
                .contains("## Beside a copy of every byte, by the machine's state", "## Spinning and asleep")
                .containsPattern("\\| 1 \\| [0-9]");
        assertThat(printed)
                .contains("c-copy", "c-log", "c-semaphore", "sightlog-java-c ", "sightlog-c-java ", "sightlog-c-c ");
        ForeignPrograms.need("python3");
        assertThat(printed).contains("sightlog-java-python ", "sightlog-c-python ");
    }

    @Test
    void ratesOfThePythonReaderAreTold() throws Exception {
        ForeignPrograms.need("gcc");
        ForeignPrograms.need("python3");
        String library = ForeignPrograms.library().toString();

        assertThat(run(List.of(
                        "env", "SIGHTLOG_LIBRARY=" + library, "python3", "src/main/python/examples/rates.py", "64")))
                .contains("events/s appended, one by one", "| index alone | ", "| detections, filtered | ");
    }

    private static boolean isLinux() {
        return "Linux".equals(System.getProperty("os.name"));
    }

    /** As this one was started, and with what Aeron reaches into. */
    /** What a JVM of the benchmarks is started with, as {@code mvn -Pjmh} leaves it for the commands. */
    private Path arguments() throws IOException {
        List<String> lines =
                new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
        lines.add("-cp");
        lines.add(System.getProperty("java.class.path"));
        List<String> quoted = lines.stream()
                .map(line -> '"' + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .toList();
        return Files.write(temp.resolve("java.args"), quoted);
    }

    private String java(String main, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=error"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(Arrays.asList(words));
        return run(command);
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(temp, "printed", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as(Files.readString(log))
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        return Files.readString(log);
    }
}
