package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on real pictures, some of which are none. */
final class PictureTest {
    @TempDir
    Path temp;

    @Test
    void picturesBecomeEventsAndPicturesWithBoxes() throws IOException {
        Path photos = Files.createDirectory(temp.resolve("photos"));
        for (String name : List.of("dog.jpg", "horses.jpg", "person.jpg")) {
            try (InputStream in =
                    Objects.requireNonNull(PictureTest.class.getResourceAsStream("/io/sightlog/demo/" + name), name)) {
                Files.copy(in, photos.resolve(name));
            }
        }
        Files.writeString(photos.resolve("broken.jpg"), "this is not a picture");
        Files.createFile(photos.resolve("empty.png"));
        String queue = temp.resolve("journal").toString();

        Sightlog.Done produce =
                Sightlog.run("produce", "-q", queue, photos.toString()).expect(3);
        assertThat(produce.out()).isEmpty();
        assertThat(produce.err())
                .filteredOn(line -> line.contains("broken.jpg"))
                .hasSize(1);
        assertThat(produce.err()).filteredOn(line -> line.contains("empty.png")).hasSize(1);
        assertThat(produce.err()).anyMatch(line -> line.startsWith("3 frames, 2 skips"));

        List<String> events = Ndjson.all(queue);
        assertThat(Ndjson.fields(events, "kind")).containsExactly("skip", "frame", "skip", "frame", "frame");
        assertThat(events)
                .filteredOn(line -> Ndjson.field(line, "kind").equals("skip"))
                .allSatisfy(line -> assertThat(Ndjson.field(line, "reason")).isNotBlank());
        assertThat(events.get(1)).contains("\"label\":\"Dog\"", "\"label\":\"Bicycle\"", "\"label\":\"Car\"");
        assertThat(Sightlog.run("info", "-q", queue).expect(0).out())
                .anyMatch(line -> line.startsWith("events") && line.contains("5 (3 frames, 2 skips"));

        draws(queue, photos);
    }

    private void draws(String queue, Path photos) throws IOException {
        Path out = temp.resolve("boxes");
        Sightlog.Done draw =
                Sightlog.run("draw", "-q", queue, "--out", out.toString()).expect(0);
        assertThat(draw.err()).singleElement().asString().startsWith("drew 3 pictures");
        List<Path> first = list(out);
        assertThat(first).hasSize(3);
        byte[] before = Files.readAllBytes(first.get(0));

        Sightlog.run("draw", "-q", queue, "--out", out.toString()).expect(0);
        assertThat(list(out)).hasSize(6).containsAll(first);
        assertThat(first.get(0)).hasBinaryContent(before);

        Files.copy(
                photos.resolve("horses.jpg"),
                photos.resolve("dog.jpg"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.delete(photos.resolve("person.jpg"));
        Path again = temp.resolve("again");
        Sightlog.Done changed =
                Sightlog.run("draw", "-q", queue, "--out", again.toString()).expect(3);
        assertThat(changed.err()).filteredOn(line -> line.contains("dog.jpg")).hasSize(1);
        assertThat(changed.err())
                .filteredOn(line -> line.contains("person.jpg"))
                .hasSize(1);
        assertThat(list(again)).hasSize(1);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
