package io.sightlog.sink.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MPEG4;

import io.sightlog.capture.Ffmpeg;
import io.sightlog.capture.Pictures;
import io.sightlog.capture.UnreadableException;
import io.sightlog.capture.VideoReader;
import io.sightlog.event.Event;
import io.sightlog.pictures.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.OpenCVFrameConverter;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrawVideosTest {
    private static final VideoRate NTSC = new VideoRate(30_000, 1001, 30_000, 1001);

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

    private static Event seen(Path source, int frame, int x) {
        return Scene.event(
                Scene.frame(source).frame(frame, frame * 33_366_667L).detection(0, 0.7f, x, 30, 30, 30, 0), 7, frame);
    }

    private static boolean boxAt(Mat frame, int x) {
        int pixel = Scene.rgb(frame, x + 15, 59);
        return (pixel >> 16) - (pixel & 0xff) > 40; // orange, where everything else is grey
    }

    private static long digestOf(Path source, int frame) throws UnreadableException {
        try (VideoReader reader = VideoReader.open(source)) {
            while (reader.number() < frame) {
                reader.advance();
            }
            try (Mat picture = reader.picture()) {
                return Pictures.digest(picture);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"128, 96, h264", "129, 97, vp9", "128, 75, vp9", "14, 8, vp9"})
    void sameSizeRateLengthAndNumberOfFrames(int width, int height, String codec) throws IOException {
        Path source = Videos.video(folder.resolve("walk.mp4"), width, height, NTSC, Videos.steady(31));
        try (DrawSink sink = sink()) {
            sink.accept(seen(source, 3, 0));
            sink.finish();
            assertThat(sink.summary()).isEqualTo(new DrawSummary(0, 1, 31, 0, 0, 0));
        }
        Videos.Played before = Videos.play(source);
        Videos.Played after = Videos.play(out().resolve("walk.mp4"));
        assertThat(after.codec()).contains(codec);
        assertThat(after.frames()).hasSize(31).allMatch(frame -> frame.cols() == width && frame.rows() == height);
        assertThat(after.rate()).isEqualTo("30000/1001").isEqualTo(before.rate());
        assertThat(after.lengthMicros()).isEqualTo(before.lengthMicros());
        assertThat(after.micros()).isEqualTo(before.micros());
    }

    @Test
    void framesThatAreNotEvenlySpacedKeepTheirTimes() throws IOException {
        Path source = Videos.video(
                folder.resolve("phone.mp4"),
                64,
                48,
                new VideoRate(20, 1, 1000, 1),
                0,
                33,
                70,
                99,
                160,
                191,
                230,
                300,
                333,
                366);
        try (DrawSink sink = sink()) {
            sink.accept(seen(source, 0, 0));
            sink.finish();
        }
        Videos.Played before = Videos.play(source);
        List<Long> after = Videos.play(out().resolve("phone.mp4")).micros();
        assertThat(after).hasSameSizeAs(before.micros());
        for (int i = 0; i < after.size(); i++) {
            assertThat(after.get(i))
                    .as("frame %d of %s", i, after)
                    .isBetween(before.micros().get(i) - 1000, before.micros().get(i) + 1000);
        }
    }

    @Test
    void boxesStayUntilTheNextEventAndAfterTheLastOneForAsManyFramesAsEventsWereApart() throws IOException {
        Path source = Videos.video(folder.resolve("walk.mp4"), 128, 96, NTSC, Videos.steady(20));
        try (DrawSink sink = sink()) {
            sink.accept(seen(source, 5, 4));
            sink.accept(seen(source, 10, 80));
            sink.finish();
        }
        List<Mat> frames = Videos.play(out().resolve("walk.mp4")).frames();
        for (int i = 0; i < 20; i++) {
            assertThat(boxAt(frames.get(i), 4)).as("left box in frame %d", i).isEqualTo(i >= 5 && i < 10);
            assertThat(boxAt(frames.get(i), 80)).as("right box in frame %d", i).isEqualTo(i >= 10 && i < 15);
            assertThat(Scene.distance(Scene.rgb(frames.get(i), 64, 90), 0x010101 * Videos.grey(i)))
                    .as("frame %d", i)
                    .isLessThan(6);
        }
    }

    @Test
    void aVideoThatIsShownTurnedIsDrawnUpright() throws Exception {
        Path source = folder.resolve("phone.mp4");
        try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(source.toFile(), 128, 96);
                OpenCVFrameConverter.ToMat converter = new OpenCVFrameConverter.ToMat();
                Mat picture = Scene.plain(128, 96, 90, 90, 90)) {
            recorder.setVideoCodec(AV_CODEC_ID_MPEG4);
            recorder.setFrameRate(10);
            recorder.setDisplayRotation(90);
            recorder.start();
            for (int i = 0; i < 5; i++) {
                recorder.record(converter.convert(picture));
            }
        }
        try (DrawSink sink = sink()) {
            sink.accept(Scene.event(
                    Scene.frame(source).size(96, 128).frame(0, 0).detection(0, 0.7f, 60, 30, 30, 30, 0), 7, 0));
            sink.accept(seen(source, 4, 60));
            sink.finish();
            assertThat(sink.summary()).isEqualTo(new DrawSummary(0, 1, 5, 0, 0, 0));
        }
        List<Mat> frames = Videos.play(out().resolve("phone.mp4")).frames();
        assertThat(frames).hasSize(5).allMatch(frame -> frame.cols() == 96 && frame.rows() == 128 && boxAt(frame, 60));
    }

    @Test
    void theRightDigestIsDrawnAndTheWrongOneIsNot() throws Exception {
        Path source = Videos.video(folder.resolve("walk.mp4"), 64, 48, NTSC, Videos.steady(6));
        long digest = digestOf(source, 2);
        try (DrawSink sink = sink()) {
            sink.accept(Scene.event(Scene.frame(source).frame(2, 1).digest(digest), 7, 0));
            sink.finish();
            assertThat(sink.summary().undrawn()).isZero();
            sink.accept(Scene.event(Scene.frame(source).frame(2, 1).digest(digest + 1), 8, 0));
            sink.accept(Scene.event(Scene.frame(source).frame(3, 1), 8, 1));
            sink.finish();
            assertThat(sink.summary()).isEqualTo(new DrawSummary(0, 1, 6, 0, 0, 2));
        }
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("frame=2")
                .contains("it has changed since, or an older version decoded it with other colours");
        assertThat(drawn()).containsExactly("walk.mp4");
    }

    @Test
    void goneShortForeignAndChangedVideosAreCountedAndNotTheEnd() throws IOException {
        Path source = Videos.video(folder.resolve("walk.mp4"), 64, 48, NTSC, Videos.steady(6));
        Path text = Files.writeString(folder.resolve("text.mp4"), "not a video");
        Path playlist =
                Files.writeString(folder.resolve("list.ts"), "#EXTM3U\n#EXTINF:1,\n" + source + "\n#EXT-X-ENDLIST\n");
        try (DrawSink sink = sink()) {
            for (int frame = 0; frame < 5; frame++) {
                sink.accept(seen(folder.resolve("gone.mp4"), frame, 0));
            }
            sink.accept(seen(text, 0, 0));
            sink.accept(seen(playlist, 0, 0));
            sink.accept(Scene.event(Scene.frame(source).size(65, 48)));
            sink.accept(Scene.event(Scene.frame(source).frame(6, 1), 8, 0));
            sink.finish();
            assertThat(sink.summary()).isEqualTo(new DrawSummary(0, 0, 0, 0, 0, 9));
            sink.accept(Scene.event(Scene.frame(source).frame(0, 0), 9, 0));
            sink.finish();
            assertThat(sink.summary().videos()).isEqualTo(1);
        }
        assertThat(warnings).hasSize(5); // one for all five of gone.mp4
        assertThat(drawn()).containsExactly("walk.mp4");
    }

    @Test
    void aSecondRunOverTheSameVideoIsAnotherFile() throws IOException {
        Path source = Videos.video(folder.resolve("walk.mp4"), 64, 48, NTSC, Videos.steady(6));
        try (DrawSink sink = sink()) {
            sink.accept(seen(source, 0, 0));
            sink.accept(seen(source, 4, 0));
            sink.accept(seen(source, 4, 0)); // repeated after a kill
            sink.accept(Scene.event(Scene.frame(source).frame(0, 0), Scene.PRODUCER, 5));
            sink.finish();
            assertThat(sink.summary()).isEqualTo(new DrawSummary(0, 2, 12, 0, 0, 0));
        }
        assertThat(drawn()).containsExactly("walk-2.mp4", "walk.mp4");
    }

    @Test
    void aVideoOfAnyNameIsDrawnFromItsFirstFrame() throws IOException {
        Path source = Files.move(
                Videos.video(folder.resolve("walk.mp4"), 64, 48, NTSC, Videos.steady(6)), folder.resolve("camera-7"));
        try (DrawSink sink = sink()) {
            sink.accept(seen(source, 0, 0));
            sink.accept(seen(source, 4, 0));
            sink.finish();
            assertThat(sink.summary()).isEqualTo(new DrawSummary(0, 1, 6, 0, 0, 0));
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void aRowOfJpegsIsAVideoAndNoPicture() throws Exception {
        Ffmpeg.need();
        Path source = Ffmpeg.make(folder.resolve("walk.mjpg"), 0.4, 0, "-c:v", "mjpeg", "-f", "mjpeg");
        try (DrawSink sink = sink()) {
            sink.accept(seen(source, 3, 0));
            sink.finish();
            assertThat(sink.summary()).isEqualTo(new DrawSummary(0, 1, 10, 0, 0, 0));
        }
        assertThat(drawn()).containsExactly("walk.mp4");
    }

    @Test
    void whereFramesChangeTheirSizeAnotherFileBegins() throws Exception {
        Ffmpeg.need();
        Path both = folder.resolve("both.ts");
        for (String size : List.of("128x96", "160x120")) {
            Path one = Ffmpeg.make(folder.resolve(size + ".ts"), 0.4, 0, "-s", size, "-c:v", "libx264");
            Files.write(both, Files.readAllBytes(one), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        try (DrawSink sink = sink()) {
            sink.accept(Scene.event(Scene.frame(both).size(128, 96).frame(2, 80_000_000), 7, 0));
            sink.accept(Scene.event(Scene.frame(both).size(160, 120).frame(15, 600_000_000), 7, 1));
            sink.finish();
            assertThat(sink.summary()).isEqualTo(new DrawSummary(0, 2, 20, 0, 0, 0));
        }
        assertThat(warnings).singleElement().asString().contains("its frames change their size: its copy is 2 files");
        assertThat(drawn()).containsExactly("both-2.mp4", "both.mp4");
        assertThat(Videos.play(out().resolve("both.mp4")).frames()).hasSize(10).allMatch(frame -> frame.cols() == 128);
        assertThat(Videos.play(out().resolve("both-2.mp4")).frames())
                .hasSize(10)
                .allMatch(frame -> frame.cols() == 160);
    }

    @Test
    void coloursOfTheCopyAreThoseOfTheSource() throws Exception {
        Path source = folder.resolve("red.mp4");
        Ffmpeg.need();
        Ffmpeg.run(
                source,
                "-f",
                "lavfi",
                "-i",
                "color=c=0xC81E3C:s=64x48:d=0.2",
                "-vf",
                "scale=out_color_matrix=bt709,format=yuv420p",
                "-colorspace",
                "bt709",
                "-c:v",
                "libx264");
        try (DrawSink sink = sink()) {
            sink.accept(Scene.event(Scene.frame(source).frame(0, 0), 7, 0));
            sink.finish();
        }
        byte[] copied = Ffmpeg.bgr(out().resolve("red.mp4"));
        byte[] original = Ffmpeg.bgr(source);
        assertThat(copied).hasSameSizeAs(original);
        for (int i = 0; i < copied.length; i++) {
            assertThat(copied[i] & 0xff).isCloseTo(original[i] & 0xff, within(4));
        }
    }

    @Test
    void manyVideosAtOnceAreAllDrawn() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            sources.add(Videos.video(folder.resolve("v" + i + ".mp4"), 32, 32, NTSC, Videos.steady(4)));
        }
        try (DrawSink sink = sink()) {
            for (Path source : sources) {
                sink.accept(seen(source, 0, 0));
            }
            assertThat(sink.summary().videos()).isEqualTo(3); // four stay open
            sink.finish();
            assertThat(sink.summary().videos()).isEqualTo(7);
        }
    }

    @Test
    void followedLiveAVideoIsCompleteOnceItIsQuiet() throws IOException {
        Path source = Videos.video(folder.resolve("walk.mp4"), 64, 48, NTSC, Videos.steady(6));
        try (DrawSink sink = sink()) {
            sink.accept(seen(source, 2, 0));
            sink.finishIdle(Duration.ofDays(1));
            assertThat(sink.summary().videos()).isZero();
            sink.finishIdle(Duration.ZERO);
            assertThat(sink.summary().videoFrames()).isEqualTo(6);
        }
        assertThat(drawn()).containsExactly("walk.mp4");
    }

    @Test
    void stoppedEarlyItIsShorterAndPlays() throws IOException {
        Path source = Videos.video(folder.resolve("walk.mp4"), 64, 48, NTSC, Videos.steady(20));
        try (DrawSink sink = new DrawSink(new DrawOptions(out(), List.of(), false, warnings::add, () -> true))) {
            sink.accept(seen(source, 7, 0));
            sink.finish();
        }
        assertThat(Videos.play(out().resolve("walk.mp4")).frames()).hasSize(8);
    }

    @Test
    void withoutFinishNothingIsLeftBehind() throws IOException {
        Path source = Videos.video(folder.resolve("walk.mp4"), 64, 48, NTSC, Videos.steady(20));
        try (DrawSink sink = sink()) {
            sink.accept(seen(source, 7, 0));
        }
        assertThat(drawn()).isEmpty();
    }
}
