package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify} and {@code recover} as people run them. */
final class VerifyTest {
    @TempDir
    Path temp;

    private String queue = "";
    private String saved = "";

    @BeforeEach
    void fill() {
        queue = temp.resolve("journal").toString();
        saved = temp.resolve("saved").toString();
    }

    private Path cycleFile() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(queue))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aSoundJournalIsToldToBeSound() {
        Sightlog.feed(Ndjson.lines("door", 0, 10), "append", "-q", queue).expect(0);
        assertThat(Sightlog.run("verify", "-q", queue).expect(0).out())
                .containsExactly("sound: 10 events of 1 producer in 1 file");
        Sightlog.Done json = Sightlog.run("verify", "-q", queue, "--json").expect(0);
        assertThat(json.out()).singleElement().asString().contains("\"sound\":true,\"events\":10");
        assertThat(json.err()).isEmpty();
    }

    @Test
    void aCutFileIsNamedAndWhatIsSoundIsSaved() throws IOException {
        Sightlog.feed(Ndjson.lines("door", 0, 10), "append", "-q", queue).expect(0);
        List<String> truth = Ndjson.all(queue);
        Path file = cycleFile();
        int used = 0;
        byte[] content = Files.readAllBytes(file);
        for (int i = 0; i < content.length; i++) {
            used = content[i] != 0 ? i : used;
        }
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(used - 100);
        }
        String missing = Ndjson.field(truth.get(9), "index");

        Sightlog.Done tail = Sightlog.run("tail", "-q", queue, "--from", "start", "--format", "ndjson")
                .expect(3);
        Ndjson.assertSame(tail.out(), truth.subList(0, 9));
        assertThat(tail.err())
                .singleElement()
                .asString()
                .contains(missing, file.getFileName().toString());

        Sightlog.Done verify = Sightlog.run("verify", "-q", queue).expect(3);
        assertThat(verify.out().get(0)).startsWith("loss").contains("structure", missing);
        assertThat(verify.out().get(1)).startsWith("damaged, 1 finding: 9 events");
        assertThat(Sightlog.run("verify", "-q", queue, "--json").expect(3).out())
                .anyMatch(line -> line.contains("\"finding\":\"structure\"") && line.contains(missing));

        String copy = temp.resolve("copy").toString();
        Files.createDirectories(Path.of(copy));
        for (String name : List.of("metadata.cq4t", file.getFileName().toString())) {
            Files.copy(Path.of(queue, name), Path.of(copy, name));
        }
        Sightlog.Done next =
                Sightlog.feed(Ndjson.lines("gate", 0, 3), "append", "-q", copy).expect(1);
        assertThat(next.err()).anyMatch(line -> line.contains(missing)); // the next producer says so, too
        assertThat(next.err()).anyMatch(line -> line.contains("sightlog recover"));
        assertThat(Sightlog.run("tail", "-q", copy, "--from", "start", "--format", "ndjson")
                        .expect(3)
                        .out())
                .hasSize(9);

        byte[] before = Files.readAllBytes(file);
        Sightlog.Done recover =
                Sightlog.run("recover", "-q", queue, "--into", saved).expect(3);
        assertThat(recover.out()).anyMatch(line -> line.startsWith("recovered 9 events"));
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        List<String> again = Ndjson.all(saved);
        Ndjson.assertSame(again, truth.subList(0, 9)); // positions and times, too
        Sightlog.run("verify", "-q", saved).expect(0);
        assertThat(Sightlog.run("recover", "-q", queue, "--into", saved)
                        .expect(1)
                        .err())
                .singleElement()
                .asString()
                .contains("not empty");
    }

    @Test
    void partOfAJournalCanBeVerified() throws IOException {
        Sightlog.feed(Ndjson.lines("door", 0, 10), "append", "-q", queue).expect(0);
        List<String> truth = Ndjson.all(queue);
        String first = Ndjson.field(truth.get(3), "index");
        String last = Ndjson.field(truth.get(6), "index");
        assertThat(Sightlog.run("verify", "-q", queue, "--from", first, "--to", last)
                        .expect(0)
                        .out())
                .containsExactly("sound: 4 events of 1 producer in 1 file");
        assertThat(Sightlog.run("verify", "-q", temp.resolve("nothing").toString())
                        .expect(1)
                        .err())
                .singleElement()
                .asString()
                .contains("no journal in");
        Sightlog.run("recover", "-q", queue).expect(2);
    }

    @Test
    void besideProducersThatAppendNothingIsWrong() {
        List<Sightlog> producers = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                producers.add(Sightlog.start("append", "-q", queue, "--roll", "secondly"));
            }
            for (int round = 0; round < 6; round++) {
                for (Sightlog producer : producers) {
                    producer.write(Ndjson.lines("door", round * 2000, round * 2000 + 2000));
                }
                if (Files.exists(Path.of(queue, "metadata.cq4t")) && round > 1) {
                    Sightlog.run("verify", "-q", queue).expect(0);
                }
            }
            producers.forEach(producer -> producer.await().expect(0));
        } finally {
            producers.forEach(Sightlog::close);
        }
        assertThat(Sightlog.run("verify", "-q", queue).expect(0).out())
                .last()
                .asString()
                .startsWith("sound: 24,000 events of 2 producers");
    }
}
