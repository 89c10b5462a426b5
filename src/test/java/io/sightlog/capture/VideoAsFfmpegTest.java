package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Videos look as the system's ffmpeg shows them. */
@Tag("slow")
class VideoAsFfmpegTest {
    private static final int TOLERATED_LEVELS = 2;
    private static final int ONE = 1 << 16;

    @TempDir
    Path folder;

    @BeforeAll
    static void ffmpeg() {
        Ffmpeg.need();
    }

    private static void assertLooksTheSame(Path file) throws Exception {
        byte[] theirs = Ffmpeg.bgr(file);
        Watched watched = Watched.of(file);
        assertThat(watched.skips()).isEmpty();
        ByteArrayOutputStream ours = new ByteArrayOutputStream();
        watched.frames().values().forEach(ours::writeBytes);
        byte[] bytes = ours.toByteArray();
        assertThat(bytes).hasSameSizeAs(theirs).isNotEmpty();
        int most = 0;
        for (int i = 0; i < bytes.length; i++) {
            most = Math.max(most, Math.abs((bytes[i] & 0xff) - (theirs[i] & 0xff)));
        }
        assertThat(most).as("largest difference").isLessThanOrEqualTo(TOLERATED_LEVELS);
    }

    @ParameterizedTest
    @CsvSource({"1,0,0,1", "-1,0,0,1", "1,0,0,-1", "-1,0,0,-1", "0,1,-1,0", "0,-1,1,0", "0,1,1,0", "0,-1,-1,0"})
    void inAllEightOrientations(int a, int b, int c, int d) throws Exception {
        Path upright = Ffmpeg.make(folder.resolve("upright.mp4"), 0.12, 0, "-c:v", "libx264", "-qp", "10");
        byte[] bytes = Files.readAllBytes(upright);
        int at = indexOf(bytes, matrix(1, 0, 0, 1), indexOf(bytes, "tkhd".getBytes(StandardCharsets.US_ASCII), 0));
        ByteBuffer.wrap(bytes).position(at).put(matrix(a, b, c, d));
        Path turned = Files.write(folder.resolve("turned.mp4"), bytes);
        assertLooksTheSame(turned);
        assertLooksTheSame(Ffmpeg.run(folder.resolve("turned.mkv"), "-i", turned.toString(), "-c", "copy"));
    }

    /** As an MP4 has it, in 16.16 and 2.30 fixed point. */
    private static byte[] matrix(int a, int b, int c, int d) {
        ByteBuffer matrix = ByteBuffer.allocate(36);
        matrix.putInt(a * ONE).putInt(b * ONE).putInt(0);
        matrix.putInt(c * ONE).putInt(d * ONE).putInt(0);
        return matrix.putInt(0).putInt(0).putInt(1 << 30).array();
    }

    private static int indexOf(byte[] bytes, byte[] wanted, int from) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.indexOf(new String(wanted, StandardCharsets.ISO_8859_1), from);
    }

    @ParameterizedTest
    @CsvSource({"bt709,bt709", "smpte170m,bt601", "bt2020nc,bt2020", "smpte240m,smpte240m", "fcc,fcc"})
    void inAllMatricesAndRanges(String name, String scaled) throws Exception {
        for (String range : new String[] {"tv", "pc"}) {
            String filter = "scale=out_color_matrix=" + scaled + ":out_range=" + range + ",format=yuv420p";
            assertLooksTheSame(Ffmpeg.make(
                    folder.resolve(name + range + ".mp4"),
                    0.12,
                    0,
                    "-vf",
                    filter,
                    "-colorspace",
                    name,
                    "-color_range",
                    range,
                    "-c:v",
                    "libx264",
                    "-qp",
                    "10"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "yuv420p10le,ffv1",
        "yuv422p,ffv1",
        "yuv422p10le,ffv1",
        "yuv444p,ffv1",
        "yuv444p10le,ffv1",
        "gray,ffv1",
        "nv12,rawvideo",
        "yuyv422,rawvideo",
        "bgr24,rawvideo",
        "pal8,png",
        "rgb24,png",
        "gbrp,ffv1",
        "bgra,ffv1",
        "yuvj420p,mjpeg",
        "yuvj422p,mjpeg",
        "yuvj444p,mjpeg",
        "yuv420p,mpeg4",
        "yuv420p10le,libx265"
    })
    void inAllLayoutsOfPixels(String layout, String codec) throws Exception {
        Path file = folder.resolve("a." + (codec.equals("rawvideo") ? "avi" : "mov"));
        Path container = codec.equals("ffv1") ? folder.resolve("a.mkv") : file;
        assertLooksTheSame(Ffmpeg.make(
                container, 0.12, 0, "-c:v", codec, "-pix_fmt", layout, "-q:v", "2", "-x265-params", "log-level=error"));
    }

    @ParameterizedTest
    @CsvSource({"161,120", "160,121", "17,15"})
    void inOddSizes(int width, int height) throws Exception {
        assertLooksTheSame(Ffmpeg.make(
                folder.resolve("odd.mkv"), 0.12, 0, "-s", width + "x" + height, "-c:v", "ffv1", "-pix_fmt", "yuv420p"));
    }
}
