package io.sightlog.cli;

import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.SelectionOptions;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.NativeCalls;
import io.sightlog.cli.terminal.Output;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.consume.Consumption;
import io.sightlog.consume.Outcome;
import io.sightlog.consume.Reading;
import io.sightlog.consume.Sink;
import io.sightlog.journal.CopyTarget;
import io.sightlog.journal.Journal;
import io.sightlog.replay.CopySink;
import io.sightlog.replay.Pace;
import io.sightlog.replay.ReplaySink;
import io.sightlog.sink.print.PrintSink;
import io.sightlog.text.PrintFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code sightlog replay}: the past again, at its own pace or another. */
@Command(
        name = "replay",
        description = "Emit past events again, in the order of the journal, at the pace at which they were captured.",
        footer = {
            "",
            "An event that was captured before its predecessor is emitted at once; when it is more than a "
                    + "second earlier, a new recording begins, paced from there. With --into, events keep captured "
                    + "time, producer and sequence; with --loop they get new ones."
        })
final class Replay implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    SelectionOptions selection = new SelectionOptions();

    @Option(
            names = "--rate",
            paramLabel = "R|max",
            defaultValue = "1",
            converter = RateConverter.class,
            description = "How many times faster than it was captured (default: ${DEFAULT-VALUE}); max does not wait.")
    double rate = 1;

    @Option(
            names = "--max-gap",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = Amounts.DurationConverter.class,
            description =
                    "Do not wait for a gap in captured time that is longer, as where a clock was set: go on at once, and "
                            + "report it (default: ${DEFAULT-VALUE}).")
    Duration maxGap = Duration.ofNanos(Pace.DEFAULT_MAX_GAP_NANOS);

    @Option(names = "--loop", description = "Begin again at the end, until stopped.")
    boolean loop;

    @Option(names = "--into", paramLabel = "DIR", description = "Append to this journal instead of printing.")
    @Nullable
    Path into;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "ndjson",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    PrintFormat format = PrintFormat.NDJSON;

    static final class RateConverter implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            if (text.equalsIgnoreCase("max")) {
                return Pace.MAX;
            }
            try {
                double rate = Double.parseDouble(text);
                if (rate > 0 && rate < Double.POSITIVE_INFINITY) {
                    return rate;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw new TypeConversionException("bad rate \"" + text + "\": a number above 0, or max, is needed");
        }
    }

    @Override
    public Integer call() throws IOException {
        Journal journal = queue.open();
        Pace pace = new Pace(rate, maxGap.toNanos());
        int code;
        try {
            code = into == null ? print(journal, pace) : into(journal, pace, into);
        } catch (IOException | RuntimeException | Error e) {
            if (pace.events() > 0) { // so many are there
                report(pace);
            }
            throw e;
        }
        report(pace);
        return code;
    }

    private int print(Journal journal, Pace pace) throws IOException {
        try (PrintSink print = new PrintSink(Output.stdout(), format, true, Long.MAX_VALUE)) {
            Outcome outcome = run(journal, pace, print);
            LabelSetReport.print(journal, selection.selection(), print.missingLabelSets());
            return Exit.of(outcome, print.missingLabelSets().isEmpty());
        }
    }

    private int into(Journal journal, Pace pace, Path directory) throws IOException {
        Consumption.checkExists(journal); // before a new journal is made for nothing
        CopyTarget.check("replay a journal", journal.directory(), "that journal", directory);
        NativeCalls.look();
        try (CopySink copy = new CopySink(journal, Journal.open(directory).writer(), !loop)) {
            Outcome outcome = run(journal, pace, copy);
            LabelSetReport.print(journal, selection.selection(), copy.missingLabelSets());
            return Exit.of(outcome, copy.missingLabelSets().isEmpty());
        }
    }

    /** The outcome of the last round: what is lost for one is lost for all. */
    private Outcome run(Journal journal, Pace pace, Sink into) throws IOException {
        Reading reading = Reading.past(selection.selection());
        Sink paced = new ReplaySink(pace, into, Stop::requested);
        Outcome outcome;
        long before;
        do {
            before = pace.events();
            outcome = Consuming.run(journal, reading, paced);
            pace.again();
        } while (loop && !Stop.requested() && pace.events() > before);
        return outcome;
    }

    private static void report(Pace pace) {
        Console.ERR.printf(
                "replayed %s in %.3f s: rate asked for %s, reached %.4g%s%n",
                Amounts.count(pace.events(), "event"),
                pace.elapsedNanos() / 1e9,
                pace.rate() == Pace.MAX ? "max" : String.format(Locale.ROOT, "%.4g", pace.rate()),
                pace.reached(),
                pace.stepsBack() > 0 ? ", " + Amounts.count(pace.stepsBack(), "step") + " back in time" : "");
        if (pace.gaps() > 0) {
            Console.ERR.println(
                    "did not wait for " + Amounts.count(pace.gaps(), "gap") + " in captured time, the longest "
                            + Amounts.span(pace.longestGapNanos()) + ": --max-gap says how long one may be");
        }
    }
}
