package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
        return Sightlog.start(command(more));
    }

    private String[] command(String... more) {
        List<String> command = new ArrayList<>(List.of("mirror", "shm", "-q", queue, "--name", name));
        command.addAll(List.of(more));
        return command.toArray(String[]::new);
    }

    /** Shows all events that are there, one after the other, and ends. */
    private Sightlog.Done show(String... more) {
        List<String> all = new ArrayList<>(List.of("--from", "start", "--to", "end"));
        all.addAll(List.of(more));
        return Sightlog.run(command(all.toArray(String[]::new)));
    }

    /** What a reader sees that starts now. */
    private String seen() throws IOException {
        try (Ancestor reader = reader()) {
            return reader.next();
        }
    }

    private Ancestor reader() throws IOException {
        return Ancestor.start("python3", "src/test/python/segment_reader.py", name);
    }

    private void append(String... detections) {
        List<String> lines =
                List.of("{\"source\":\"/pictures/a.jpg\",\"detections\":[" + String.join(",", detections) + "]}");
        Sightlog.feed(lines, "append", "-q", queue).expect(0);
    }

    private static String box(String label, double confidence, String xywh) {
        String[] n = xywh.split(" ");
        return "{\"label\":\"" + label + "\",\"confidence\":" + confidence + ",\"x\":" + n[0] + ",\"y\":" + n[1]
                + ",\"w\":" + n[2] + ",\"h\":" + n[3] + "}";
    }

    @Test
    void aReaderSeesTheDogThatAProducerHasFound() throws Exception {
        try (Sightlog mirror = mirror()) {
            mirror.awaitErr("waiting for a producer");
            try (Ancestor reader = reader(mirror)) {
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

    @Test
    void showsTheTenMostConfidentInTheirOrder() throws Exception {
        append(IntStream.range(0, 14)
                .mapToObj(i -> box("car", (i * 5 % 14) / 100.0 + 0.1, i + " 0 1 1"))
                .toArray(String[]::new));
        assertThat(show().expect(0).err())
                .containsExactly("showed 1 frame in /" + name + "; 1 had more than 10 detections");
        String expected = IntStream.range(0, 14)
                .filter(i -> i * 5 % 14 >= 4)
                .mapToObj(i -> String.format(Locale.ROOT, "2,%.4f,%d,0,1,1", (i * 5 % 14) / 100.0 + 0.1, i))
                .collect(Collectors.joining(" "));
        assertThat(seen()).isEqualTo(expected);
    }

    @Test
    void mapsLabelsWithoutCaseAndTellsOnceWhatHasNoNumber() throws Exception {
        String[] boxes = {
            box("PERSON", 0.5, "1.5 2.4 3.5 4.4"),
            box("Coffee cup", 0.9, "0 0 1 1"),
            box("Motorcycle", 0.25, "-1.6 0 2 2"),
            box("toothbrush", 1, "0 0 1 1"),
            "{\"classId\":16,\"confidence\":0.5,\"x\":0,\"y\":0,\"w\":1,\"h\":1}"
        };
        append(boxes);
        append(boxes);
        assertThat(show().expect(3).err())
                .containsExactly(
                        "\"Coffee cup\" is no class of COCO: its detections are left out",
                        "\"16\" is no class of COCO: its detections are left out",
                        "showed 2 frames in /" + name + "; 4 detections are of no class of COCO");
        assertThat(seen()).isEqualTo("0,0.5000,2,2,4,4 3,0.2500,-2,0,2,2 79,1.0000,0,0,1,1");
    }

    @Test
    void showsWhatTheFiltersLeave() throws Exception {
        append(box("dog", 0.9, "1 1 1 1"), box("dog", 0.4, "2 2 2 2"), box("cat", 0.8, "3 3 3 3"));
        show("--classes", "Dog", "--conf", "0.5").expect(0);
        assertThat(seen()).isEqualTo("16,0.9000,1,1,1,1");
        show("--classes", "cat", "--conf", "0.85").expect(0);
        assertThat(seen()).isEqualTo("-");
        show("--source", "b.jpg").expect(0);
        assertThat(seen()).as("nothing was shown").isEqualTo("-");
        show("--source", "a.jpg", "--classes", "cat").expect(0);
        assertThat(seen()).isEqualTo("15,0.8000,3,3,3,3");
    }

    @Test
    void aSkipChangesNothing() throws Exception {
        append(box("dog", 0.9, "1 1 1 1"));
        Sightlog.feed(List.of("{\"kind\":\"skip\",\"reason\":\"dark\"}"), "append", "-q", queue)
                .expect(0);
        assertThat(show().expect(0).err()).containsExactly("showed 1 frame in /" + name);
        assertThat(seen()).isEqualTo("16,0.9000,1,1,1,1");
    }

    @Test
    void growsWhatIsTooSmallAndLeavesWhatIsLarger() throws Exception {
        append(box("dog", 0.9, "1 1 1 1"));
        Files.write(segment, new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
        show().expect(0);
        assertThat(Files.size(segment)).isEqualTo(244);
        assertThat(seen()).isEqualTo("16,0.9000,1,1,1,1");
        byte[] large = new byte[4096];
        Arrays.fill(large, (byte) 0xee);
        Files.write(segment, large);
        show().expect(0);
        assertThat(Files.size(segment)).isEqualTo(4096);
        assertThat(seen()).isEqualTo("16,0.9000,1,1,1,1");
        assertThat(Files.readAllBytes(segment)).endsWith(new byte[] {(byte) 0xee, (byte) 0xee});
    }

    @Test
    void hasThePermissionsThatWereAskedForAndGoesWhenAskedTo() throws Exception {
        append(box("dog", 0.9, "1 1 1 1"));
        show("--mode", "0666").expect(0);
        assertThat(Files.getPosixFilePermissions(segment)).isEqualTo(PosixFilePermissions.fromString("rw-rw-rw-"));
        show("--unlink").expect(0);
        assertThat(segment).doesNotExist();
    }

    @Test
    void isMadeAgainWhenItWasRemoved() throws Exception {
        append(box("dog", 0.9, "1 1 1 1"));
        try (Sightlog mirror = mirror("--from", "start");
                Ancestor first = reader(mirror)) {
            first.until("16,0.9000,1,1,1,1");
            Files.delete(segment);
            append(box("cat", 0.9, "1 1 1 1"));
            mirror.awaitErr("had been removed, and was made again");
            assertThat(seen()).isEqualTo("15,0.9000,1,1,1,1");
            mirror.interrupt();
            mirror.await().expect(130);
        }
    }

    /** As soon as there is something to read. */
    private Ancestor reader(Sightlog mirror) throws IOException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!Files.exists(segment) && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(segment).as("made by %s", mirror.pid()).exists();
        return reader();
    }

    @Test
    void whatIsNoSharedMemoryIsNamedAndLeftAlone() throws Exception {
        append(box("dog", 0.9, "1 1 1 1"));
        Path other = Files.write(temp.resolve("other"), new byte[300]);
        Files.createSymbolicLink(segment, other);
        assertThat(show().expect(1).err()).singleElement().asString().contains(segment + ") is a link");
        assertThat(Files.readAllBytes(other)).containsOnly(0);
        Files.delete(segment);
        Files.createDirectory(segment);
        assertThat(show().expect(1).err()).singleElement().asString().contains(segment + ") is a directory");
        Files.delete(segment);
        assertThat(Sightlog.run("mirror", "shm", "-q", other.toString(), "--name", name)
                        .expect(1)
                        .err())
                .singleElement()
                .asString()
                .contains(other + " is not a journal");
        assertThat(segment).doesNotExist();
        for (String bad : List.of("a/b", "", "..", "/../x")) {
            assertThat(Sightlog.run("mirror", "shm", "-q", queue, "--name", bad)
                            .expect(2)
                            .err())
                    .singleElement()
                    .asString()
                    .contains("\"" + bad + "\" is no name of shared memory");
        }
    }

    @Test
    void theSegmentOfAnotherIsNamed() throws Exception {
        append(box("dog", 0.9, "1 1 1 1"));
        try (Sightlog mirror = mirror("--from", "start");
                Ancestor reader = reader(mirror)) {
            reader.until("16,0.9000,1,1,1,1");
            assertThat(show().expect(1).err()).singleElement().asString().contains("kept by another sightlog mirror");
        }
        assumeFalse(Sightlog.AS_NOBODY.isEmpty(), "cannot become another user here");
        String elsewhere = Path.of(System.getProperty("java.io.tmpdir"), name).toString();
        assertThat(Sightlog.runAsNobody(List.of(), "mirror", "shm", "-q", elsewhere, "--name", name)
                        .expect(1)
                        .err())
                .singleElement()
                .asString()
                .contains("permission denied; it belongs to " + Files.getOwner(segment));
    }

    @Test
    void aSegmentThatSomebodyElseMayHavePlantedIsRefused() throws Exception {
        assumeFalse(Sightlog.AS_NOBODY.isEmpty(), "cannot become another user here");
        append(box("dog", 0.9, "1 1 1 1"));
        String file = segment.toString();
        Map<String, String> planted = Map.of(
                "belongs to user nobody",
                        "setpriv --reuid=65534 --clear-groups sh -c 'umask 0; truncate -s 244 " + file + "'",
                "has another name, too", "umask 077; truncate -s 244 " + file + " && ln " + file + " " + file + ".too");
        for (Map.Entry<String, String> plant : planted.entrySet()) {
            assertThat(new ProcessBuilder("sh", "-c", plant.getValue()).start().waitFor())
                    .isZero();
            try {
                assertThat(show().expect(1).err()).singleElement().asString().contains(plant.getKey(), "--foreign");
                assertThat(Files.readAllBytes(segment)).containsOnly(0);
                show("--foreign").expect(0);
                assertThat(Files.readAllBytes(segment)[0]).isEqualTo((byte) 1);
            } finally {
                Files.deleteIfExists(segment);
                Files.deleteIfExists(Path.of(file + ".too"));
            }
        }
        assertThat(new ProcessBuilder("sh", "-c", "umask 0; truncate -s 244 " + file)
                        .start()
                        .waitFor())
                .isZero();
        show().expect(0); // as old programs make it
    }
}
