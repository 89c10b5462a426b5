package io.sightlog.cli;

import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.FollowOption;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.ReadOptions;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.consume.Consumption;
import io.sightlog.consume.Outcome;
import io.sightlog.journal.CopyTarget;
import io.sightlog.journal.FrameReader;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.sink.export.FrameExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog frames}: the pictures that are kept beside a journal. */
@Command(
        name = "frames",
        description = "Get at the pictures that produce --keep-frames keeps beside the events.",
        synopsisSubcommandLabel = "VERB",
        subcommands = Frames.Export.class)
final class Frames {

    /** {@code sightlog frames export}: as files. */
    @Command(
            name = "export",
            description = "Write the kept pictures of events as JPEG files, whose names sort by the time of capture.",
            footer = {
                "",
                "A picture that is not beside this journal, as in a copy of the events alone, is counted; one that is damaged is "
                        + "reported, and the exit code is then 3. Files that are there already stay."
            })
    static final class Export implements Callable<Integer> {
        @Mixin
        QueueOption queue = new QueueOption();

        @Mixin
        ReadOptions read = new ReadOptions();

        @Mixin
        FollowOption follow = new FollowOption();

        @Option(
                names = "--out",
                paramLabel = "DIR",
                defaultValue = "frames",
                description = "Where to put them (default: ${DEFAULT-VALUE}).")
        Path out = Path.of("frames");

        @Override
        public Integer call() throws IOException {
            Journal journal = queue.open();
            if (!follow.follow) {
                Consumption.checkExists(journal); // before a folder is made for nothing
            }
            Path over = CopyTarget.journalOver(out);
            if (over != null) {
                throw new JournalException("cannot write pictures into " + out + ": it is or lies in the journal "
                        + over + "; name another folder with --out");
            }
            try (FrameReader frames = journal.frames()) {
                FrameExport export = new FrameExport(frames, out, Console.ERR::println);
                Outcome outcome = Consuming.run(journal, read.reading(follow.follow), export);
                Console.ERR.println("wrote " + Amounts.count(export.written(), "picture") + " into " + out
                        + (export.there() > 0 ? "; " + export.there() + " were there" : "")
                        + (export.without() > 0
                                ? "; of " + Amounts.count(export.without(), "frame") + " none was kept"
                                : "")
                        + (export.absent() > 0 ? "; " + export.absent() + " are not beside this journal" : "")
                        + (export.damaged() > 0 ? "; " + export.damaged() + " are damaged" : ""));
                return Exit.of(outcome, export.damaged() == 0);
            }
        }
    }
}
