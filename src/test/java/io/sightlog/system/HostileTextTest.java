package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts from outside that would command a terminal, deceive whoever reads them, or be kept as something else. */
final class HostileTextTest {
    /** Escape sequence, C1, right-to-left override, zero width space, line separator, tag, bell. */
    private static final String EVIL = "a\u001b[31mb\u009bc\u202ed\u200be\u2028f\udb40\udc41g\u0007";

    private static final String JSON = "a\\u001b[31mb\\u009bc\\u202ed\\u200be\\u2028f\\udb40\\udc41g\\u0007";

    @TempDir
    Path temp;

    private String queue = "";

    @BeforeEach
    void place() {
        queue = temp.resolve("journal").toString();
    }

    private static void assertHarmless(Sightlog.Done done) {
        List<String> all = new ArrayList<>(done.out());
        all.addAll(done.err());
        assertThat(all)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.codePoints())
                        .as(done.toString())
                        .allMatch(c -> Character.getType(c) != Character.CONTROL
                                && Character.getType(c) != Character.FORMAT
                                && Character.getType(c) != Character.LINE_SEPARATOR));
    }

    @Test
    void whatAJournalHoldsIsShownByEveryVerbAndKeptAsItIs() throws IOException {
        String line =
                "{\"source\":\"" + JSON + "\",\"stream\":\"" + JSON + "\",\"model\":\"m\",\"detections\":[{\"label\":"
                        + "\"x\u202ey\",\"classId\":1,\"confidence\":0.5,\"x\":1,\"y\":1,\"w\":1,\"h\":1}]}";
        Sightlog.feed(
                        List.of(line, "{\"kind\":\"message\",\"topic\":\"t\u202e\",\"text\":\"" + JSON + "\"}"),
                        "append",
                        "-q",
                        queue)
                .expect(0);
        for (String verb : List.of("tail --from start", "info", "latency", "replay --format text --rate max")) {
            List<String> words = new ArrayList<>(List.of(verb.split(" ")));
            words.addAll(List.of("-q", queue));
            assertHarmless(Sightlog.run(words.toArray(String[]::new)).expect(0));
        }
        assertThat(Sightlog.run("info", "-q", queue).expect(0).out())
                .anyMatch(shown -> shown.contains("a\\u001b[31mb\\u009bc\\u202ed\\u200be\\u2028f\\U000e0041g\\u0007"));
        List<String> copied = Sightlog.run("tail", "-q", queue, "--from", "start", "--format", "ndjson")
                .expect(0)
                .out();
        String copy = temp.resolve("copy").toString();
        Sightlog.feed(copied, "append", "-q", copy).expect(0);
        try (var reader = io.sightlog.journal.Journal.open(Path.of(copy)).reader()) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.event().source()).isEqualTo(EVIL);
        }
    }

    @Test
    void namesOfFilesCardsAndArgumentsAreShown() throws IOException {
        Sightlog.feed(Ndjson.lines("door", 0, 1), "append", "-q", queue).expect(0);
        Files.createFile(Path.of(queue).resolve("\u001b[31mX.cq4"));
        assertHarmless(Sightlog.run("doctor", "-q", queue).expect(3));
        assertHarmless(Sightlog.run("verify", "-q", queue));
        assertHarmless(Sightlog.feed(Ndjson.lines("door", 1, 2), "append", "-q", queue));
        assertHarmless(
                Sightlog.run("tail", "-q", temp.resolve("no\u001b[31m\njournal").toString())
                        .expect(1));
        assertHarmless(Sightlog.run("tail", "-q", queue, "--from", "\u001b[31m").expect(2));
        assertHarmless(
                Sightlog.run("tail", "-q", queue, "--\u001b]0;title\u0007").expect(2));
        Files.writeString(temp.resolve("m.onnx"), "");
        Files.writeString(temp.resolve("m.yaml"), "name: \"a\\e[31mb\"\n\"k\\e[31m\": 1\n");
        Path list = Files.writeString(temp.resolve("list.txt"), "\u001b[31m.jpg\n");
        assertHarmless(Sightlog.run(
                        "produce",
                        "-q",
                        queue,
                        "-m",
                        temp.resolve("m.onnx").toString(),
                        temp.resolve("m.yaml").toString())
                .expect(1));
        assertHarmless(Sightlog.run("produce", "-q", queue, list.toString()).expect(1));
    }

    @Test
    void badUtf8IsNamedByLineAndByteAndNeverKept() throws IOException {
        List<String> bad = List.of(
                "c0af", "c080", "e080af", "eda080", "edbfbf", "f08080af", "f4908080", "f8888080af", "ff", "c3", "e282");
        java.io.ByteArrayOutputStream lines = new java.io.ByteArrayOutputStream();
        for (String hex : bad) {
            lines.writeBytes("{\"kind\":\"message\",\"topic\":\"t\",\"text\":\"".getBytes(StandardCharsets.UTF_8));
            lines.writeBytes(java.util.HexFormat.of().parseHex(hex));
            lines.writeBytes("\"}\n".getBytes(StandardCharsets.UTF_8));
        }
        try (Sightlog append = Sightlog.start("append", "-q", queue)) {
            append.write(lines.toByteArray());
            List<String> err = append.await().expect(3).err();
            for (int i = 0; i < bad.size(); i++) {
                assertThat(err.get(i)).isEqualTo("line " + (i + 1) + ": not good UTF-8 at byte 39; skipped");
            }
        }
        assertThat(Sightlog.run("tail", "-q", queue).expect(0).out()).isEmpty();
        Path list = temp.resolve("list.txt");
        Files.write(list, new byte[] {'#', '\n', 'a', (byte) 0xc0, (byte) 0xaf, '\n'});
        assertThat(Sightlog.run("produce", "-q", queue, list.toString())
                        .expect(1)
                        .err())
                .singleElement()
                .asString()
                .contains("is not UTF-8 text: line 2, byte 2");
    }

    @Test
    void whatHasNoEndIsReadOnlySoFar() throws IOException {
        Path list = Files.createSymbolicLink(temp.resolve("zero.txt"), Path.of("/dev/zero"));
        assertThat(Sightlog.run("produce", "-q", queue, list.toString())
                        .expect(1)
                        .err())
                .singleElement()
                .asString()
                .contains("line 1, has more than 32768 bytes");
        Files.writeString(temp.resolve("m.onnx"), "");
        Files.writeString(temp.resolve("m.yaml"), "x: " + "[".repeat(100_000) + "]".repeat(100_000));
        Files.write(temp.resolve("dog.jpg"), new byte[0]);
        assertThat(Sightlog.run(
                                "produce",
                                "-q",
                                queue,
                                "-m",
                                temp.resolve("m.onnx").toString(),
                                temp.resolve("dog.jpg").toString())
                        .expect(1)
                        .err())
                .singleElement()
                .asString()
                .contains("16 deep");
    }
}
