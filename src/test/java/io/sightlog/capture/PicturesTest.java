package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.capture.Pictures.Picture;
import io.sightlog.event.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PicturesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {".jpg", ".png", ".bmp", ".webp", ".tiff", ".gif"})
    void readsWhatPeopleHave(String extension) throws Exception {
        byte[] bytes = Media.picture(extension, 60, 40);
        try (Picture picture = Pictures.read(Media.write(folder.resolve("a" + extension), bytes))) {
            assertThat(picture.bgr().cols()).isEqualTo(60);
            assertThat(picture.bgr().rows()).isEqualTo(40);
            assertThat(brightness(picture.bgr(), 5, 5)).isGreaterThan(240);
            assertThat(brightness(picture.bgr(), 55, 35)).isLessThan(15);
            assertThat(picture.digest()).isEqualTo(Digest.of(bytes));
            assertThat(picture.decodeNanos()).isPositive();
        }
    }

    /** Where the white top left quarter must be after turning, and the size. */
    @ParameterizedTest
    @CsvSource({"1,60,40,5,5", "3,60,40,55,35", "6,40,60,35,5", "8,40,60,5,55"})
    void turnsUprightAsExifSays(int orientation, int width, int height, int whiteX, int whiteY) throws Exception {
        byte[] bytes = Media.withExif(Media.picture(".jpg", 60, 40), orientation, null, null, null);
        try (Picture picture = Pictures.read(Media.write(folder.resolve("a.jpg"), bytes))) {
            assertThat(picture.bgr().cols()).isEqualTo(width);
            assertThat(picture.bgr().rows()).isEqualTo(height);
            assertThat(brightness(picture.bgr(), whiteX, whiteY)).isGreaterThan(240);
            assertThat(brightness(picture.bgr(), width - 1 - whiteX, height - 1 - whiteY))
                    .isLessThan(15);
        }
    }

    @Test
    void tellsWhenExifSaysItWasTaken() throws Exception {
        byte[] bytes = Media.withExif(Media.picture(".jpg", 60, 40), 1, "2024:05:06 07:08:09", "123", "+02:00");
        try (Picture picture = Pictures.read(Media.write(folder.resolve("a.jpg"), bytes))) {
            assertThat(picture.exifNanos())
                    .isEqualTo(TimeUnit.MILLISECONDS.toNanos(
                            Instant.parse("2024-05-06T05:08:09.123Z").toEpochMilli()));
        }
    }

    @Test
    void refusesWhatIsNoPicture() throws Exception {
        byte[] text = "hello\n".getBytes(StandardCharsets.UTF_8);
        Path file = Media.write(folder.resolve("a.jpg"), text);
        assertThatThrownBy(() -> Pictures.read(file))
                .isInstanceOfSatisfying(
                        UnreadableException.class, e -> assertThat(e.digest()).isEqualTo(Digest.of(text)))
                .hasMessage("not a picture");
        assertThatThrownBy(() -> Pictures.read(Media.write(folder.resolve("b.jpg"), new byte[0])))
                .hasMessage("the file is empty");
        assertThatThrownBy(() -> Pictures.read(folder.resolve("c.jpg"))).hasMessage("no such file");
        assertThatThrownBy(() -> Pictures.read(folder)).hasMessage("not a regular file");
        byte[] wave = "RIFF\4\0\0\0WAVE".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> Pictures.read(Media.write(folder.resolve("d.jpg"), wave)))
                .isInstanceOf(UnreadableException.class)
                .hasMessage("not supported: it is WAVE, which this program does not read as a picture");
    }

    @ParameterizedTest
    @ValueSource(strings = {".jpg", ".png", ".webp", ".gif"})
    void refusesAPictureThatStopsInTheMiddle(String extension) {
        byte[] bytes = Media.picture(extension, 640, 480);
        byte[] half = Arrays.copyOf(bytes, bytes.length / 2);
        assertThatThrownBy(() -> Pictures.read(Media.write(folder.resolve("a" + extension), half)))
                .isInstanceOf(UnreadableException.class)
                .hasMessageStartingWith("damaged: ");
    }

    @Test
    void refusesAHugePictureByItsHeader() {
        byte[] png = Media.picture(".png", 60, 40);
        ByteBuffer.wrap(png).putInt(16, 40_000).putInt(20, 30_000);
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
        assertThatThrownBy(() -> Pictures.read(Media.write(folder.resolve("a.png"), png)))
                .isInstanceOf(UnreadableException.class)
                .hasMessage("too large: 40000x30000 pixels, the limit is 100000000 pixels");
    }

    @Test
    void digestsDecodedRowsFromTheTop() throws Exception {
        byte[] bytes = Media.picture(".bmp", 60, 40);
        try (Picture picture = Pictures.read(Media.write(folder.resolve("a.bmp"), bytes))) {
            byte[] rows = new byte[60 * 40 * 3];
            for (int y = 0; y < 20; y++) {
                Arrays.fill(rows, y * 180, y * 180 + 90, (byte) 255);
            }
            assertThat(Pictures.digest(picture.bgr())).isEqualTo(Digest.of(rows));
        }
    }

    static int brightness(Mat bgr, int x, int y) {
        return bgr.ptr(y, x).get() & 0xff;
    }
}
