package io.sightlog.cli;

import com.sun.security.auth.module.UnixSystem;
import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.WaitOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.event.Event;
import io.sightlog.journal.CopyTarget;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Start;
import io.sightlog.sink.draw.DrawOptions;
import io.sightlog.sink.draw.DrawSink;
import io.sightlog.sink.draw.DrawSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog draw}: the pictures and videos with their boxes. */
@Command(
        name = "draw",
        description = "Draw boxes, labels and confidence into copies of the pictures and videos that events tell of.",
        footer = {
            "",
            "Every source is read again from where it was. One that is gone, or is no longer the one that was looked at, is",
            "told in one line and skipped; the exit code is then 3."
        })
final class Draw implements Callable<Integer> {
    private static final Duration QUIET = Duration.ofSeconds(5);

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
        if (selection.topic != null) {
            throw new IllegalArgumentException("--topic selects messages, which have no picture to draw into");
        }
        Journal journal = queue.open();
        checkOwner(journal);
        Path over = CopyTarget.journalOver(out);
        if (over != null) {
            throw new JournalException("cannot draw into " + out + ": it is or lies in the journal " + over
                    + "; name another folder with --out");
        }
        DrawOptions options = new DrawOptions(out, sourceRoots, overwrite, Console.ERR::println, Stop::requested);
        Set<Long> missing = new LinkedHashSet<>();
        int code;
        DrawSummary summary;
        try (DrawSink sink = new DrawSink(options)) {
            Start otherwise = follow && name == null ? Start.END : Start.OLDEST;
            code = new EventLoop(journal, selection, name, follow, waiting.mode())
                    .run(otherwise, new EventLoop.Handler() {
                        @Override
                        public void handle(Event event) throws IOException {
                            if (event.labelSetHash() != 0 && event.labels() == null) {
                                missing.add(event.labelSetHash());
                            }
                            sink.accept(event);
                        }

                        @Override
                        public void caughtUp() throws IOException {
                            sink.finishIdle(QUIET);
                        }
                    });
            sink.finish();
            summary = sink.summary();
        }
        Console.ERR.println("drew " + Amounts.count(summary.pictures(), "picture") + " and "
                + Amounts.count(summary.videos(), "video") + " ("
                + Amounts.count(summary.videoFrames(), "frame") + ") into " + out
                + (summary.skips() > 0 ? "; " + summary.skips() + " skipped frames have none" : "")
                + (summary.undrawn() > 0
                        ? "; " + Amounts.count(summary.undrawn(), "event") + " could not be drawn"
                        : ""));
        code = LabelSetReport.warn(journal, missing, code);
        return code == Exit.DONE && !summary.complete() ? Exit.DONE_WITH_LOSS : code;
    }

    /** A journal names the files that are opened and copied: another user's must not choose among all of ours. */
    private void checkOwner(Journal journal) throws IOException {
        if (sourceRoots.isEmpty() && Files.exists(journal.directory())) {
            String owner;
            try {
                owner = Files.getOwner(journal.directory()).getName();
            } catch (UnsupportedOperationException e) {
                return; // no owners here
            }
            String me = user();
            if (!owner.equals(me) && !owner.endsWith("\\" + me)) {
                throw new JournalException("the journal " + journal.directory() + " belongs to " + owner + ", not to "
                        + me + ": say with --source-root DIR from where its sources may be read");
            }
        }
    }

    /** By name; by number where the system knows no name, and Java says "?". */
    private static String user() {
        String name = System.getProperty("user.name", "");
        return name.equals("?") ? Long.toString(new UnixSystem().getUid()) : name;
    }
}
