package io.sightlog.journal;

import io.sightlog.event.Digest;
import io.sightlog.event.LabelSet;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.audit.Finding;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A small journal of all kinds of things, the truth about it, and what readers, verify and recover make of it when it is damaged. */
public final class Damageable {
    public final Path directory;
    public final List<String> truth;
    public final List<Position> positions;
    private final Map<Position, String> byPosition = new HashMap<>();
    private final Path temp;
    private int recoveries;

    /**
     * What somebody got.
     *
     * @param lines events
     * @param errors what they were told
     */
    public record Got(List<String> lines, List<Position> positions, List<String> errors) {}

    /** One of 43 events in two files. */
    public Damageable(Path temp) throws IOException {
        this(temp, 40);
    }

    public Damageable(Path temp, int frames) throws IOException {
        this.temp = temp;
        this.directory = temp.resolve("journal");
        try (Recording to = new Recording(directory, Roll.MINUTELY)) {
            TreeMap<Integer, String> names = new TreeMap<>(Map.of(0, "cat", 1, "dog"));
            long labels = to.publish(new LabelSet(LabelSet.Model.named("m"), names));
            for (int i = 0; i < frames; i++) {
                to.append(
                        i % 3 == 0 ? Recording.ALICE : Recording.BOB,
                        to.draft()
                                .source("/photos/dog.jpg")
                                .frame(i, i)
                                .labelSet(labels)
                                .detection(i % 2, 0.5f, i, 2, 3, 4, 0));
                if (i == 12) {
                    to.excerpt(Recording.batch(List.of(
                            to.bytes(Recording.ALICE, to.draft().frame(100, 0)),
                            to.bytes(Recording.ALICE, to.draft().frame(101, 0).skip("why not")),
                            to.bytes(Recording.BOB, to.draft().frame(102, 0)))));
                }
                if (i == frames / 2 + 2) {
                    to.advance(60, TimeUnit.SECONDS);
                }
            }
        }
        try (JournalReader reader = journal().reader("alarm")) {
            for (int i = 0; i < 20; i++) {
                reader.next();
                reader.handled();
            }
        }
        Got all = read(Start.OLDEST);
        if (!all.errors().isEmpty()) {
            throw new AssertionError(all.errors());
        }
        this.truth = all.lines();
        this.positions = all.positions();
        for (int i = 0; i < truth.size(); i++) {
            byPosition.put(positions.get(i), truth.get(i));
        }
    }

    public Journal journal() {
        return Journal.open(directory);
    }

    /** All its files, and of each the bytes that are in use. */
    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    public Got read(Start start) throws IOException {
        try {
            Journal journal = journal();
            if (!journal.exists()) {
                return new Got(List.of(), List.of(), List.of());
            }
            try (JournalReader reader = journal.reader(start)) {
                return read(reader);
            }
        } catch (JournalException e) {
            return new Got(List.of(), List.of(), List.of(e.getMessage()));
        }
    }

    Got readAsAlarm() {
        try (JournalReader reader = journal().reader("alarm")) {
            Got got = new Got(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            while (true) { // without saving where it is
                try {
                    if (!reader.next()) {
                        return got;
                    }
                    got.positions()
                            .add(new Position(
                                    reader.event().index(), reader.event().place()));
                } catch (DamageException e) {
                    got.errors().add(e.getMessage());
                }
            }
        } catch (JournalException e) {
            return new Got(List.of(), List.of(), List.of(e.getMessage()));
        }
    }

    private static Got read(JournalReader reader) throws IOException {
        Got got = new Got(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventPrinter printer = PrintFormat.NDJSON.printer(out);
        while (true) {
            try {
                if (!reader.next()) {
                    break;
                }
                out.reset();
                printer.print(reader.event());
                got.lines().add(out.toString(StandardCharsets.UTF_8));
                got.positions()
                        .add(new Position(reader.event().index(), reader.event().place()));
            } catch (DamageException e) {
                got.errors().add(e.getMessage());
            } catch (JournalException e) {
                got.errors().add(e.getMessage());
                break;
            }
        }
        printer.missingLabels().labelSets().forEach(hash -> got.errors().add("missing label set " + Digest.hex(hash)));
        return got;
    }

    /** Every line is what it was at its position, in order, and once. */
    void assertNothingWrong(Got got, String when) {
        Position last = null;
        for (int i = 0; i < got.lines().size(); i++) {
            Position here = got.positions().get(i);
            if (last != null && last.compareTo(here) >= 0) {
                throw new AssertionError(when + ": " + here + " behind " + last);
            }
            last = here;
            String line = got.lines().get(i);
            if (!line.equals(byPosition.get(here)) && got.errors().isEmpty()) {
                throw new AssertionError(when + ": at " + here + " came\n" + line + "and not\n" + byPosition.get(here));
            }
            if (!withoutLabels(line).equals(withoutLabels(String.valueOf(byPosition.get(here))))) {
                throw new AssertionError(when + ": at " + here + " came\n" + line + "and not\n" + byPosition.get(here));
            }
        }
    }

    private static String withoutLabels(String line) {
        return line.replaceAll("\"(label|model)\":\"[^\"]*\",?", "").replaceAll("\"(label|model)\":null,?", "");
    }

    /** What verify finds that is damage; a failure to look at all counts as one. */
    public List<Finding> verify() {
        List<Finding> findings = new ArrayList<>();
        try {
            new Verification(Journal.openDamaged(directory), null, null, findings::add, bytes -> {}).run();
        } catch (JournalException e) {
            findings.add(new Finding(Finding.Kind.METADATA, "", null, null, e.getMessage()));
        }
        return findings.stream().filter(Finding::isDamage).toList();
    }

    /** What recover saves, without positions. */
    public List<String> recover() throws IOException {
        Path into = temp.resolve("recovered-" + recoveries++);
        Journal damaged = Journal.openDamaged(directory);
        Roll roll = new Verification(damaged, null, null, finding -> {}, bytes -> {}).roll();
        if (roll == null) {
            return List.of();
        }
        Recoveries.recover(damaged, roll, into);
        Journal saved = Journal.open(into);
        try (JournalReader reader = saved.reader()) {
            return content(read(reader).lines());
        } finally {
            try (Stream<Path> files = Files.walk(into)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    public static List<String> content(List<String> lines) {
        return lines.stream()
                .map(line -> withoutLabels(line).replaceAll("\"(index|place)\":(\"[^\"]*\"|\\d+),", ""))
                .toList();
    }
}
