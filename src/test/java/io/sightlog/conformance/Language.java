package io.sightlog.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Digest;
import io.sightlog.event.Event;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Missed;
import io.sightlog.journal.Position;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A language in which there is a reader, and how that is run. */
enum Language {
    /** The application's own reader, in this process. */
    JAVA {
        @Override
        void need() {}

        @Override
        Map<Path, Read> read(Map<Path, Beginning> beginnings) throws IOException {
            Map<Path, Read> all = new LinkedHashMap<>();
            for (Map.Entry<Path, Beginning> one : beginnings.entrySet()) {
                all.put(one.getKey(), inJava(one.getKey(), one.getValue()));
            }
            return all;
        }
    },
    /** The C library, ended by whatever C does not define. */
    C {
        @Override
        void need() {
            ForeignPrograms.need("gcc");
        }

        @Override
        Map<Path, Read> read(Map<Path, Beginning> beginnings) throws IOException, InterruptedException {
            Path program = ForeignPrograms.sanitized("read_journal", ForeignPrograms.WITH_LIBRARY);
            return run(List.of(program.toString()), beginnings);
        }
    },
    /** The package in {@code src/main/python}. */
    PYTHON {
        @Override
        void need() {
            ForeignPrograms.need("python3");
        }

        @Override
        Map<Path, Read> read(Map<Path, Beginning> beginnings) throws IOException, InterruptedException {
            return run(List.of("python3", "src/test/python/read_journal.py"), beginnings);
        }
    };

    private static final int LONGEST_SECONDS = 120;

    /** Goes on only where its tools are. */
    abstract void need();

    /** Reads each from its beginning to its end. A named consumer's position is moved. */
    abstract Map<Path, Read> read(Map<Path, Beginning> beginnings) throws IOException, InterruptedException;

    private static Read inJava(Path directory, Beginning beginning) throws IOException {
        List<String> lines = new ArrayList<>();
        List<String> reports = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventPrinter printer = PrintFormat.NDJSON.printer(out);
        try (Journal journal = Journal.open(directory);
                JournalReader reader = beginning.name().isEmpty()
                        ? journal.reader(beginning.start())
                        : journal.reader(beginning.name(), beginning.start())) {
            Missed missed = reader.missed();
            missed(missed, reports);
            boolean more = true;
            while (more) {
                try {
                    out.reset();
                    more = reader.next();
                    if (more) {
                        print(printer, reader.event());
                        lines.add(out.toString(StandardCharsets.UTF_8).strip());
                        reader.handled();
                    }
                } catch (DamageException e) {
                    reports.add("damaged " + e.position());
                    more = e.canGoOn();
                } catch (UnreadableEventException e) {
                    reports.add("damaged "
                            + new Position(
                                    reader.event().index(), reader.event().place()));
                }
                if (reader.missed() != missed) {
                    missed = reader.missed();
                    missed(missed, reports);
                }
            }
        } catch (JournalException e) {
            reports.add("failed");
        }
        printer.missingLabels().labelSets().forEach(hash -> reports.add("missing " + Digest.hex(hash)));
        return Read.of(lines, reports, left(directory, beginning));
    }

    /** One with a text that is no UTF-8 has no line. */
    private static void print(EventPrinter printer, Event event) throws IOException {
        if (!event.hasGoodTexts()) {
            throw new UnreadableEventException(
                    UnreadableEventException.Cause.DAMAGED, "a text in it is not good UTF-8");
        }
        printer.print(event);
    }

    private static void missed(Missed missed, List<String> reports) {
        if (missed != null) {
            reports.add("missed " + (missed.excerpts() < 0 ? "unknown" : missed.excerpts()));
        }
    }

    private static String left(Path directory, Beginning beginning) {
        if (beginning.name().isEmpty()) {
            return "";
        }
        try {
            ConsumerFile.State state = ConsumerFile.read(new JournalDirectory(directory), beginning.name());
            return state == null
                    ? "nothing"
                    : state.state() + " " + state.position()
                            + (state.resets() == 0 ? "" : " after " + state.resets() + " resets");
        } catch (JournalException e) {
            return "damage";
        }
    }

    /** Of programs that take {@code --each}. */
    private static Map<Path, Read> run(List<String> program, Map<Path, Beginning> beginnings)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(program);
        command.add("--each");
        Path in = Files.createTempFile("in", "");
        Path out = Files.createTempFile("out", "");
        Path errors = Files.createTempFile("errors", "");
        try {
            List<String> lines = new ArrayList<>();
            beginnings.forEach((journal, beginning) -> lines.add(
                    beginning.from() + " " + (beginning.name().isEmpty() ? "-" : beginning.name()) + " " + journal));
            Files.write(in, lines);
            Process process = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(errors.toFile())
                    .start();
            boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            assertThat(ended)
                    .as("%s ended within %d s", command, LONGEST_SECONDS)
                    .isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", command, Files.readString(errors))
                    .isIn(0, 1, 3);
            assertThat(Files.readString(errors)) // the sanitizers' exit code is 1, too
                    .as("%s", command)
                    .doesNotContain("Sanitizer", "runtime error", "Traceback");
            Map<String, List<String>> printed = byJournal(out);
            Map<String, List<String>> told = byJournal(errors);
            Map<Path, Read> all = new LinkedHashMap<>();
            for (Path journal : beginnings.keySet()) {
                List<String> given = printed.getOrDefault(journal.toString(), List.of());
                List<String> reports = told.getOrDefault(journal.toString(), List.of());
                all.put(journal, Read.of(given, reports, left(journal, beginnings.get(journal))));
            }
            return all;
        } finally {
            Files.delete(in);
            Files.delete(out);
            Files.delete(errors);
        }
    }

    /** Lines begin with the journal they are about. */
    private static Map<String, List<String>> byJournal(Path output) throws IOException {
        Map<String, List<String>> all = new HashMap<>();
        for (String line : Files.readAllLines(output, StandardCharsets.UTF_8)) {
            String[] parts = line.split(" ", 2);
            all.computeIfAbsent(parts[0], journal -> new ArrayList<>()).add(parts.length > 1 ? parts[1] : "");
        }
        return all;
    }
}
