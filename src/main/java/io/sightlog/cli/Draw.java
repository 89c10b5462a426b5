package io.sightlog.cli;

import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.FollowOption;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.ReadOptions;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.consume.Consumption;
import io.sightlog.consume.Outcome;
import io.sightlog.consume.Reading;
import io.sightlog.journal.CopyTarget;
import io.sightlog.journal.FrameReader;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.pictures.SourceOwner;
import io.sightlog.sink.draw.DrawOptions;
import io.sightlog.sink.draw.DrawSink;
import io.sightlog.sink.draw.DrawSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog draw}: the pictures and videos with their boxes. */
@Command(
        name = "draw",
        description = "Draw boxes, labels and confidence into copies of the pictures and videos that events came from.",
        footer = {
            "",
            "Every source is read again from where it was. Where it is gone, has changed since, or is a camera, the picture "
                    + "that was kept beside the journal takes its place; without one it is "
                    + "reported in one line and skipped, and the exit code is then 3. Of a camera only kept pictures are drawn.",
            "A copy of a video has all its frames. Boxes stay until the next event, and after the last one for as many "
                    + "frames as events were apart at most."
        })
final class Draw implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    ReadOptions read = new ReadOptions();

    @Mixin
    FollowOption follow = new FollowOption();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "boxes",
            description = "Where to put them (default: ${DEFAULT-VALUE}).")
    Path out = Path.of("boxes");

    @Option(
            names = "--source-root",
            paramLabel = "DIR",
            description = "Read sources only under this folder; may be repeated. Needed for a journal of another user.")
    List<Path> sourceRoots = new ArrayList<>();

    @Option(names = "--overwrite", description = "Replace files of the same name; else the next free name is taken.")
    boolean overwrite;

    @Override
    public Integer call() throws IOException {
        Reading reading = read.reading(follow.follow);
        if (reading.selection().topic() != null) {
            throw new IllegalArgumentException("--topic selects messages, which have no picture to draw into");
        }
        Journal journal = queue.open();
        if (!follow.follow) {
            Consumption.checkExists(journal); // before a folder is made for nothing
        }
        String refusal = sourceRoots.isEmpty() ? SourceOwner.refusal(journal.directory()) : null;
        if (refusal != null) {
            throw new JournalException(refusal);
        }
        Path over = CopyTarget.journalOver(out);
        if (over != null) {
            throw new JournalException("cannot draw into " + out + ": it is or lies in the journal " + over
                    + "; name another folder with --out");
        }
        DrawOptions options = new DrawOptions(out, sourceRoots, overwrite, Console.ERR::println, Stop::requested);
        Outcome outcome;
        DrawSummary summary;
        Set<Long> missing;
        try (FrameReader frames = journal.frames();
                DrawSink sink = new DrawSink(options, frames)) {
            outcome = Consuming.run(journal, reading, sink);
            missing = sink.missingLabelSets();
            summary = sink.summary();
        }
        Console.ERR.println("drew " + Amounts.count(summary.pictures(), "picture") + " and "
                + Amounts.count(summary.videos(), "video") + " ("
                + Amounts.count(summary.videoFrames(), "frame") + ") into " + out
                + (summary.skips() > 0 ? "; " + summary.skips() + " skipped frames have none" : "")
                + (summary.notKept() > 0
                        ? "; of " + Amounts.count(summary.notKept(), "frame") + " of cameras no picture was kept"
                        : "")
                + (summary.undrawn() > 0
                        ? "; " + Amounts.count(summary.undrawn(), "event") + " could not be drawn"
                        : ""));
        LabelSetReport.print(journal, reading.selection(), missing);
        return Exit.of(outcome, missing.isEmpty() && summary.complete());
    }
}
