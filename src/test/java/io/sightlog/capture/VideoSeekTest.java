package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames that are jumped to are those that are read in order. */
@Tag("slow")
class VideoSeekTest {
    private static final double SECONDS = 4;

    @TempDir
    Path folder;

    @BeforeAll
    static void tools() {
        Ffmpeg.need();
    }

    @ParameterizedTest
    @CsvSource({
        "mjpeg.avi,-c:v mjpeg -q:v 3",
        "h264.mp4,-c:v libx264 -g 40 -bf 3",
        "open.mp4,-c:v libx264 -g 25 -bf 3 -x264-params open-gop=1",
        "h264.mkv,-c:v libx264 -g 60 -bf 2",
        "vp9.webm,-c:v libvpx-vp9 -g 30 -deadline realtime -cpu-used 8",
        "h265.mov,-c:v libx265 -g 30 -x265-params log-level=error",
        "mpeg4.mp4,-c:v mpeg4 -g 20 -bf 2",
        "mpeg2.ts,-c:v mpeg2video -g 15 -bf 2",
        "h264.ts,-c:v libx264 -g 75 -bf 3 -x264-params open-gop=1",
        "intra.mp4,-c:v libx264 -x264-params intra-refresh=1:keyint=40 -bf 0"
    })
    void everyFrameThatIsJumpedToIsTheOneThatIsReadInOrder(String name, String options) throws Exception {
        Path file = Ffmpeg.make(folder.resolve(name), SECONDS, SECONDS, options.split(" "));
        Map<Long, Long> inOrder = inOrder(file);
        assertThat(inOrder).hasSize((int) (SECONDS * 25));
        List<Long> places = new ArrayList<>(inOrder.keySet());
        Collections.shuffle(places, new Random(Seeds.of(VideoSeekTest.class)));
        try (VideoReader video = VideoReader.open(file)) {
            for (long place : places) {
                video.seek(place);
                assertThat(video.advance()).isTrue();
                assertThat(video.positionNanos())
                        .as("first after a jump to %d", place)
                        .isLessThanOrEqualTo(place);
                while (video.positionNanos() < place) {
                    assertThat(video.advance()).isTrue();
                    assertThat(video.number()).isEqualTo(-1);
                }
                assertThat(video.positionNanos()).isEqualTo(place);
                try (Mat picture = video.picture()) {
                    assertThat(Pictures.digest(picture))
                            .as("frame at %d", place)
                            .isEqualTo(inOrder.get(place));
                }
            }
        }
    }

    private static Map<Long, Long> inOrder(Path file) throws UnreadableException {
        Map<Long, Long> digests = new LinkedHashMap<>();
        try (VideoReader video = VideoReader.open(file)) {
            while (video.advance()) {
                try (Mat picture = video.picture()) {
                    digests.put(video.positionNanos(), Pictures.digest(picture));
                }
            }
        }
        return digests;
    }

    @Test
    void afterAJumpItGoesOnToTheEnd() throws Exception {
        Path file = Ffmpeg.make(folder.resolve("a.mp4"), 2, 0, "-c:v", "libx264", "-g", "10", "-bf", "3");
        List<Long> places = new ArrayList<>(inOrder(file).keySet());
        try (VideoReader video = VideoReader.open(file)) {
            while (video.advance()) {
                // to the end first
            }
            assertThat(video.ended()).isTrue();
            video.seek(places.get(30));
            List<Long> read = new ArrayList<>();
            while (video.advance()) {
                read.add(video.positionNanos());
            }
            assertThat(read).isEqualTo(places.subList(30, 50));
        }
    }

    @Test
    void aStreamWithoutTimesIsNotJumpedIn() throws Exception {
        Path file = Ffmpeg.make(folder.resolve("a.h264"), 2, 0, "-c:v", "libx264");
        try (VideoReader video = VideoReader.open(file)) {
            assertThatThrownBy(() -> video.seek(1_000_000_000)).isInstanceOf(UnreadableException.class);
        }
    }

    @Test
    void nothingIsReadAfterTheTimeThatWasGiven() throws Exception {
        Path file = Ffmpeg.make(folder.resolve("a.avi"), 20, 0, "-c:v", "mjpeg", "-q:v", "2");
        long anHour = TimeUnit.HOURS.toNanos(1);
        try (VideoReader video = VideoReader.open(file, System.nanoTime() + anHour)) {
            assertThat(video.advance()).isTrue();
            video.readUntil(System.nanoTime());
            while (!video.ended()) {
                try {
                    video.advance(); // what was read before is still given
                } catch (UnreadableException e) {
                    assertThat(video.number()).isPositive();
                }
            }
            assertThat(video.number()).isLessThan(400);
        }
        assertThatThrownBy(() -> VideoReader.open(file, System.nanoTime())).isInstanceOf(UnreadableException.class);
    }
}
