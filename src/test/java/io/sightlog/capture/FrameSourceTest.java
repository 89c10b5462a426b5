package io.sightlog.capture;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.capture.CaptureOptions.CaptureClock;
import io.sightlog.event.Digest;
import io.sightlog.event.EpochNanos;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FrameSourceTest {
    @TempDir
    Path folder;

    /** All that comes; the pictures are closed, so only their numbers may be asked. */
    private static List<Captured> all(CaptureOptions options, Path... sources) throws InterruptedException {
        List<Captured> all = new ArrayList<>();
        List<String> names = Arrays.stream(sources).map(Path::toString).toList();
        try (FrameSource frames = FrameSource.open(names, options)) {
            Captured next;
            while ((next = frames.next()) != null) {
                if (next instanceof Frame frame) {
                    assertThat(frame.width()).isPositive();
                    assertThat(frame.height()).isPositive();
                    assertThat(frame.decodeNanos()).isPositive();
                    frame.close();
                }
                all.add(next);
            }
            assertThat(frames.next()).isNull();
        }
        return all;
    }

    @Test
    void skipsComeInTheirPlaceAndTheRestGoesOn() throws Exception {
        byte[] good = Media.picture(".png", 60, 40);
        Media.write(folder.resolve("1.png"), good);
        Media.write(folder.resolve("2.png"), "hello".getBytes(StandardCharsets.UTF_8));
        Media.write(folder.resolve("3.mp4"), "hello".getBytes(StandardCharsets.UTF_8));
        Media.video(folder.resolve("4.avi"), 3);
        Media.write(folder.resolve("5.png"), good);

        List<Captured> all = all(CaptureOptions.DEFAULT, folder);
        assertThat(all)
                .extracting(c -> c.getClass().getSimpleName())
                .containsExactly("Frame", "Skip", "Skip", "Frame", "Frame", "Frame", "Frame");
        assertThat(all)
                .extracting(c -> Path.of(c.source()).getFileName().toString())
                .containsExactly("1.png", "2.png", "3.mp4", "4.avi", "4.avi", "4.avi", "5.png");
        assertThat(all).extracting(Captured::number).containsExactly(0L, 0L, 0L, 0L, 1L, 2L, 0L);
        assertThat(all.get(0).digest()).isEqualTo(Digest.of(good));
        assertThat(all.get(1).digest()).isEqualTo(Digest.of("hello".getBytes(StandardCharsets.UTF_8)));
        assertThat(((Skip) all.get(1)).reason()).isEqualTo("not a picture");
        assertThat(all).allMatch(c -> Path.of(c.source()).isAbsolute());
    }

    @Test
    void aDamagedTailIsASkipBehindTheFramesBefore() throws Exception {
        byte[] bytes = Files.readAllBytes(Media.video(folder.resolve("a.avi"), 20));
        Path half = Media.write(folder.resolve("b.avi"), Arrays.copyOf(bytes, Media.chunk(bytes, 13) + 100));
        List<Captured> all = all(CaptureOptions.DEFAULT.withStride(4), half);
        List<Captured> frames = all.stream().filter(Frame.class::isInstance).toList();
        assertThat(frames).hasSizeGreaterThan(1).allMatch(c -> c.number() % 4 == 0);
        assertThat(all.get(all.size() - 1)).isInstanceOf(Skip.class);
        assertThat(all.get(all.size() - 1).number())
                .isGreaterThan(frames.get(frames.size() - 1).number());
    }

    @Test
    void strideKeepsTheNumbersPositionsAndDigestsOfTheOriginal() throws Exception {
        Path file = Media.video(folder.resolve("a.mp4"), 20, avcodec.AV_CODEC_ID_MPEG4, 0);
        List<Captured> every = all(CaptureOptions.DEFAULT, file);
        List<Captured> some = all(CaptureOptions.DEFAULT.withStride(7), file);
        assertThat(some).extracting(Captured::number).containsExactly(0L, 7L, 14L);
        for (Captured one : some) {
            Captured same = every.get((int) one.number());
            assertThat(one.positionNanos()).isEqualTo(same.positionNanos());
            assertThat(one.digest()).isEqualTo(same.digest());
        }
    }

    @Test
    void maxFramesCountsOverAllSources() throws Exception {
        Path picture = Media.write(folder.resolve("a.png"), Media.picture(".png", 60, 40));
        Path video = Media.video(folder.resolve("a.avi"), 20);
        assertThat(all(CaptureOptions.DEFAULT.withMaxFrames(4), picture, video, picture))
                .hasSize(4);
        assertThat(all(CaptureOptions.DEFAULT.withMaxFrames(0), picture)).isEmpty();
    }

    @Test
    void tellsHowManyFramesToExpect() throws Exception {
        Path picture = Media.write(folder.resolve("a.png"), Media.picture(".png", 60, 40));
        Path video = Media.video(folder.resolve("a.avi"), 20);
        List<String> sources = List.of(picture.toString(), video.toString());
        try (FrameSource frames = FrameSource.open(sources, CaptureOptions.DEFAULT.withStride(6))) {
            assertThat(frames.expectedFrames()).hasValue(5);
            assertThat(frames.files()).isEqualTo(2);
        }
        try (FrameSource frames = FrameSource.open(sources, CaptureOptions.DEFAULT.withMaxFrames(3))) {
            assertThat(frames.expectedFrames()).hasValue(3);
        }
    }

    @Test
    void capturedIsStartPlusPositionForVideosAndNowForPictures() throws Exception {
        Path video = Media.video(folder.resolve("a.avi"), 3);
        Path picture = Media.write(folder.resolve("a.png"), Media.picture(".png", 60, 40));
        long before = EpochNanos.now();
        List<Captured> all = all(CaptureOptions.DEFAULT.withStartNanos(1_000_000_000L), video, picture);
        assertThat(all.subList(0, 3))
                .extracting(Captured::capturedNanos)
                .containsExactly(1_000_000_000L, 1_040_000_000L, 1_080_000_000L);
        assertThat(all.get(3).capturedNanos()).isBetween(before, EpochNanos.now());

        List<Captured> now = all(CaptureOptions.DEFAULT, video);
        assertThat(now.get(0).capturedNanos()).isBetween(before, EpochNanos.now());
        assertThat(now.get(2).capturedNanos() - now.get(0).capturedNanos()).isEqualTo(80_000_000L);
    }

    @Test
    void filesAreReadAndNamedByTheBytesOfTheirNames() throws Exception {
        List<String> names = List.of("dr%FC.avi", "dr%F6.avi", "dr%C3%BC.avi");
        for (String name : names) {
            Files.move(Media.video(folder.resolve("a.avi"), 2), Path.of(URI.create(folder.toUri() + name)));
        }
        List<Captured> all = new ArrayList<>();
        try (FrameSource frames = FrameSource.open(List.of(folder.toString()), CaptureOptions.DEFAULT)) {
            for (Captured next = frames.next(); next != null; next = frames.next()) {
                all.add(next);
            }
        }
        assertThat(all).hasSize(6).allMatch(Frame.class::isInstance);
        String uri = folder.toUri().toString();
        assertThat(all)
                .extracting(Captured::source)
                .containsOnly(folder + "/drü.avi", uri + "dr%FC.avi", uri + "dr%F6.avi");
        all.forEach(captured -> ((Frame) captured).close());
    }

    @Test
    void capturedMayBeWhatFilesSay() throws Exception {
        byte[] jpeg = Media.picture(".jpg", 60, 40);
        Path exif = Media.write(folder.resolve("a.jpg"), Media.withExif(jpeg, 1, "2024:05:06 07:08:09", "5", "+00:00"));
        Path plain = Media.write(folder.resolve("b.jpg"), jpeg);
        Path broken = Media.write(folder.resolve("c.jpg"), new byte[] {1});
        Path video = Media.video(folder.resolve("d.mp4"), 2, avcodec.AV_CODEC_ID_MPEG4, 0);
        FileTime modified = FileTime.from(Instant.ofEpochSecond(1_600_000_000L));
        Files.setLastModifiedTime(plain, modified);
        Files.setLastModifiedTime(broken, modified);

        CaptureOptions options = CaptureOptions.DEFAULT.withClock(CaptureClock.FILE);
        assertThat(all(options, exif, plain, broken, video))
                .extracting(Captured::capturedNanos)
                .containsExactly(
                        1_714_979_289_500_000_000L,
                        SECONDS.toNanos(1_600_000_000L),
                        SECONDS.toNanos(1_600_000_000L),
                        1_714_979_289_000_000_000L,
                        1_714_979_289_040_000_000L);
    }

    /** One waits to be taken, one to take its place; each may be a hundred megabytes. */
    @Test
    void twoFramesAreDecodedAheadAndNoMore() throws Exception {
        List<String> files = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            files.add(Media.write(folder.resolve(i + ".png"), Media.picture(".png", 60, 40))
                    .toString());
        }
        try (FrameSource frames = FrameSource.open(files, CaptureOptions.DEFAULT)) {
            while (!waitsForRoom()) {
                Thread.onSpinWait();
            }
            for (String file : files) {
                Files.delete(Path.of(file));
            }
            List<String> taken = new ArrayList<>();
            for (Captured next = frames.next(); next != null; next = frames.next()) {
                taken.add(next.getClass().getSimpleName());
                if (next instanceof Frame frame) {
                    frame.close();
                }
            }
            assertThat(taken).containsExactly("Frame", "Frame", "Skip", "Skip", "Skip");
        }
    }

    private static boolean waitsForRoom() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("capture"))
                .flatMap(thread -> Arrays.stream(thread.getValue()))
                .anyMatch(call -> call.getClassName().endsWith("ConditionObject")
                        && call.getMethodName().equals("await"));
    }

    @Test
    void closingEarlyStopsTheThreadAndFreesWhatWasDecoded() throws Exception {
        Path video = Media.video(folder.resolve("a.avi"), 24);
        for (int taken = 0; taken < 4; taken++) {
            FrameSource frames = FrameSource.open(List.of(video.toString()), CaptureOptions.DEFAULT);
            for (int i = 0; i < taken; i++) {
                ((Frame) frames.next()).close();
            }
            frames.close();
            assertThat(frames.next()).isNull();
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(t -> t.getName().equals("capture"));
        }
    }

    @Test
    void nothingToLookAtIsToldAtOnce() {
        assertThatThrownBy(() -> FrameSource.open(List.of(folder.toString()), CaptureOptions.DEFAULT))
                .isInstanceOf(SourceException.class);
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> CaptureOptions.DEFAULT.withStride(0)).hasMessageContaining("stride is 0");
        assertThatThrownBy(() -> CaptureOptions.DEFAULT.withMaxFrames(-1)).hasMessageContaining("max-frames is -1");
    }
}
