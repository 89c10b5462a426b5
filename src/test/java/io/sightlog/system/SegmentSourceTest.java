package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code produce shm:NAME}, with a writer in C that locks nothing and knows nothing of who reads. */
final class SegmentSourceTest {
    private static final String DOG = "1 16 0.75 125 212 199 340";
    private static final String DOG_JSON = "[{\"classId\":16,\"label\":\"dog\",\"confidence\":0.75,\"x\":125,\"y\":212,"
            + "\"w\":199,\"h\":340,\"trackId\":\"0\"}]";

    @TempDir
    static Path built;

    private static String program = "";

    @TempDir
    Path temp;

    private final String name = "sightlog-test-" + UUID.randomUUID();
    private final String source = "shm:" + name;
    private final Path segment = Path.of("/dev/shm", name);
    private String queue = "";

    @BeforeAll
    static void compile() throws Exception {
        program = Ancestor.compile("segment_writer", built);
    }

    @BeforeEach
    void place() {
        queue = temp.resolve("journal").toString();
    }

    @AfterEach
    void remove() throws IOException {
        Files.deleteIfExists(segment);
    }

    private Sightlog produce(String... more) {
        List<String> command = new ArrayList<>(List.of("produce", "-q", queue, source));
        command.addAll(List.of(more));
        return Sightlog.start(command.toArray(String[]::new));
    }

    private Sightlog tail() {
        return Sightlog.start("tail", "-q", queue, "--follow", "--from", "start", "--format", "ndjson");
    }

    private Ancestor writer() throws IOException {
        return Ancestor.start(program, "/" + name);
    }

    private static String detections(String line) {
        return line.replaceFirst(".*\"detections\":(\\[.*?\\]).*", "$1");
    }

    @Test
    void everyFrameOfAWriterIsAppendedOnce() throws Exception {
        try (Sightlog produce = produce("--stream", "yard");
                Sightlog tail = tail()) {
            produce.awaitErr("waiting for it");
            try (Ancestor writer = writer()) {
                int frames = 30;
                for (int v = 1; v <= frames; v++) {
                    int count = v % 11;
                    String line = count + (" " + v + " 0.5 1 2 " + v + " 4").repeat(count);
                    assertThat(writer.ask(line)).isEqualTo("ok");
                    assertThat(writer.ask(line))
                            .as("the same again is no change")
                            .isEqualTo("ok");
                    tail.awaitLines(v);
                }
                writer.ask(DOG);
                tail.awaitLines(frames + 1);
            }
            produce.terminate();
            Sightlog.Done done = produce.await().expect(143);
            assertThat(done.err()).contains("31 frames, 0 skips");
            assertThat(done.err()).anyMatch(line -> line.startsWith("detections: aeroplane 4, "));
            tail.terminate();
            List<String> lines = tail.await().expect(143).out();
            assertThat(Ndjson.frames(lines, "yard")).isEqualTo(Ndjson.range(0, 31));
            assertThat(lines)
                    .allMatch(line -> Ndjson.field(line, "source").equals(source)
                            && Ndjson.field(line, "model").equals(source)
                            && Ndjson.field(line, "width").equals("0")
                            && Long.parseLong(Ndjson.field(line, "capturedNanos"))
                                    <= Long.parseLong(Ndjson.field(line, "appendedNanos")));
            for (int v = 1; v <= 30; v++) {
                List<String> widths = new ArrayList<>();
                Matcher width = Pattern.compile("\"w\":(\\d+)").matcher(detections(lines.get(v - 1)));
                while (width.find()) {
                    widths.add(width.group(1));
                }
                assertThat(widths).hasSize(v % 11).allMatch(Integer.toString(v)::equals);
            }
            assertThat(detections(lines.get(30))).isEqualTo(DOG_JSON);
        }
    }

    @Test
    void aWriterThatNeverWaitsGivesNoTornFrame() throws Exception {
        int frames = 200;
        try (Sightlog produce = produce();
                Sightlog tail = tail()) {
            produce.awaitErr("waiting for it");
            try (Ancestor writer = Ancestor.start(program, "/" + name, Integer.toString(frames), "8000")) {
                tail.awaitOut(
                        "the last frame", lines -> lines.stream().anyMatch(line -> line.contains("\"w\":" + frames)));
                writer.end();
            }
            produce.terminate();
            produce.await().expect(143);
        }
        int last = 0;
        List<String> lines = Ndjson.all(queue);
        for (String line : lines) {
            assertThat(line).contains("\"kind\":\"frame\"");
            List<String> numbers = new ArrayList<>();
            Matcher number = Pattern.compile("\"[xywh]\":(\\d+)").matcher(line);
            while (number.find()) {
                numbers.add(number.group(1));
            }
            if (!numbers.isEmpty()) {
                int v = Integer.parseInt(numbers.get(0));
                assertThat(numbers).as(line).hasSize(4 * (v % 11)).containsOnly(Integer.toString(v));
                assertThat(v).isGreaterThan(last);
                last = v;
            }
        }
        System.out.println(lines.size() + " of " + frames + " frames were seen");
        assertThat(last).isEqualTo(frames);
    }

    @Test
    void whatMakesNoSenseIsASkip() throws Exception {
        try (Sightlog produce = produce();
                Sightlog tail = tail()) {
            produce.awaitErr("waiting for it");
            try (Ancestor writer = writer()) {
                writer.ask("11" + " 0 0.5 1 1 1 1".repeat(10));
                tail.awaitLines(1);
                writer.ask("1 0 1.5 1 1 1 1");
                tail.awaitLines(2);
                writer.ask("1 0 0.5 1 1 -1 1");
                tail.awaitLines(3);
                writer.ask("1 99 0.5 -1 -1 1 1");
                tail.awaitLines(4);
            }
            produce.terminate();
            assertThat(produce.await().expect(143).err()).contains("1 frame, 3 skips");
        }
        List<String> lines = Ndjson.all(queue);
        assertThat(Ndjson.fields(lines.subList(0, 3), "reason"))
                .containsExactly(
                        "count=11 is not in 0..10",
                        "box 0 of 1: confidence 1.5 is not in 0..1",
                        "box 0 of 1: its size is -1x1");
        assertThat(lines.get(3)).contains("\"classId\":99,\"label\":\"99\"").contains("\"x\":-1");
        assertThat(Ndjson.fields(lines, "frame")).containsExactly("0", "1", "2", "3");
    }

    @Test
    void goesOnWithAWriterThatWasStartedAgain() throws Exception {
        try (Sightlog produce = produce();
                Sightlog tail = tail()) {
            produce.awaitErr("waiting for it");
            for (int run = 1; run <= 3; run++) {
                try (Ancestor writer = Ancestor.startTidy(program, "/" + name)) {
                    writer.ask(DOG);
                    tail.awaitLines(run);
                    writer.end();
                }
            }
            assertThat(segment).doesNotExist();
            produce.interrupt();
            assertThat(produce.await().expect(130).err()).contains("3 frames, 0 skips", "detections: dog 3");
        }
    }

    @Test
    void whatWasThereBeforeIsNotAppended() throws Exception {
        try (Ancestor writer = writer()) {
            writer.ask(DOG);
            try (Sightlog produce = produce("--max-frames", "2")) {
                produce.awaitErr("what is in it now is not appended");
                try (Sightlog tail = tail()) {
                    writer.ask("1 0 0.5 1 1 1 1");
                    tail.awaitLines(1);
                    writer.ask(DOG);
                    assertThat(produce.await().expect(0).err()).contains("2 frames, 0 skips");
                }
            }
        }
        assertThat(Ndjson.all(queue).stream().map(SegmentSourceTest::detections).toList())
                .hasSize(2)
                .last()
                .isEqualTo(DOG_JSON);
    }

    @Test
    void dropsTheDetectionsThatWereNotAskedForAndNoFrame() throws Exception {
        try (Sightlog produce = produce("--classes", "Dog,99", "--conf", "0.5", "--max-frames", "2")) {
            produce.awaitErr("waiting for it");
            try (Ancestor writer = writer();
                    Sightlog tail = tail()) {
                writer.ask("4 16 0.75 125 212 199 340  16 0.49 0 0 1 1  0 0.9 0 0 1 1  99 0.5 7 7 7 7");
                tail.awaitLines(1);
                writer.ask("1 0 0.9 0 0 1 1");
                produce.await().expect(0);
            }
        }
        List<String> lines = Ndjson.all(queue);
        assertThat(detections(lines.get(0))).startsWith(DOG_JSON.replace("]", ",{\"classId\":99"));
        assertThat(detections(lines.get(1))).isEqualTo("[]");
    }

    @Test
    void aFrameGoesThroughAJournalFromWriterToReader() throws Exception {
        Ancestor.need("python3");
        String shown = name + "-shown";
        try (Sightlog mirror = Sightlog.start("mirror", "shm", "-q", queue, "--name", shown, "--unlink");
                Sightlog produce = produce()) {
            mirror.awaitErr("waiting for a producer");
            produce.awaitErr("waiting for it");
            try (Ancestor writer = writer();
                    Ancestor reader = Ancestor.start("python3", "src/test/python/segment_reader.py", shown)) {
                assertThat(reader.next()).isEqualTo("-");
                for (int i = 0; i < 20; i++) {
                    writer.ask("2 16 0.75 " + i + " 212 199 340 0 0.5 1 1 1 1");
                    assertThat(reader.next()).isEqualTo("16,0.7500," + i + ",212,199,340 0,0.5000,1,1,1,1");
                }
            }
            mirror.terminate();
            mirror.await().expect(143);
        }
        assertThat(Path.of("/dev/shm", shown)).doesNotExist();
    }

    @Test
    void whatDoesNotGoTogetherIsRefusedBeforeThereIsAJournal() {
        for (String[] wrong : new String[][] {
            {source, "a.jpg"},
            {source, "--iou", "0.5"},
            {source, "--model", "mb3-centernet"},
            {source, "--classes", "dgo"},
            {source, "--poll-millis", "0"},
            {"shm:"},
            {"shm:a/b"},
            {"src/main/resources/io/sightlog/demo/dog.jpg", "--poll-millis", "5"}
        }) {
            List<String> command = new ArrayList<>(List.of("produce", "-q", queue));
            command.addAll(List.of(wrong));
            assertThat(Sightlog.run(command.toArray(String[]::new)).expect(2).err())
                    .hasSize(1);
        }
        assertThat(Path.of(queue)).doesNotExist();
    }
}
