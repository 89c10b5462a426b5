package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VideoReaderTest {
    private static final int FRAMES = 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"a.avi,mjpeg", "a.mp4,mpeg4", "a.mov,mjpeg", "a.mkv,mpeg4"})
    void readsEveryFrameInOrder(String name, String codec) throws Exception {
        int id = codec.equals("mjpeg") ? avcodec.AV_CODEC_ID_MJPEG : avcodec.AV_CODEC_ID_MPEG4;
        Path file = Media.video(folder.resolve(name), FRAMES, id, 0);
        try (VideoReader video = VideoReader.open(file)) {
            assertThat(video.framesPerSecond()).isEqualTo(Media.FRAMES_PER_SECOND);
            assertThat(video.totalFrames()).isEqualTo(FRAMES);
            assertThat(video.width()).isEqualTo(Media.WIDTH);
            assertThat(video.height()).isEqualTo(Media.HEIGHT);
            for (int i = 0; i < FRAMES; i++) {
                assertThat(video.advance()).isTrue();
                assertThat(video.number()).isEqualTo(i);
                assertThat(video.positionNanos()).isEqualTo(i * 40_000_000L);
                try (Mat picture = video.picture()) {
                    assertThat(picture.cols()).isEqualTo(Media.WIDTH);
                    assertThat(picture.rows()).isEqualTo(Media.HEIGHT);
                    assertThat(picture.isContinuous()).isTrue();
                    assertThat(PicturesTest.brightness(picture, 80, 60)).isCloseTo(Media.grey(i), within(6));
                }
            }
            assertThat(video.advance()).isFalse();
            assertThat(video.ended()).isTrue();
        }
    }

    @Test
    void digestsRepeat() throws Exception {
        Path file = Media.video(folder.resolve("a.mp4"), FRAMES, avcodec.AV_CODEC_ID_MPEG4, 0);
        List<Long> first = digests(file);
        assertThat(first).hasSize(FRAMES).doesNotHaveDuplicates().isEqualTo(digests(file));
    }

    private static List<Long> digests(Path file) throws UnreadableException {
        List<Long> digests = new ArrayList<>();
        try (VideoReader video = VideoReader.open(file)) {
            while (video.advance()) {
                try (Mat picture = video.picture()) {
                    digests.add(Pictures.digest(picture));
                }
            }
        }
        return digests;
    }

    /** By how much the header says to turn it counterclockwise, and where its white corner must be then. */
    @ParameterizedTest
    @CsvSource({"90,10,150", "-90,110,10"})
    void turnsVideosThatWereTakenSideways(double rotation, int whiteX, int whiteY) throws Exception {
        Path file = Media.video(folder.resolve("a.mp4"), 2, avcodec.AV_CODEC_ID_MPEG4, rotation);
        try (VideoReader video = VideoReader.open(file)) {
            assertThat(video.width()).isEqualTo(Media.HEIGHT);
            assertThat(video.height()).isEqualTo(Media.WIDTH);
            assertThat(video.advance()).isTrue();
            try (Mat picture = video.picture()) {
                assertThat(picture.cols()).isEqualTo(Media.HEIGHT);
                assertThat(picture.rows()).isEqualTo(Media.WIDTH);
                assertThat(picture.isContinuous()).isTrue();
                assertThat(PicturesTest.brightness(picture, whiteX, whiteY)).isGreaterThan(230);
            }
        }
    }

    @Test
    void readsWhenTheHeaderSaysItWasMade() throws Exception {
        Path file = Media.video(folder.resolve("a.mp4"), 2, avcodec.AV_CODEC_ID_MPEG4, 0);
        try (VideoReader video = VideoReader.open(file)) {
            assertThat(video.createdNanos()).isEqualTo(1_714_979_289_000_000_000L);
        }
    }

    @Test
    void tellsADamagedFrameAndGoesOn() throws Exception {
        byte[] bytes = Files.readAllBytes(Media.video(folder.resolve("a.avi"), FRAMES));
        int fifth = Media.chunk(bytes, 5);
        int size = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(fifth + 4);
        Arrays.fill(bytes, fifth + 8, fifth + 8 + size, (byte) 0);
        List<Long> read = new ArrayList<>();
        List<Long> damaged = new ArrayList<>();
        drain(Media.write(folder.resolve("b.avi"), bytes), read, damaged);
        assertThat(damaged).containsExactly(5L);
        assertThat(read).hasSize(FRAMES - 1).contains(4L, 6L, 19L).doesNotContain(5L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsWhatComesBeforeAMissingTailAndSaysThatItIsMissing(boolean atAFrameBorder) throws Exception {
        byte[] bytes = Files.readAllBytes(Media.video(folder.resolve("a.avi"), FRAMES));
        byte[] head = Arrays.copyOf(bytes, Media.chunk(bytes, 12) + (atAFrameBorder ? 0 : 300));
        Watched watched = Watched.of(Media.write(folder.resolve("b.avi"), head));
        assertThat(watched.frames().keySet())
                .containsExactlyElementsOf(LongStream.range(0, 12).boxed().toList());
        assertThat(watched.next()).isEqualTo(atAFrameBorder ? 12 : 13);
        assertThat(watched.skips()).hasSize(atAFrameBorder ? 1 : 2).containsKey(12L);
        assertThat(watched.skips().get(watched.next())).startsWith("the end is missing: the header promises 0.800 s");
    }

    /** Each of these says in another way how long it is: in time, in a tag, in packets. */
    @ParameterizedTest
    @CsvSource({"a.mkv,MPEG4", "a.flv,FLV1", "a.ts,MPEG2VIDEO"})
    void aMissingTailIsNoticedWhateverTheContainerSaysOfIt(String name, String codec) throws Exception {
        byte[] bytes = Files.readAllBytes(video(name, codec));
        Watched watched =
                Watched.of(Media.write(folder.resolve("cut-" + name), Arrays.copyOf(bytes, bytes.length * 6 / 10)));
        assertThat(watched.frames().size()).isBetween(5, FRAMES - 5);
        assertThat(watched.skips().get(watched.next())).startsWith("the end is missing: ");
        Watched whole = Watched.of(folder.resolve(name));
        assertThat(whole.skips()).isEmpty();
        assertThat(whole.frames()).hasSize(FRAMES);
    }

    private Path video(String name, String codec) throws Exception {
        int id = avcodec.class.getField("AV_CODEC_ID_" + codec).getInt(null);
        return Media.video(folder.resolve(name), FRAMES, id, 0);
    }

    /** A transport stream begins at 1.4 s. */
    @Test
    void placesCountFromTheFirstFrame() throws Exception {
        Watched watched = Watched.of(video("a.ts", "MPEG2VIDEO"));
        assertThat(watched.skips()).isEmpty();
        assertThat(watched.places())
                .containsExactlyElementsOf(LongStream.range(0, FRAMES)
                        .map(frame -> frame * 40_000_000)
                        .boxed()
                        .toList());
    }

    private static void drain(Path file, List<Long> read, List<Long> damaged) throws UnreadableException {
        try (VideoReader video = VideoReader.open(file)) {
            while (!video.ended()) {
                try {
                    if (video.advance()) {
                        read.add(video.number());
                    }
                } catch (UnreadableException e) {
                    damaged.add(video.number());
                }
            }
        }
    }

    @Test
    void refusesWhatIsNoVideo() {
        byte[] playList = "#EXTM3U\n#EXTINF:1,\nother.ts\n".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> VideoReader.open(Media.write(folder.resolve("a.mp4"), playList)))
                .isInstanceOf(UnreadableException.class)
                .hasMessageStartingWith("not a video, or damaged: ");
        assertThatThrownBy(() -> VideoReader.open(folder.resolve("b.mp4"))).hasMessage("no such file");
        assertThatThrownBy(() -> VideoReader.open(folder)).hasMessage("not a regular file");
        byte[] png = Media.picture(".png", 60, 40);
        assertThatThrownBy(() -> VideoReader.open(Media.write(folder.resolve("c.mp4"), png)))
                .isInstanceOf(UnreadableException.class);
    }
}
