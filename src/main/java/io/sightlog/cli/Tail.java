package io.sightlog.cli;

import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.WaitOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Output;
import io.sightlog.event.Event;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Start;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import java.io.IOException;
import java.io.OutputStream;
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
            "Without --as it begins at the start, and with --follow at the end; it leaves no trace.",
            "With --as NAME it goes on where NAME stopped, and a new NAME begins at the start; the position is saved after",
            "each event was printed and flushed, so that at most one is printed again after a kill."
        })
final class Tail implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    Selection selection = new Selection();

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "Read as this consumer: its position is kept, and it is the only one of that name.")
    @Nullable
    String name;

    @Mixin
    WaitOption waiting = new WaitOption();

    @Option(
            names = {"-f", "--follow"},
            description = "Do not end at the end, wait for what comes.")
    boolean follow;

    @Option(
            names = "-n",
            paramLabel = "N",
            converter = Selection.CountConverter.class,
            description = "End after N events.")
    long limit = Long.MAX_VALUE;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    PrintFormat format = PrintFormat.NDJSON;

    @Option(
            names = "--latency",
            description =
                    "Tell on standard error how long events take from their append until they are read here: every "
                            + "second, and all of it at the end. Events from before the start are left out.")
    boolean latency;

    @Override
    public Integer call() throws IOException {
        LiveLatency live = latency ? new LiveLatency(NanoClock.SYSTEM, Console.ERR::println) : null;
        try (OutputStream out = Output.stdout()) {
            EventPrinter printer = format.printer(out);
            EventLoop loop = new EventLoop(queue.open(), selection, name, follow, waiting.mode());
            Start otherwise = follow && name == null ? Start.END : Start.OLDEST;
            int code = loop.run(otherwise, new EventLoop.Handler() {
                @Override
                public void handle(Event event) throws IOException {
                    if (live != null) {
                        live.read(event);
                    }
                    printer.print(event);
                    if (name != null) {
                        out.flush(); // before the position is saved
                    }
                }

                @Override
                public void caughtUp() throws IOException {
                    out.flush();
                    if (live != null) {
                        live.idle();
                    }
                }

                @Override
                public boolean done() {
                    return loop.handled() >= limit;
                }
            });
            out.flush();
            if (live != null) {
                live.ended();
            }
            return LabelSetReport.warn(queue.open(), printer.missingLabels().labelSets(), code);
        }
    }
}
