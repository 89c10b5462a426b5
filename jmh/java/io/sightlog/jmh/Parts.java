package io.sightlog.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** All benchmarks of the parts, and a table of what they gave: {@code Parts FILE.md [JMH's own options]}. */
final class Parts {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private Parts() {}

    public static void main(String[] args) throws IOException, RunnerException, CommandLineOptionException {
        String[] options = java.util.Arrays.copyOfRange(args, 1, args.length);
        Collection<RunResult> results = new Runner(new CommandLineOptions(options)).run();
        Path table = Path.of(args[0]);
        Files.writeString(table, text(results));
        System.err.println("jmh/run: written " + table);
    }

    private static String text(Collection<RunResult> results) {
        return "# What the parts cost\n\nWritten by `jmh/run`, " + LocalDate.now(ZoneOffset.UTC) + ", JDK "
                + System.getProperty("java.runtime.version")
                + ": the mean of the iterations, and JMH's error at 99.9 %. One"
                + " thread, an event of 512 bytes; how it is measured: [README](../README.md).\n\n"
                + "| what | time | ± | bytes allocated |\n|---|---|---|---|\n"
                + results.stream().map(Parts::row).collect(Collectors.joining());
    }

    private static String row(RunResult result) {
        Result<?> time = result.getPrimaryResult();
        Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
        String name = result.getParams().getBenchmark();
        String parameters = result.getParams().getParamsKeys().stream()
                .map(key -> ", " + key + "=" + result.getParams().getParam(key))
                .collect(Collectors.joining());
        return String.format(
                Locale.ROOT,
                "| `%s`%s | %,.1f %s | %,.1f | %s |%n",
                name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                parameters,
                time.getScore(),
                time.getScoreUnit(),
                time.getScoreError(),
                allocated == null ? "–" : String.format(Locale.ROOT, "%.1f", allocated.getScore()));
    }
}
