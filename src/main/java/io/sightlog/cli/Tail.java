package io.sightlog.cli;

import io.sightlog.cli.options.FollowOption;
import io.sightlog.cli.options.Numbers;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.ReadOptions;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Output;
import io.sightlog.consume.Outcome;
import io.sightlog.consume.Reading;
import io.sightlog.journal.Journal;
import io.sightlog.journal.NanoClock;
import io.sightlog.sink.print.PrintSink;
import io.sightlog.text.PrintFormat;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog tail}: prints events, from any place, live or to the end. */
@Command(
        name = "tail",
        description = "Print events: from any place, to the end or live, once or as a consumer that resumes.",
        footer = {
            "",
            "Without --from, --to and --as it prints the newest ten of the selected events, and with --follow "
                    + "those that come after them; it leaves no trace. --from start is everything.",
            "With --as NAME it resumes where NAME stopped; a new NAME begins at the start. The position is "
                    + "saved after each event was printed and flushed, so that at most one is printed again after a "
                    + "kill."
        })
final class Tail implements Callable<Integer> {
    private static final long NEWEST = 10;

    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    ReadOptions read = new ReadOptions();

    @Mixin
    FollowOption follow = new FollowOption();

    @Option(
            names = "-n",
            paramLabel = "N",
            converter = Numbers.CountConverter.class,
            description = "The newest N of the selected events; with --from or --as the first N, and then it ends.")
    @Nullable
    Long count;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    PrintFormat format = PrintFormat.NDJSON;

    @Option(
            names = "--latency",
            description = "Report on standard error how long events take from their append until they are read "
                    + "here: every second, and in total at the end. Events from before this start are left out.")
    boolean latency;

    @Override
    public Integer call() throws IOException {
        Journal journal = queue.open();
        Reading reading = read.reading(follow.follow);
        boolean named = reading.name() != null;
        long limit = count == null ? Long.MAX_VALUE : count;
        if (!named && reading.selection().from() == null && (reading.selection().to() == null || count != null)) {
            long newest = count == null ? NEWEST : count;
            reading = Consuming.newest(journal, reading, newest);
            limit = reading.follow() ? Long.MAX_VALUE : newest; // what comes while it prints is not among them
        }
        LiveLatency live = latency ? new LiveLatency(NanoClock.SYSTEM, Console.ERR::println) : null;
        try (PrintSink print = new PrintSink(Output.stdout(), format, named, limit)) {
            Outcome outcome = Consuming.run(journal, reading, live == null ? print : new LatencySink(live, print));
            if (live != null) {
                live.ended();
            }
            LabelSetReport.print(journal, reading.selection(), print.missingLabelSets());
            return Exit.of(outcome, print.missingLabelSets().isEmpty());
        }
    }
}
