package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mirror shm}, with a reader in Python that maps the segment and knows nothing of it but its layout. */
final class MirrorTest {
    private static final String DOG = "16,0.7003,125,212,199,340";

    @TempDir
    Path temp;

    private final String name = "sightlog-test-" + UUID.randomUUID();
    private final Path segment = Path.of("/dev/shm", name);
    private String queue = "";

    @BeforeEach
    void place() {
        Ancestor.need("python3");
        queue = temp.resolve("journal").toString();
    }

    @AfterEach
    void remove() throws IOException {
        if (Files.isDirectory(segment, LinkOption.NOFOLLOW_LINKS) || Files.exists(segment, LinkOption.NOFOLLOW_LINKS)) {
            Files.delete(segment);
        }
    }

    private Sightlog mirror(String... more) {
        return Sightlog.start(Stream.concat(List.of("mirror", "shm", "-q", queue, "--name", name), List.of(more)));
    }

    private Ancestor reader() throws IOException {
        return Ancestor.start("python3", "src/test/python/segment_reader.py", name);
    }

    private void append(String... detections) {
        List<String> lines = List.of("{\"source\":\"/pictures/a.jpg\",\"detections\":[" + String.join(",", detections) + "]}");
        Sightlog.feed(lines, "append", "-q", queue).expect(0);
    }

    private static String box(String label, double confidence, String xywh) {
        String[] n = xywh.split(" ");
        return "{\"label\":\"" + label + "\",\"confidence\":" + confidence + ",\"x\":" + n[0] + ",\"y\":" + n[1] + ",\"w\":"
                + n[2] + ",\"h\":" + n[3] + "}";
    }

    @Test
    void aReaderSeesTheDogThatAProducerHasFound() throws Exception {
        try (Sightlog mirror = mirror()) {
            mirror.awaitErr("waiting for a producer");
            try (Ancestor reader = reader()) {
                assertThat(reader.next()).isEqualTo("-");
                Sightlog.run("produce", "-q", queue, "src/main/resources/io/sightlog/demo/dog.jpg")
                        .expect(0);
                assertThat(reader.next().split(" ")).contains(DOG).hasSize(3);
                append();
                assertThat(reader.next()).isEqualTo("-");
            }
            mirror.terminate();
            assertThat(mirror.await().expect(143).err()).contains("showed 2 frames in /" + name);
        }
        assertThat(Files.size(segment)).isEqualTo(244);
        assertThat(Files.getPosixFilePermissions(segment)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
}
