package io.sightlog.cli;

import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.WriteOptions;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Input;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import io.sightlog.text.EventLines;
import io.sightlog.text.LineReader;
import io.sightlog.text.UnknownFields;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog append}: events from standard input, so that anything can be a producer. */
@Command(
        name = "append",
        description = "Append events from standard input: a line of JSON each, as tail --format ndjson prints them.",
        footer = {
            "",
            "A detection needs a label, a class id or both, a confidence and a box; null where one is not "
                    + "known. Everything else may be left out. A bad line is reported by its number and skipped; the "
                    + "exit code is then 3. A field that no event has is reported once. Position, time of append, "
                    + "producer and sequence are always new."
        })
final class Append implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    WriteOptions write = new WriteOptions();

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Put up to N events into one excerpt, when that many are waiting (default: ${DEFAULT-VALUE}).")
    int batchSize = 1;

    @Option(
            names = "--strict",
            description = "Refuse lines with fields that no event has; they are reported otherwise.")
    boolean strict;

    @Override
    public Integer call() throws IOException {
        InputStream in = Input.stdin();
        Stop.listen();
        LineAppender appender;
        try (JournalWriter writer = write.open(queue.open())) {
            LineReader input = new LineReader(in);
            UnknownFields unknown = new UnknownFieldsReport(
                    strict, text -> Console.ERR.println("line " + input.number() + ": " + text));
            EventLines lines = new EventLines(writer.labels(), writer::publish, NanoClock.SYSTEM::nanos, unknown);
            appender = new LineAppender(writer, batchSize, "appended", "event", "line");
            appender.appendAll(input, lines::parse);
        }
        return appender.sumUp();
    }
}
