package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is told in one line, and harms nothing. In the arguments, {@code @} is the folder of all of it, {@code ~} a long topic. */
final class BadInputTest {
    private static final String MODELS = "/io/sightlog/models/";
    private static final String SSD = "ssd_mobilenetv2_oidv4";

    @TempDir
    static Path temp;

    private static String truth = "";

    @BeforeAll
    static void fill() throws IOException {
        String queue = temp.resolve("journal").toString();
        Sightlog.feed(Ndjson.lines("door", 0, 10), "append", "-q", queue).expect(0);
        truth = events();
        assertThat(truth).hasLineCount(10);
        Files.createDirectory(temp.resolve("empty"));
        Files.createDirectory(temp.resolve("folder.onnx"));
        Files.writeString(temp.resolve("net.cfg"), "[net]");
        Files.writeString(temp.resolve("file"), "no journal");
        Files.writeString(Files.createDirectory(temp.resolve("other")).resolve("letter.txt"), "Dear all,");
        long seed = Seeds.of(BadInputTest.class);
        byte[] garbage = new byte[5_000];
        new Random(seed).nextBytes(garbage);
        garbage[3] |= 0x7f; // no header of a document is that long
        Files.write(Files.createDirectory(temp.resolve("garbage")).resolve("metadata.cq4t"), garbage);
        newerRoll(Path.of(queue), Files.createDirectory(temp.resolve("newer")));
        Files.write(temp.resolve("dog.jpg"), resource("/io/sightlog/demo/dog.jpg"));
        Files.writeString(temp.resolve("cardless.onnx"), "a model");
        byte[] ssd = resource(MODELS + SSD + ".onnx");
        Files.write(temp.resolve("shape.onnx"), ssd);
        Files.writeString(temp.resolve("shape.yaml"), card("shape").replace("[1, 300, 300, 3]", "[1, 512, 512, 3]"));
        ssd[ssd.length / 2] ^= 1;
        Files.write(temp.resolve("changed.onnx"), ssd);
        Files.writeString(temp.resolve("changed.yaml"), card("changed"));
    }

    private static String card(String name) throws IOException {
        return new String(resource(MODELS + SSD + ".yaml"), StandardCharsets.UTF_8)
                .replace("name: " + SSD, "name: " + name)
                .replace("file: " + SSD, "file: " + name);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(BadInputTest.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }

    /** A journal that rolls as no roll of today does. */
    private static void newerRoll(Path from, Path to) throws IOException {
        byte[] bytes = Files.readAllBytes(from.resolve("metadata.cq4t"));
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int format = text.indexOf("yyyyMMdd-HH'F'");
        assertThat(format).isPositive();
        bytes[format + "yyyyMMdd-HH'".length()] = 'Q';
        Files.write(to.resolve("metadata.cq4t"), bytes);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    produce -q @/journal @/nothere.jpg                       | 1 | nothere.jpg
                    produce -q @/journal @/empty                             | 1 | empty
                    produce -q @/journal                                     | 2 | source
                    produce -q @/other @/dog.jpg                             | 1 | not a journal
                    produce -q @/journal @/dog.jpg --model nosuch            | 2 | nosuch
                    produce -q @/journal @/dog.jpg --model @/nosuch.onnx     | 1 | nosuch.onnx
                    produce -q @/journal @/dog.jpg --model @/cardless.onnx   | 1 | is no ONNX file
                    produce -q @/journal @/dog.jpg --model @/best.pt         | 2 | yolo export model=
                    produce -q @/journal @/dog.jpg --model @/folder.onnx     | 1 | is a folder
                    produce -q @/journal @/dog.jpg --model @/file            | 2 | no model by its name
                    produce -q @/journal @/dog.jpg --weights @/w.weights     | 2 | has its own
                    produce -q @/journal @/dog.jpg --labels @/nosuch.names   | 1 | nosuch.names
                    produce -q @/journal @/dog.jpg --threads 0               | 2 | bad number of threads "0"
                    produce -q @/journal @/dog.jpg --device cuda             | 1 | mvn -Pgpu
                    produce -q @/journal @/dog.jpg --imgsz 640               | 1 | imgsz
                    produce -q @/journal @/dog.jpg --model @/shape.onnx      | 1 | 512x512
                    produce -q @/journal @/dog.jpg --model @/changed.onnx    | 1 | SHA-256
                    produce -q @/journal @/dog.jpg --classes persn           | 2 | near it: Person
                    produce -q @/journal @/dog.jpg --stride 0                | 2 | stride is 0
                    produce -q @/journal @/dog.jpg --max-frames -1           | 2 | max-frames is -1
                    produce -q @/journal @/dog.jpg --start-time noon         | 2 | bad time "noon"
                    tail -q @/file                                           | 1 | not a journal
                    tail -q @/other                                          | 1 | letter.txt
                    tail -q @/garbage                                        | 1 | metadata.cq4t
                    tail -q @/newer                                          | 1 | a newer one may
                    append -q @/file                                         | 1 | not a journal
                    append -q @/other                                        | 1 | letter.txt
                    append -q @/garbage                                      | 1 | metadata.cq4t
                    append -q @/newer                                        | 1 | a newer one may
                    append -q @/journal --roll weekly                        | 2 | unknown roll "weekly"
                    send -q @/journal                                        | 2 | TOPIC
                    send -q @/journal door gate                              | 2 | gate
                    send -q @/journal ~                                      | 2 | topic has 256 bytes
                    send -q @/journal door --binary                          | 2 | --binary needs --file
                    send -q @/journal door --file                            | 2 | --file
                    send -q @/file door                                      | 1 | not a journal
                    send -q @/newer door                                     | 1 | a newer one may
                    tail -q @/journal --topic [                              | 2 | bad pattern "["
                    draw -q @/journal --topic door --out @/boxes             | 2 | --topic selects messages
                    info -q @/nothere                                        | 1 | no journal
                    tail -q @/nothere                                        | 1 | no journal in
                    replay -q @/nothere                                      | 1 | no journal in
                    replay -q @/nothere --into @/new                         | 1 | no journal in
                    draw -q @/nothere --out @/boxes                          | 1 | no journal in
                    draw -q @/journal --out @/journal/boxes                  | 1 | it is or lies in the journal
                    latency -q @/nothere                                     | 1 | no journal in
                    consumers -q @/nothere                                   | 1 | no journal in
                    consumers reset -q @/nothere a --to start                | 1 | no journal in
                    info -q @/newer                                          | 1 | a newer one may
                    tail -q @/journal --from 0xzz                            | 2 | bad position "0xzz"
                    tail -q @/journal --from 0x7ffff00000000                 | 1 | no event at 0x7ffff00000000
                    tail -q @/journal --from 25:99                           | 2 | bad place "25:99"
                    tial                                                     | 2 | no verb "tial"; did you mean tail?
                    consumers -q @/journal delte x                           | 2 | no verb "delte"; did you mean delete?
                    tail -q @/journal --formt csv                            | 2 | no option "--formt"; did you mean --format
                    tail -q @/journal --formt=csv                            | 2 | no option "--formt"; did you mean --format
                    tail -q @/journal --zzzzzzzz                             | 2 | no option "--zzzzzzzz" (see
                    models mb3                                               | 2 | near it: mb3-centernet
                    models mb3-centernet more                                | 2 | more
                    models @/cardless.onnx --write-card                      | 1 | is no ONNX file
                    models @/changed.onnx --write-card                       | 1 | --force writes over it
                    models mb3-centernet --write-card                        | 2 | comes with the program
                    models --write-card                                      | 2 | needs a model
                    models --force mb3-centernet                             | 2 | --force is for --write-card
                    models --labels @/file                                   | 2 | name the model before it
                    models mb3-centernet --labels @/nosuch.names             | 1 | nosuch.names
                    models @/nosuch.cfg                                      | 1 | no such model file
                    models @/net.cfg                                         | 1 | --weights FILE
                    models @/net.weights                                     | 1 | net.weights
                    tail -q @/journal --from 2026                            | 2 | for the year: 2026-01-01
                    produce -q @/journal --reconnect never a=rtsp://h/1 a=rtsp://h/2 | 1 | two cameras are called a; give each a name
                    produce -q @/journal rtsp://camera/1 dog.jpg             | 2 | dog.jpg is no camera; files and cameras
                    produce -q @/journal --stride 2 rtsp://camera/1          | 2 | --stride is for files, and these are cameras
                    produce -q @/journal --fps 2 dog.jpg                     | 2 | --fps is for cameras, and no source is one
                    produce -q @/journal rtsps://10.0.0.1/live               | 1 | --insecure
                    produce -q @/journal srt://camera/1                      | 1 | ffmpeg -i srt://camera/1
                    tail -q @/journal --to sometime                          | 2 | bad place "sometime"
                    tail -q @/journal --as a/b                               | 2 | bad consumer name "a/b"
                    tail -q @/journal --conf 2                               | 2 | bad confidence "2"
                    tail -q @/journal -n -5                                  | 2 | bad count "-5"
                    tail -q @/journal --format xml                           | 2 | xml
                    tail -q                                                  | 2 | --queue
                    tail --queue=                                            | 2 | a path is empty
                    recover -q @/journal --into=                             | 2 | a path is empty
                    tail -q @/journal --cache-dir=                           | 2 | a path is empty
                    tail -q @/journal --source [                             | 2 | bad pattern "["
                    replay -q @/journal --rate 0                             | 2 | bad rate "0"
                    replay -q @/journal --into @/journal                     | 1 | into itself
                    replay -q @/journal --into @/other --rate max            | 1 | not a journal
                    draw -q @/newer --out @/boxes                            | 1 | a newer one may
                    consumers reset -q @/journal nobody --to start --execute | 1 | no consumer "nobody"
                    consumers reset -q @/journal nobody                      | 2 | --to
                    frobnicate                                               | 2 | frobnicate
                    ``                                                       | 2 | a verb is needed
                    """)
    void isToldInOneLine(String arguments, int code, String says) {
        String line = arguments
                .replace("@", temp.toString())
                .replace("~", "t".repeat(256))
                .trim();
        Sightlog.Done done =
                Sightlog.run(line.isEmpty() ? new String[0] : line.split(" ")).expect(code);
        assertThat(done.out()).isEmpty();
        assertThat(done.err()).as(done.toString()).hasSize(1).allMatch(error -> error.contains(says));
    }

    @AfterEach
    void theJournalIsAsItWasAndThereIsNoOther() throws IOException {
        assertThat(events()).isEqualTo(truth);
        assertThat(temp.resolve("new")).doesNotExist();
    }

    /** Read in this process, to save the start of another one each time. */
    private static String events() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventPrinter printer = PrintFormat.NDJSON.printer(out);
        try (JournalReader reader = Journal.open(temp.resolve("journal")).reader()) {
            while (reader.next()) {
                printer.print(reader.event());
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
