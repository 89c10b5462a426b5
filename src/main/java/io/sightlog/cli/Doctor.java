package io.sightlog.cli;

import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.JsonOption;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Failure;
import io.sightlog.inspect.Diagnosis;
import io.sightlog.inspect.Symptom;
import io.sightlog.journal.NanoClock;
import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import io.sightlog.natives.NativesException;
import io.sightlog.natives.UnsafeFolderException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog doctor}: what is wrong around a journal, and what mends it. */
@Command(
        name = "doctor",
        description =
                "Check what surrounds a journal: its lock, clocks, files, disk space, consumers, cameras. Changes "
                        + "nothing.",
        footer = {
            "",
            "Every finding comes with the command that mends it. Exit code 0: nothing found, 3: something. "
                    + "The events themselves are checked by sightlog verify."
        })
final class Doctor implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Option(
            names = "--max-age",
            paramLabel = "TIME",
            converter = Amounts.DurationConverter.class,
            description =
                    "A camera that was seen last so long ago is a finding, e.g. 30s; so is a journal without cameras.")
    @Nullable
    Duration maxAge;

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException {
        Diagnosis diagnosis = Diagnosis.of(queue.open(), NanoClock.SYSTEM, maxAge);
        List<Symptom> symptoms = symptoms(diagnosis);
        if (json.json) {
            print(symptoms);
        } else {
            text(diagnosis, symptoms);
        }
        return symptoms.isEmpty() ? Exit.DONE : Exit.DONE_WITH_LOSS;
    }

    /** Of the journal, and of what this program needs to run. */
    private static List<Symptom> symptoms(Diagnosis diagnosis) {
        List<Symptom> all = new ArrayList<>(diagnosis.symptoms());
        try {
            Natives.load(Bundle.JNA);
        } catch (NativesException e) {
            Symptom.Area area = e instanceof UnsafeFolderException ? Symptom.Area.PERMISSIONS : Symptom.Area.FILES;
            all.add(new Symptom(area, Failure.message(e), "sightlog doctor --cache-dir DIR, and so for all verbs"));
        }
        return all;
    }

    private static void text(Diagnosis diagnosis, List<Symptom> symptoms) {
        for (Symptom symptom : symptoms) {
            Console.OUT.printf("%-12s %s%n%-12s -> %s%n", name(symptom), symptom.text(), "", symptom.remedy());
        }
        diagnosis
                .cameras()
                .forEach((name, seen) -> Console.OUT.println("camera " + name + ": "
                        + (seen.seenNanos() == Long.MIN_VALUE
                                ? "not seen in the last hour"
                                : "last seen " + Amounts.span(Math.max(0, NanoClock.SYSTEM.nanos() - seen.seenNanos()))
                                        + " ago")));
        int found = symptoms.size();
        Console.OUT.println(diagnosis.directory()
                + (diagnosis.roll() == null
                        ? ""
                        : ", " + diagnosis.roll().text() + ", " + Amounts.count(diagnosis.cycles(), "cycle") + ", "
                                + Amounts.size(diagnosis.diskBytes()))
                + (found == 0 ? ": nothing found" : ": " + Amounts.count(found, "finding")));
    }

    private static void print(List<Symptom> symptoms) throws IOException {
        try (Json json = new Json()) {
            for (Symptom symptom : symptoms) {
                json.line(line -> {
                    line.writeStringField("area", name(symptom));
                    line.writeStringField("text", symptom.text());
                    line.writeStringField("remedy", symptom.remedy());
                });
            }
        }
    }

    private static String name(Symptom symptom) {
        return symptom.area().name().toLowerCase(Locale.ROOT);
    }
}
