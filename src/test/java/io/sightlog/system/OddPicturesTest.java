package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that are none of the usual, through the whole program: each is a frame or a skip, and the one after it is looked at. */
final class OddPicturesTest {
    @TempDir
    Path temp;

    private static byte[] dog() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(OddPicturesTest.class.getResourceAsStream("/io/sightlog/demo/dog.jpg"))) {
            return in.readAllBytes();
        }
    }

    /** Of 7000 by 7000 pixels, and 147 MB, more than half of what these processes may take. */
    private static void largeBmp(Path file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(54).order(ByteOrder.LITTLE_ENDIAN);
        head.put((byte) 'B').put((byte) 'M').putInt(0).putInt(0).putInt(54);
        head.putInt(40).putInt(7000).putInt(7000).putShort((short) 1).putShort((short) 24);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(head.array());
            out.setLength(54 + 7000L * 7000 * 3);
        }
    }

    @Test
    void whatCannotBeSeenIsASkipAndTheRunGoesOn() throws IOException {
        Path photos = Files.createDirectory(temp.resolve("photos"));
        byte[] dog = dog();
        largeBmp(photos.resolve("1-large.bmp"));
        byte[] half = Arrays.copyOf(dog, dog.length / 2);
        half[half.length - 2] = (byte) 0xFF;
        half[half.length - 1] = (byte) 0xD9;
        Files.write(photos.resolve("2-half.jpg"), half);
        Files.createSymbolicLink(photos.resolve("3-gone.jpg"), Path.of("/nowhere/a.jpg"));
        Files.writeString(photos.resolve("README.md"), "# Photos");
        Files.write(photos.resolve("4-dog.jpg"), dog);
        String queue = temp.resolve("journal").toString();

        Sightlog.Done produce =
                Sightlog.run("produce", "-q", queue, photos.toString()).expect(3);
        assertThat(produce.err())
                .filteredOn(line -> line.startsWith("skipped "))
                .hasSize(3)
                .satisfiesExactly(
                        line -> assertThat(line).contains("1-large.bmp: too large: 7000x7000 pixels need "),
                        line -> assertThat(line).contains("2-half.jpg: damaged: Corrupt JPEG data: premature end"),
                        line -> assertThat(line).contains("3-gone.jpg: a link to /nowhere/a.jpg, which is not there"));
        assertThat(produce.err())
                .contains("not looked at in " + photos + ": 1 file that is neither picture nor video (README.md)")
                .anyMatch(line -> line.startsWith("1 frame, 3 skips"))
                .noneMatch(line -> line.startsWith("Corrupt JPEG data"));
        assertThat(Ndjson.fields(Ndjson.all(queue), "kind")).containsExactly("skip", "skip", "skip", "frame");
    }

    private static byte[] encoded(BufferedImage picture, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(picture, format, out)).isTrue();
        return out.toByteArray();
    }

    /** Two pages of one TIFF: the dog, and nothing. The first page's list of tags is made to lead to the second's. */
    private static byte[] twoPages() throws IOException {
        BufferedImage dog = ImageIO.read(new java.io.ByteArrayInputStream(dog()));
        BufferedImage nothing = new BufferedImage(64, 48, BufferedImage.TYPE_3BYTE_BGR);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        var writer = ImageIO.getImageWritersByFormatName("tiff").next();
        try (var stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            for (BufferedImage page : List.of(dog, nothing)) {
                writer.writeToSequence(new javax.imageio.IIOImage(page, null, null), null);
            }
            writer.endWriteSequence();
        }
        writer.dispose();
        return out.toByteArray();
    }

    @Test
    void pagesAndPicturesThatMoveAreDrawnAsTheyWereSeen() throws IOException {
        Path photos = Files.createDirectory(temp.resolve("photos"));
        Files.write(photos.resolve("pages.tif"), twoPages());
        Files.write(photos.resolve("still.gif"), encoded(ImageIO.read(new java.io.ByteArrayInputStream(dog())), "gif"));
        Files.write(photos.resolve("z.gif"), MOVING_GIF);
        String queue = temp.resolve("journal").toString();

        Sightlog.run("produce", "-q", queue, photos.toString()).expect(0);
        List<String> events = Ndjson.all(queue);
        assertThat(Ndjson.fields(events, "frame")).containsExactly("0", "1", "0", "0", "1", "2");
        assertThat(Ndjson.fields(events, "positionNanos"))
                .endsWith("0", "50000000", "250000000")
                .hasSize(6);
        assertThat(events.get(0)).contains("\"label\":\"Dog\"");

        Path out = temp.resolve("boxes");
        Sightlog.Done draw =
                Sightlog.run("draw", "-q", queue, "--out", out.toString()).expect(0);
        assertThat(draw.err()).singleElement().asString().startsWith("drew 3 pictures and 1 video");
        assertThat(out.toFile().list())
                .containsExactlyInAnyOrder("pages-page0.tif", "pages-page1.tif", "still.png", "z.mp4");

        Sightlog.Done first = Sightlog.run("produce", "-q", queue, "--pages", "first", photos + "/pages.tif")
                .expect(3);
        assertThat(first.err())
                .anyMatch(line -> line.endsWith(
                        "pages.tif, frame 1: not looked at: 1 more picture in the file; --pages all looks at them"));
    }

    /** 4 by 4 pixels, three frames, shown for 50, 200 and 70 ms. */
    private static final byte[] MOVING_GIF = gif(5, 20, 7);

    private static byte[] gif(int... hundredths) {
        ByteBuffer gif = ByteBuffer.allocate(500).order(ByteOrder.LITTLE_ENDIAN);
        gif.put("GIF89a".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        gif.putShort((short) 4)
                .putShort((short) 4)
                .put((byte) 0x80)
                .put((byte) 0)
                .put((byte) 0);
        gif.put(new byte[] {0, 0, 0, -1, 0, 0});
        for (int delay : hundredths) {
            gif.put(new byte[] {0x21, (byte) 0xF9, 4, 0})
                    .putShort((short) delay)
                    .put((byte) 0)
                    .put((byte) 0);
            gif.put((byte) 0x2C)
                    .putInt(0)
                    .putShort((short) 4)
                    .putShort((short) 4)
                    .put((byte) 0);
            gif.put((byte) 2); // codes begin with three bits; a clear code after every two pixels keeps them so
            int bits = 0;
            int count = 0;
            java.io.ByteArrayOutputStream codes = new java.io.ByteArrayOutputStream();
            for (int pixel = 0; pixel <= 16; pixel++) {
                int[] next = pixel == 16 ? new int[] {5} : pixel % 2 == 0 ? new int[] {4, 1} : new int[] {1};
                for (int code : next) {
                    bits |= code << count;
                    for (count += 3; count >= 8; count -= 8, bits >>>= 8) {
                        codes.write(bits);
                    }
                }
            }
            codes.write(bits);
            gif.put((byte) codes.size()).put(codes.toByteArray()).put((byte) 0);
        }
        gif.put((byte) 0x3B);
        return Arrays.copyOf(gif.array(), gif.position());
    }
}
