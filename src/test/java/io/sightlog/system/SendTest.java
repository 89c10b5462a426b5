package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages from one process to another. */
final class SendTest {
    private static final int MOST = 1 << 20;

    @TempDir
    Path temp;

    private String queue = "";

    @BeforeEach
    void place() {
        queue = temp.resolve("journal").toString();
    }

    private List<String> tail(String... more) {
        List<String> args = new ArrayList<>(List.of("tail", "-q", queue, "--from", "start", "--format", "ndjson"));
        args.addAll(List.of(more));
        return Sightlog.run(args.toArray(String[]::new)).expect(0).out();
    }

    @Test
    void aFollowerSeesEachLineAsItComesAndOnlyItsTopic() {
        try (Sightlog doors = Sightlog.start(
                "tail", "-q", queue, "--follow", "--from", "start", "--topic", "door/*", "--format", "ndjson")) {
            doors.awaitErr("waiting for a producer");
            Sightlog send = Sightlog.start("send", "door/front", "-q", queue);
            send.write(List.of("open"));
            doors.awaitLines(1);
            Sightlog.feed(List.of("not for doors"), "send", "gate", "-q", queue).expect(0);
            send.write(List.of("", "closed 🚪"));
            doors.awaitLines(3);
            assertThat(send.await().expect(0).err())
                    .singleElement()
                    .asString()
                    .matches("sent 3 messages, 0x[0-9a-f]+ to 0x[0-9a-f]+");
            doors.terminate();
            List<String> seen = doors.await().expect(143).out();
            assertThat(Ndjson.fields(seen, "text")).containsExactly("open", "", "closed 🚪");
            assertThat(Ndjson.fields(seen, "topic")).containsOnly("door/front");
            assertThat(Ndjson.fields(seen, "kind")).containsOnly("message");
        }
        assertThat(Ndjson.fields(tail(), "topic")).hasSize(4).contains("gate");
    }

    @Test
    void aSignalEndsItWithItsSummaryWhileItWaits() {
        try (Sightlog tail = Sightlog.start("tail", "-q", queue, "--follow", "--from", "start");
                Sightlog send = Sightlog.start("send", "t", "-q", queue)) {
            send.write(List.of("one", "two"));
            tail.awaitLines(2);
            send.terminate();
            assertThat(send.awaitWithOpenInput().expect(143).err())
                    .singleElement()
                    .asString()
                    .startsWith("sent 2 messages, ");
        }
    }

    @Test
    void linesThatAreThereTogetherShareAnExcerptAndNoneWaits() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            lines.add("line " + i);
        }
        try (Sightlog send = Sightlog.start("send", "t", "-q", queue, "--batch", "100");
                Sightlog follower = Sightlog.start("tail", "-q", queue, "--follow", "--from", "start")) {
            send.write(lines);
            follower.awaitLines(500); // while its input is open
            send.await().expect(0);
        }
        List<String> sent = tail();
        assertThat(Ndjson.fields(sent, "text")).isEqualTo(lines);
        assertThat(Ndjson.fields(sent, "index").stream().distinct().count()).isLessThan(100);
        assertThat(Ndjson.fields(sent, "place")).contains("99").doesNotContain("100");
        assertThat(Sightlog.run("info", "-q", queue).expect(0).out())
                .anyMatch(line -> line.contains("500 (0 frames, 0 skips, 500 messages)"))
                .anyMatch(line -> line.matches(" +500  t"));
        assertThat(Sightlog.run("verify", "-q", queue).expect(0).out())
                .anyMatch(line -> line.startsWith("sound: 500 events"));
    }

    @Test
    void linesThatCannotBeSentAreToldByTheirNumberAndSkipped() {
        String lines = "good\r\n" + "x".repeat(MOST) + "\n" + "x".repeat(MOST + 1) + "\nb\u00ff\nlast";
        Sightlog.Done done;
        try (Sightlog send = Sightlog.start("send", "t", "-q", queue)) {
            send.write(lines.getBytes(StandardCharsets.ISO_8859_1));
            done = send.await().expect(3);
        }
        assertThat(done.err())
                .hasSize(3)
                .contains(
                        "line 3: the line has more than 1048576 bytes; skipped",
                        "line 4: text is not good UTF-8 at byte 1; skipped")
                .last()
                .asString()
                .startsWith("sent 3 messages, ")
                .endsWith("; 2 bad lines skipped");
        List<String> texts = Ndjson.fields(tail(), "text");
        assertThat(texts.get(0)).isEqualTo("good");
        assertThat(texts.get(1)).hasSize(MOST);
        assertThat(texts.get(2)).isEqualTo("last");
    }

    @Test
    void aFileIsOneMessageAndBytesAreSentWhenAskedTo() throws IOException {
        byte[] bytes = new byte[MOST];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        Path text = Files.writeString(temp.resolve("text"), "two\nlines\n");
        Path binary = Files.write(temp.resolve("binary"), bytes);
        Path empty = Files.createFile(temp.resolve("empty"));
        Path tooLong = Files.write(temp.resolve("long"), new byte[MOST + 1]);

        assertThat(Sightlog.run("send", "t", "-q", queue, "--file", text.toString(), empty.toString())
                        .expect(0)
                        .err())
                .singleElement()
                .asString()
                .startsWith("sent 2 messages, ");
        assertThat(Sightlog.run(
                                "send",
                                "t",
                                "-q",
                                queue,
                                "--batch",
                                "9",
                                "--binary",
                                "--file",
                                binary.toString(),
                                empty.toString())
                        .expect(0)
                        .err())
                .hasSize(1);
        assertThat(Sightlog.run(
                                "send",
                                "t",
                                "-q",
                                queue,
                                "--file",
                                binary.toString(),
                                tooLong.toString(),
                                temp.resolve("nothere").toString(),
                                temp.toString())
                        .expect(3)
                        .err())
                .hasSize(5)
                .anyMatch(line -> line.startsWith(binary + ": text is not good UTF-8 at byte ")
                        && line.contains("--binary sends it as bytes"))
                .contains(
                        tooLong + ": it has more than the 1048576 bytes a message holds; skipped",
                        temp.resolve("nothere") + ": no such file; skipped",
                        "sent 0 messages; 4 bad files skipped");

        List<String> sent = tail("--topic", "t");
        assertThat(sent).hasSize(4);
        assertThat(sent.get(0)).endsWith("\"text\":\"two\\nlines\\n\"}");
        assertThat(sent.get(1)).endsWith("\"text\":\"\"}");
        assertThat(Base64.getDecoder().decode(Ndjson.field(sent.get(2), "base64")))
                .isEqualTo(bytes);
        assertThat(sent.get(3)).endsWith("\"base64\":\"\"}");
    }
}
