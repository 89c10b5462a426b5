package io.sightlog.sink.draw;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Digest;
import io.sightlog.pictures.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawPicturesTest {
    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();

    private Path out() {
        return folder.resolve("out");
    }

    private DrawSink sink() throws IOException {
        return new DrawSink(DrawOptions.into(out(), warnings::add));
    }

    private List<String> drawn() throws IOException {
        try (Stream<Path> files = Files.list(out())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png", "bmp", "webp", "tiff"})
    void boxesAreDrawnAndTheRestStays(String format) throws IOException {
        Path source = Scene.picture(folder.resolve("dog." + format), 320, 240);
        try (DrawSink sink = sink()) {
            sink.accept(Scene.event(Scene.frame(source)
                    .size(320, 240)
                    .digest(Digest.of(Files.readAllBytes(source)))
                    .detection(0, 0.7f, 100, 80, 120, 96, 0)));
            assertThat(sink.summary()).isEqualTo(new DrawSummary(1, 0, 0, 0, 0, 0));
        }
        try (Mat before = Scene.read(source);
                Mat after = Scene.read(out().resolve("dog." + format))) {
            assertThat(after.cols()).isEqualTo(320);
            assertThat(after.rows()).isEqualTo(240);
            for (int x = 110; x < 210; x += 10) {
                assertThat(Scene.distance(Scene.rgb(after, x, 175), Scene.rgb(before, x, 175)))
                        .isGreaterThan(60);
                assertThat(Scene.distance(Scene.rgb(after, x, 130), Scene.rgb(before, x, 130)))
                        .isLessThan(4);
                assertThat(Scene.distance(Scene.rgb(after, x, 220), Scene.rgb(before, x, 220)))
                        .isLessThan(4);
            }
        }
    }

    @Test
    void aPictureSeenTwiceIsDrawnTwice() throws IOException {
        Path source = Scene.picture(folder.resolve("dog.jpg"), 64, 48);
        Path other = Scene.picture(Files.createDirectory(folder.resolve("b")).resolve("DOG.jpg"), 64, 48);
        try (DrawSink sink = sink()) {
            sink.accept(Scene.event(Scene.frame(source)));
            sink.accept(Scene.event(Scene.frame(source)));
            sink.accept(Scene.event(Scene.frame(other)));
            assertThat(sink.summary().pictures()).isEqualTo(3);
        }
        assertThat(drawn()).containsExactly("DOG-3.jpg", "dog-2.jpg", "dog.jpg");
    }

    @Test
    void existingFilesAndTheSourceItselfStay() throws IOException {
        Files.createDirectory(out());
        Path source = Scene.picture(out().resolve("dog.png"), 64, 48);
        byte[] before = Files.readAllBytes(source);
        try (DrawSink sink = sink()) {
            sink.accept(Scene.event(Scene.frame(source).detection(0, 0.7f, 10, 10, 30, 30, 0)));
        }
        assertThat(source).hasBinaryContent(before);
        assertThat(drawn()).containsExactly("dog-2.png", "dog.png");
    }

    @Test
    void whatIsGoneOrChangedIsCountedAndNotTheEnd() throws IOException {
        Path good = Scene.picture(folder.resolve("good.png"), 64, 48);
        Path text = Files.writeString(folder.resolve("text.png"), "not a picture");
        try (DrawSink sink = sink()) {
            sink.accept(Scene.event(Scene.frame(folder.resolve("gone\n.png"))));
            sink.accept(Scene.event(Scene.frame(good).digest(12345)));
            sink.accept(Scene.event(Scene.frame(good).size(64, 49)));
            sink.accept(Scene.event(Scene.frame(text)));
            sink.accept(Scene.event(Scene.frame(Files.createFile(folder.resolve("empty.png")))));
            sink.accept(Scene.event(Scene.frame("rtsp://camera/live")));
            sink.accept(Scene.event(Scene.frame(good).digest(Digest.of(Files.readAllBytes(good)))));
            assertThat(sink.summary()).isEqualTo(new DrawSummary(1, 0, 0, 0, 0, 6));
            assertThat(sink.summary().complete()).isFalse();
        }
        assertThat(drawn()).containsExactly("good.png");
        assertThat(warnings).hasSize(6).allMatch(line -> line.startsWith("not drawn: ") && !line.contains("\n"));
        assertThat(warnings.get(0)).contains("gone?.png").endsWith("it is gone");
        assertThat(warnings.get(1)).contains("has changed since");
    }

    @Test
    void skipsAreCountedAndNotDrawn() throws IOException {
        Path source = Scene.picture(folder.resolve("dog.png"), 64, 48);
        try (DrawSink sink = sink()) {
            sink.accept(Scene.event(Scene.frame(source).skip("absurdly large")));
            assertThat(sink.summary()).isEqualTo(new DrawSummary(0, 0, 0, 1, 0, 0));
        }
        assertThat(drawn()).isEmpty();
    }

    @Test
    void aFormatThatCannotHoldThePictureGivesWayToPng() throws IOException {
        Path wide = Scene.picture(folder.resolve("wide.png"), 17_000, 20); // WebP ends at 16,383
        Path named = Files.move(wide, folder.resolve("wide.webp"));
        try (DrawSink sink = sink()) {
            sink.accept(Scene.event(Scene.frame(named)));
        }
        assertThat(drawn()).containsExactly("wide.png");
    }

    @Test
    void turnsAsExifSays() throws IOException {
        Path source = Scene.picture(folder.resolve("dog.jpg"), 64, 48);
        byte[] jpeg = Files.readAllBytes(source);
        byte[] exif = java.util.HexFormat.of()
                .parseHex("ffe1002245786966000049492a00080000000100120103000100000006000000" + "00000000");
        byte[] turned = new byte[jpeg.length + exif.length];
        System.arraycopy(jpeg, 0, turned, 0, 2);
        System.arraycopy(exif, 0, turned, 2, exif.length);
        System.arraycopy(jpeg, 2, turned, 2 + exif.length, jpeg.length - 2);
        Files.write(source, turned);
        try (DrawSink sink = sink()) {
            sink.accept(Scene.event(Scene.frame(source).size(48, 64)));
            assertThat(sink.summary().pictures()).isEqualTo(1);
        }
        try (Mat after = Scene.read(out().resolve("dog.jpg"))) {
            assertThat(after.cols()).isEqualTo(48);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {42})
    void hostileSourcesNeverLeaveTheFolder(long seed) throws IOException {
        Path real = Scene.picture(folder.resolve("real.png"), 8, 8);
        Random random = new Random(seed);
        String[] parts = {"/", "..", "out", "dog.png", "\0", "\n", " ", "-", "con", "~", "\u202e", "a".repeat(200)};
        int seen = 0;
        try (DrawSink sink = sink()) {
            for (int i = 0; i < 300; i++) {
                StringBuilder source = new StringBuilder(folder.toString());
                for (int part = random.nextInt(5); part >= 0; part--) {
                    source.append(random.nextBoolean() ? "/" : "").append(parts[random.nextInt(parts.length)]);
                }
                makeOf(real, source.toString());
                sink.accept(Scene.event(Scene.frame(source.toString())));
                seen++;
            }
            assertThat(sink.summary().pictures() + sink.summary().undrawn()).isEqualTo(seen);
            assertThat(sink.summary().pictures()).as("seed %d", seed).isGreaterThan(50);
            assertThat(drawn().stream().filter(name -> name.endsWith(".png")))
                    .hasSize((int) sink.summary().pictures());
        }
    }

    /** So that as many hostile sources as possible can really be opened; never in the output folder. */
    private void makeOf(Path real, String source) {
        try {
            Path path = Path.of(source);
            if (path.normalize().startsWith(folder) && !path.normalize().startsWith(out()) && Files.notExists(path)) {
                Files.createDirectories(path.normalize().getParent());
                Files.copy(real, path.normalize());
            }
        } catch (IOException | IllegalArgumentException e) {
            // then it cannot be opened either
        }
    }

    @Test
    void onlySourcesUnderTheRootsAreDrawn() throws IOException {
        Path inside = Scene.picture(Files.createDirectory(folder.resolve("in")).resolve("a.png"), 8, 8);
        Path outside = Scene.picture(folder.resolve("b.png"), 8, 8);
        DrawOptions options = new DrawOptions(out(), List.of(folder.resolve("in")), false, warnings::add, () -> false);
        try (DrawSink sink = new DrawSink(options)) {
            sink.accept(Scene.event(Scene.frame(inside)));
            sink.accept(Scene.event(Scene.frame(outside)));
        }
        assertThat(drawn()).containsExactly("a.png");
        assertThat(warnings).singleElement().asString().contains("b.png").contains("outside");
    }
}
