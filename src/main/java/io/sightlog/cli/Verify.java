package io.sightlog.cli;

import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.JsonOption;
import io.sightlog.cli.options.Places;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Progress;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog verify}: whether a journal is sound. */
@Command(
        name = "verify",
        description =
                "Check a journal: every checksum, every producer's numbers, structure, index, files, kept frames, "
                        + "label sets, consumers. Writes nothing; also beside writers that append.",
        footer = {
            "",
            "One line per finding, on standard output, and with --json a summary after them: loss (events that were there cannot be read), damage "
                    + "(something else is wrong), note (a sound journal may have it) or error (a file could not be "
                    + "opened or read, and nothing is known of it). Exit code 0: sound, 3: not sound, 1: not all could "
                    + "be read.",
            "A journal that was pruned or recovered is sound, with known losses, which are noted; with "
                    + "--strict the exit code is then 3. Pictures of frames that were kept beside another journal, "
                    + "or are not in this copy, are counted, and no damage.",
            "",
            "When the newest events of a file are gone, what the file says of its own end shows it; when a "
                    + "file in the middle was deleted, gaps in the producers' numbers do. Up to 100,000 producers are "
                    + "followed, with up to 1,000 open gaps each."
        })
final class Verify implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Option(
            names = "--from",
            paramLabel = "WHERE",
            converter = Places.StartConverter.class,
            description =
                    "Where to begin: start, -N, a position (0x...) or a time of append; of a batch, all is checked.")
    @Nullable
    Start from;

    @Option(
            names = "--to",
            paramLabel = "WHERE",
            converter = Places.EndConverter.class,
            description = "Where to end: a position (its excerpt is the last), a time, or end.")
    @Nullable
    Start to;

    @Mixin
    JsonOption json = new JsonOption();

    @Option(
            names = "--strict",
            description = "Exit with 3 also for known losses: events that were pruned, or lost before a recovery.")
    boolean strict;

    @Override
    public Integer call() throws IOException {
        Stop.listen();
        Journal journal = Journal.openDamaged(queue.directory);
        Position first = from == null || from instanceof Start.Oldest ? null : position(journal, from);
        Position last = last(journal);
        try (Findings findings = new Findings(json.json);
                Progress progress = new Progress("verifying")) {
            Verification verification =
                    new Verification(journal, first, last, findings::print, bytes -> progress.advance(bytes));
            progress.begin(verification.bytes());
            try {
                verification.run();
            } catch (CancellationException e) {
                Console.ERR.println("stopped after " + Amounts.count(verification.events(), "event"));
                return Exit.failed();
            }
            progress.end();
            summary(findings, verification);
            if (verification.unread() > 0) {
                Console.ERR.println("sightlog verify: not all of " + journal.directory()
                        + " could be read: whether that is sound is not known");
                return Exit.failed();
            }
            boolean whole = verification.damages() == 0 && !(strict && verification.knownLosses() > 0);
            return Exit.of(whole);
        }
    }

    private static void summary(Findings findings, Verification verification) throws IOException {
        if (findings.isJson()) {
            findings.json(line -> {
                line.writeBooleanField("sound", verification.damages() == 0 && verification.unread() == 0);
                line.writeNumberField("events", verification.events());
                line.writeNumberField("files", verification.files());
                line.writeNumberField("producers", verification.producers());
                line.writeNumberField("damages", verification.damages());
                line.writeNumberField("notes", verification.notes());
                line.writeNumberField("knownLosses", verification.knownLosses());
                line.writeNumberField("unread", verification.unread());
                line.writeNumberField("salvageableEvents", verification.salvageable());
                line.writeNumberField("keptFrames", verification.frames());
                line.writeNumberField("framesNotHere", verification.framesNotHere());
                line.writeNumberField("orphanFrames", verification.orphanFrames());
            });
            return;
        }
        findings.line(String.format(
                Locale.ROOT,
                "%s: %,d %s of %s in %s%s%s",
                verification.damages() == 0
                        ? verification.unread() > 0
                                ? "nothing damaged in what could be read"
                                : "sound" + (verification.knownLosses() > 0 ? ", with known losses" : "")
                        : "damaged, " + Amounts.count(verification.damages(), "finding"),
                verification.events(),
                Amounts.noun(verification.events(), "event"),
                Amounts.count(verification.producers(), "producer"),
                Amounts.count(verification.files(), "file"),
                frames(verification),
                verification.salvageable() == 0
                        ? ""
                        : "; " + verification.salvageable()
                                + " sound events lie where no reader comes: sightlog recover saves them"));
    }

    private static String frames(Verification verification) {
        long here = verification.frames();
        long elsewhere = verification.framesNotHere();
        long orphans = verification.orphanFrames();
        return here + elsewhere + orphans == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; %,d kept %s%s%s",
                        here,
                        Amounts.noun(here, "frame"),
                        elsewhere == 0 ? "" : String.format(Locale.ROOT, ", %,d not here", elsewhere),
                        orphans == 0 ? "" : String.format(Locale.ROOT, ", %,d that no event points at", orphans));
    }

    /** The position of the first event from a start on; behind everything when there is none. */
    private static Position position(Journal journal, Start start) {
        if (start instanceof Start.At at) {
            return at.position();
        }
        try (JournalReader reader = journal.reader(start)) {
            while (true) {
                try {
                    return reader.peek() ? reader.nextPosition() : new Position(Long.MAX_VALUE, 0);
                } catch (DamageException e) { // found again
                    if (!e.canGoOn()) {
                        throw e;
                    }
                }
            }
        }
    }

    private @Nullable Position last(Journal journal) {
        if (to instanceof Start.At at) {
            return at.position();
        }
        if (to instanceof Start.Time) {
            long behind = position(journal, to).index();
            return behind == Long.MAX_VALUE ? null : new Position(Math.max(0, behind - 1), 0);
        }
        return null;
    }
}
