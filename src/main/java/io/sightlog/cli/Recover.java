package io.sightlog.cli;

import io.sightlog.cli.options.JsonOption;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.NativeCalls;
import io.sightlog.cli.terminal.Progress;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.audit.Recovery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog recover}: what is sound of a damaged journal, as a new one. */
@Command(
        name = "recover",
        description = "Copy all that is sound of a damaged journal into a new one. The damaged one is only read.",
        footer = {
            "",
            "Order, producers, numbers, all times, unknown sections, kept frames, label sets and the positions of "
                    + "consumers are kept; events of a batch become excerpts of their own, and positions are new. Where"
                    + " documents cannot be followed, sound events are searched for byte by byte.",
            "",
            "What could not be saved is reported, one line each, as verify does; the exit code is then 3. "
                    + "Stop the producers first: what they append during the copy may be in it or not."
        })
final class Recover implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Option(
            names = "--into",
            paramLabel = "DIR",
            required = true,
            description = "The new journal: a directory that is not there, or empty.")
    Path into = Path.of("");

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException {
        Stop.listen();
        NativeCalls.look();
        Journal journal = Journal.openDamaged(queue.directory);
        try (Findings findings = new Findings(json.json);
                Progress progress = new Progress("recovering")) {
            Copy copy = new Copy();
            Verification verification = new Verification(
                    journal,
                    findings::print,
                    bytes -> progress.advance(bytes),
                    (event, placed) -> copy.recovery().copy(event, placed));
            Roll roll = verification.roll();
            if (roll == null) {
                throw new JournalException("cannot recover " + journal.directory()
                        + ": neither metadata.cq4t nor the name of a file says how it rolls; there is nothing to save");
            }
            try (Recovery recovery = new Recovery(journal, roll, into)) {
                copy.recovery = recovery;
                progress.begin(verification.bytes());
                verification.run();
                recovery.finish(verification.losses(), verification.wrongRanges(), verification.missingLabelSets());
                progress.end();
                summary(findings, verification, recovery);
            } catch (CancellationException e) {
                Console.ERR.println("stopped: " + into + " is not complete");
                return Exit.failed();
            }
            if (verification.unread() > 0) {
                Console.ERR.println("sightlog recover: not all of " + journal.directory() + " could be read, and "
                        + into + " is without that: recover into another directory once it can be");
                return Exit.failed();
            }
            return Exit.of(verification.losses() == 0);
        }
    }

    /** Set once the new journal is there. */
    private static final class Copy {
        private @Nullable Recovery recovery;

        Recovery recovery() {
            return java.util.Objects.requireNonNull(recovery);
        }
    }

    private void summary(Findings findings, Verification verification, Recovery recovery) throws IOException {
        if (findings.isJson()) {
            findings.json(line -> {
                line.writeBooleanField("lossless", verification.losses() == 0 && verification.unread() == 0);
                line.writeNumberField("events", recovery.events());
                line.writeNumberField("salvagedEvents", verification.salvageable());
                line.writeNumberField("restampedEvents", recovery.restamped());
                line.writeNumberField("labelSets", recovery.labelSets());
                line.writeNumberField("keptFrames", recovery.frames());
                line.writeNumberField("consumers", recovery.consumers());
                line.writeNumberField("losses", verification.losses());
                line.writeNumberField("unread", verification.unread());
            });
            return;
        }
        findings.line(String.format(
                Locale.ROOT,
                "recovered %s (%,d of them where no reader comes), %s%s, %s into %s%s",
                count(recovery.events(), "event"),
                verification.salvageable(),
                recovery.frames() == 0 ? "" : count(recovery.frames(), "kept frame") + ", ",
                count(recovery.labelSets(), "label set"),
                count(recovery.consumers(), "consumer"),
                into,
                recovery.restamped() == 0
                        ? ""
                        : "; " + recovery.restamped()
                                + " got a later time of append, so that it does not run backwards"));
    }

    private static String count(long number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }
}
