package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.detect.SeenNet;
import io.sightlog.detect.TinyOnnx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of one's own on the command line: what it is, its card, and what is found with it. */
final class ModelsTest {
    @TempDir
    static Path shared;

    @TempDir
    Path temp;

    private static String picture = "";
    private static List<String> bareErr = List.of();
    private static String bareDetection = "";

    private String model = "";

    @BeforeAll
    static void lookWithoutACard() throws IOException {
        picture = shared.resolve("dog.jpg").toString();
        try (InputStream in = ModelsTest.class.getResourceAsStream("/io/sightlog/demo/dog.jpg")) {
            Files.copy(Objects.requireNonNull(in), Path.of(picture));
        }
        Path journal = shared.resolve("bare");
        // a picture twice: what is said once is not said for each
        bareErr = seen(SeenNet.write(shared.resolve("lamp.onnx")), journal, picture);
        bareDetection = detection(journal);
    }

    @BeforeEach
    void writeModel() {
        model = SeenNet.write(temp.resolve("lamp.onnx")).toString();
    }

    private static List<String> seen(Path model, Path journal, String... more) {
        String[] args = {"produce", "-q", journal.toString(), "--conf", "0.05", "--model", model.toString(), picture};
        Sightlog.Done done = Sightlog.run(append(args, more)).expect(0);
        assertThat(done.out()).isEmpty();
        assertThat(done.err()).anyMatch(line -> line.startsWith("inference on cpu, "));
        return done.err();
    }

    private static String[] append(String[] args, String... more) {
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return all;
    }

    /** Label, confidence and box of the first event's one detection. */
    private static String detection(Path journal) {
        String event = Sightlog.run("tail", "-q", journal.toString(), "--from", "start", "--format", "ndjson")
                .expect(0)
                .out()
                .get(0);
        assertThat(event).contains("\"model\":\"lamp\"");
        return event.substring(event.indexOf("\"detections\""), event.indexOf(']', event.indexOf("\"detections\"")));
    }

    @Test
    void whatIsOnlyAssumedIsPrintedOnceWhenARunBegins() {
        List<String> assumed =
                bareErr.stream().filter(line -> line.startsWith("assumed: ")).toList();
        assertThat(assumed).hasSizeGreaterThanOrEqualTo(3).doesNotHaveDuplicates();
        assertThat(bareErr.subList(0, assumed.size())).isEqualTo(assumed);
    }

    @Test
    void theCardAloneGivesTheSameDetections() {
        Sightlog.Done done = Sightlog.run("models", model, "--write-card").expect(0);
        assertThat(done.err()).singleElement().asString().isEqualTo("wrote " + temp.resolve("lamp.yaml"));
        assertThat(done.out()).anyMatch(line -> line.matches(" +labels +2: light, dark +\\(metadata names\\)"));
        assertThat(seen(Path.of(model), temp.resolve("card"))).noneMatch(line -> line.startsWith("assumed: "));
        assertThat(detection(temp.resolve("card"))).contains("light").isEqualTo(bareDetection);
    }

    @Test
    void aCardOverridesWhatWouldBeRecognised() throws IOException {
        Path card = temp.resolve("lamp.yaml");
        Sightlog.run("models", model, "--write-card").expect(0);
        Files.writeString(
                card,
                Files.readString(card)
                        .replace("range: [0, 1]", "range: [0, 0.5]")
                        .replace("- light", "- lantern"));
        seen(Path.of(model), temp.resolve("card"));
        assertThat(detection(temp.resolve("card"))).contains("lantern").isNotEqualTo(bareDetection);
        List<String> out = Sightlog.run("models", model).expect(0).out();
        assertThat(out)
                .anyMatch(line -> line.matches(" +card +\\Q" + card + "\\E"))
                .anyMatch(line -> line.matches(" +scale +0\\.\\.0\\.5 +\\(its card\\)"));
    }

    @Test
    void aCardThatIsThereIsWrittenOverOnlyWithForce() throws IOException {
        Path card = temp.resolve("lamp.yaml");
        Sightlog.run("models", model, "--write-card").expect(0);
        String written = Files.readString(card);
        Files.writeString(card, written + "# mine\n");
        assertThat(Sightlog.run("models", model, "--write-card").expect(1).out())
                .isEmpty();
        assertThat(card).hasContent(written + "# mine\n");
        Sightlog.run("models", model, "--write-card", "--force").expect(0);
        assertThat(card).hasContent(written);
    }

    @Test
    void aModelThatNeedsACardIsToldAndItsCardIsWrittenToBeCompleted() throws IOException {
        Path chosen = new TinyOnnx()
                .input("image", TinyOnnx.Type.FLOAT, 1, 3, 32, 32)
                .node("Flatten", "image", "flat")
                .longs("from", List.of(1L), 0)
                .longs("to4", List.of(1L), 4)
                .longs("to1", List.of(1L), 1)
                .longs("axis", List.of(1L), 1)
                .longs("one", List.of(1L), 1)
                .node("Slice", "flat,from,to4,axis", "boxes")
                .node("Slice", "flat,from,to1,axis", "score")
                .node("Reshape", "score,one", "scores")
                .node("Cast", "scores", "labels", TinyOnnx.to(TinyOnnx.Type.INT64))
                .output("boxes", TinyOnnx.Type.FLOAT, 1, 4)
                .output("labels", TinyOnnx.Type.INT64, 1)
                .output("scores", TinyOnnx.Type.FLOAT, 1)
                .write(temp.resolve("chosen.onnx"));
        Sightlog.Done done =
                Sightlog.run("models", chosen.toString(), "--write-card").expect(1);
        assertThat(done.out()).isEmpty();
        assertThat(done.err())
                .anyMatch(line -> line.contains("torchvision") && line.contains("input.range"))
                .contains("wrote " + temp.resolve("chosen.yaml") + ", to be completed");
        assertThat(temp.resolve("chosen.yaml")).content().contains("range: # fill in: ", "decoder: boxes");
    }

    @Test
    void labelsOfAFileAreTaken() throws IOException {
        Path labels = Files.writeString(temp.resolve("mine.names"), "on\noff\n");
        List<String> out = Sightlog.run("models", model, "--labels", labels.toString())
                .expect(0)
                .out();
        assertThat(out).contains("2 labels: on, off");
        seen(Path.of(model), temp.resolve("labelled"), "--labels", labels.toString());
        assertThat(detection(temp.resolve("labelled"))).contains("\"on\"");
    }

    @Test
    void anEventSaysWhatSawIt() throws IOException {
        Path catalogue = shared.resolve("bare").resolve("catalogue");
        try (var sets = Files.list(catalogue)) {
            String set = Files.readString(sets.findAny().orElseThrow());
            assertThat(set)
                    .contains("model: lamp", "yolov8: 64x64 RGB 0..1 NCHW, letterbox on 114", "0.05", "0.45")
                    .containsPattern("[0-9a-f]{64}");
        }
    }
}
