package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A video whose end is missing says so, one that is whole does not, and places rise. */
@Tag("slow")
class VideoTailTest {
    private static final int FRAMES = 50;

    @TempDir
    Path folder;

    @BeforeAll
    static void ffmpeg() {
        Ffmpeg.need();
    }

    private Path made(String name, String options) throws Exception {
        return Ffmpeg.make(folder.resolve(name), FRAMES / 25.0, 3, options.split(" "));
    }

    private Path cut(Path whole, int percent) throws Exception {
        byte[] bytes = Files.readAllBytes(whole);
        String name = String.valueOf(whole.getFileName());
        return Files.write(
                folder.resolve("cut-" + percent + "-" + name), Arrays.copyOf(bytes, bytes.length * percent / 100));
    }

    private static void assertWhole(Path file, int frames) throws Exception {
        Watched watched = Watched.of(file);
        assertThat(watched.skips()).as("%s", file).isEmpty();
        assertThat(watched.frames()).as("%s", file).hasSize(frames);
        assertThat(watched.places())
                .as("%s", file)
                .doesNotHaveDuplicates()
                .isSorted()
                .startsWith(0L);
    }

    @ParameterizedTest
    @CsvSource({
        "a.mkv,-c:v libx264 -g 25",
        "a.webm,-c:v libvpx -b:v 300k -deadline realtime",
        "a.avi,-c:v mpeg4 -bf 2",
        "b.avi,-c:v mjpeg",
        "c.avi,-c:v libx264",
        "a.flv,-c:v libx264 -c:a aac",
        "a.ogv,-c:v libtheora",
        "a.wmv,-c:v wmv2",
        "fast.mp4,-c:v libx264 -movflags faststart",
        "parts.mp4,-c:v libx264 -g 25 -movflags frag_keyframe+empty_moov",
        "a.mov,-c:v mjpeg -movflags faststart",
        "a.ivf,-c:v libvpx -b:v 300k -deadline realtime -map 0:v"
    })
    void aMissingEndIsReportedAndAWholeFileIsWhole(String name, String options) throws Exception {
        Path whole = made(name, options);
        assertWhole(whole, FRAMES);
        for (int percent : new int[] {40, 60}) {
            Watched watched = Watched.of(cut(whole, percent));
            assertThat(watched.frames().size()).isBetween(5, FRAMES - 5);
            assertThat(watched.skips().get(watched.next()))
                    .as("%d %% of %s", percent, name)
                    .containsPattern("missing");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vfr.mp4,-vsync vfr -vf setpts=PTS*(1+N/25) -c:v libx264,50",
        "vfr.mkv,-vsync vfr -vf setpts=PTS*(1+N/25) -c:v libx264,50",
        "short.mp4,-c:v libx264 -shortest,50",
        "short.mkv,-c:v libx264 -shortest,50",
        "live.mkv,-c:v libx264 -live 1,50",
        "a.ts,-c:v libx264,50",
        "a.mpg,-c:v mpeg2video -bf 2,50",
        "a.h264,-c:v libx264 -map 0:v,50",
        "a.mjpeg,-c:v mjpeg -map 0:v,50",
        "cmaf.mp4,-c:v libx264 -movflags cmaf,50",
        "slow.mkv,-r 1 -c:v libx264,3",
        "open.mp4,-c:v libx264 -x264-params open-gop=1:keyint=10:bframes=3,50",
        "offset.mkv,-c:v libx264 -output_ts_offset 5,50",
        "offset.ts,-c:v libx264 -output_ts_offset 95443,50",
        "ntsc.avi,-c:v mpeg4 -r 30000/1001,60",
        "hidden.webm,-c:v libvpx -b:v 300k -deadline realtime -auto-alt-ref 1 -lag-in-frames 16,50",
        "refresh.mp4,-c:v libx264 -x264-params intra-refresh=1:keyint=20,50",
        "field.ts,-c:v libx264 -flags +ildct+ilme,50"
    })
    void wholeFilesOfManyKindsGiveNoFalseAlarm(String name, String options, int frames) throws Exception {
        Path file = made(name, options);
        int seen = Watched.of(file).frames().size();
        assertThat(seen).isEqualTo(name.equals("slow.mkv") || name.equals("ntsc.avi") ? seen : frames);
        assertWhole(file, seen);
    }

    @Test
    void copiesThatBeginInTheMiddleAreWhole() throws Exception {
        String whole = made("a.mp4", "-c:v libx264 -g 25").toString();
        Path edited = Ffmpeg.run(folder.resolve("edited.mp4"), "-ss", "0.5", "-i", whole, "-c", "copy");
        Path late = Ffmpeg.run(folder.resolve("late.mkv"), "-i", whole, "-ss", "0.7", "-c", "copy");
        Path early = Ffmpeg.run(folder.resolve("early.mp4"), "-i", whole, "-t", "1.3", "-c", "copy");
        for (Path file : new Path[] {edited, late, early}) {
            assertWhole(file, Watched.of(file).frames().size());
        }
    }

    @Test
    void recordingsThatWereJoinedGoOnRising() throws Exception {
        byte[] once = Files.readAllBytes(made("a.ts", "-c:v libx264"));
        byte[] twice = Arrays.copyOf(once, once.length * 2);
        System.arraycopy(once, 0, twice, once.length, once.length);
        assertWhole(Files.write(folder.resolve("twice.ts"), twice), 2 * FRAMES);
    }

    /** How long it is to be played counts from its first frame, whose stamp need not be 0. */
    @Test
    void aMissingEndIsReportedOfAVideoThatBeginsLate() throws Exception {
        byte[] bytes = Files.readAllBytes(made("a.ivf", "-c:v libvpx -b:v 300k -deadline realtime -map 0:v"));
        ByteBuffer ivf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int half = 0;
        int frames = 0;
        for (int at = ivf.getShort(6); at < bytes.length; at += 12 + ivf.getInt(at)) { // length, stamp, frame
            ivf.putLong(at + 4, ivf.getLong(at + 4) + 5_000);
            half = frames++ == FRAMES / 2 ? at : half;
        }
        assertWhole(Files.write(folder.resolve("late.ivf"), bytes), FRAMES);
        Watched cut = Watched.of(Files.write(folder.resolve("cut.ivf"), Arrays.copyOf(bytes, half)));
        assertThat(cut.frames()).hasSize(FRAMES / 2);
        assertThat(cut.places().subList(0, 2)).containsExactly(0L, 40_000_000L);
        assertThat(cut.skips()).hasSize(1);
        assertThat(cut.skips().get((long) FRAMES / 2))
                .isEqualTo("frames are missing: the header promises 50, the file has 25");
    }

    @Test
    void aFileWithoutFramesIsOneSkip() throws Exception {
        Path whole = made("a.mp4", "-c:v libx264 -movflags frag_keyframe+empty_moov");
        byte[] bytes = Files.readAllBytes(whole);
        int header = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("moof") - 4;
        Path nothing = Files.write(folder.resolve("header.mp4"), Arrays.copyOf(bytes, header));
        Watched watched = Watched.of(nothing);
        assertThat(watched.frames()).isEmpty();
        assertThat(watched.skips())
                .hasSize(1)
                .containsEntry(0L, "no frames in it, though its header announces a video");
    }

    @Test
    void otherTracksAreCountedAndCoversAreNone() throws Exception {
        String large = made("large.mp4", "-c:v libx264").toString();
        String small = made("small.mp4", "-c:v libx264 -s 64x48").toString();
        Path both = Ffmpeg.run(
                folder.resolve("both.mp4"),
                "-i",
                small,
                "-i",
                large,
                "-map",
                "0:v",
                "-map",
                "1:v",
                "-c",
                "copy",
                "-disposition:v:0",
                "0",
                "-disposition:v:1",
                "default");
        Watched watched = Watched.of(both);
        assertThat(watched.frames()).hasSize(FRAMES);
        assertThat(watched.frames().get(0L).length)
                .isEqualTo(Ffmpeg.bgr(both).length / FRAMES)
                .isEqualTo(160 * 120 * 3);
        assertThat(watched.skips())
                .hasSize(1)
                .containsEntry((long) FRAMES, "not looked at: 1 more video track in the file");

        Path cover = Ffmpeg.run(folder.resolve("cover.png"), "-i", small, "-frames:v", "1");
        Path covered = Ffmpeg.run(
                folder.resolve("covered.mp4"),
                "-i",
                small,
                "-i",
                cover.toString(),
                "-map",
                "0",
                "-map",
                "1",
                "-c",
                "copy",
                "-disposition:v:1",
                "attached_pic");
        assertWhole(covered, FRAMES);
    }
}
