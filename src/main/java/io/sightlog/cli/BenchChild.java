package io.sightlog.cli;

import io.sightlog.cli.options.LatencyOptions;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.End;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Input;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a child of {@code bench latency} needs, and how it talks with its parent: see {@link io.sightlog.bench.LatencyBench}. */
final class BenchChild {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    LatencyOptions options = new LatencyOptions();

    @Option(names = "--epoch-offset", paramLabel = "NANOS", required = true)
    long epochOffsetNanos;

    /** Says that it is ready, with its clock, and waits to be told to go; ends the process when nobody tells it. */
    String ready(Object... known) throws IOException {
        StringBuilder line = new StringBuilder("ready ").append(System.nanoTime());
        for (Object word : known) {
            line.append(' ').append(word);
        }
        say(line.toString());
        BufferedReader input = new BufferedReader(new InputStreamReader(Input.stdin(), StandardCharsets.UTF_8));
        String told = input.readLine();
        if (told == null || !told.startsWith("go")) {
            throw new IOException("this verb is a part of bench latency: run that");
        }
        Thread watching = new Thread(() -> endWith(input), "parent");
        watching.setDaemon(true);
        watching.start();
        return told.substring("go".length()).strip();
    }

    void done(Object measured) {
        say("done " + measured);
    }

    private static void say(String line) {
        Console.OUT.println(line);
    }

    /** When the parent has gone, whyever, nobody wants to know any more. */
    private static void endWith(BufferedReader input) {
        try {
            input.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // gone, too
        } finally {
            End.now(Exit.FAILED);
        }
    }
}
