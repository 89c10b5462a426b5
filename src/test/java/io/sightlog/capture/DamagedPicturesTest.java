package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.Seeds;
import io.sightlog.capture.Pictures.Picture;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not whole, too large, or not read gives its reason and no picture. */
class DamagedPicturesTest {
    @TempDir
    Path folder;

    private void refused(byte[] bytes, String reason) {
        assertThatThrownBy(() ->
                        Pictures.read(Media.write(folder.resolve("a"), bytes)).close())
                .isInstanceOf(UnreadableException.class)
                .hasMessageContaining(reason);
    }

    private static byte[] noise(String extension) {
        return Media.noise(extension, 200, 150, 7);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static final byte[] END_OF_IMAGE = {(byte) 0xFF, (byte) 0xD9};

    @Test
    void halfAJpegWithAnEndMarkIsDamaged() {
        byte[] jpeg = noise(".jpg");
        byte[] half = Arrays.copyOf(jpeg, jpeg.length / 2);
        refused(joined(half, END_OF_IMAGE), "damaged: Corrupt JPEG data: premature end of data segment");
        refused(half, "damaged: ");
    }

    @Test
    void whatIsLeftOverInAJpegIsDamageUnlessItIsZeros() throws Exception {
        byte[] jpeg = noise(".jpg");
        byte[] body = Arrays.copyOf(jpeg, jpeg.length - 2);
        byte[] text = "not pixels".getBytes(StandardCharsets.US_ASCII);
        refused(joined(body, text, END_OF_IMAGE), "extraneous bytes before marker 0xd9");
        Pictures.read(Media.write(folder.resolve("z.jpg"), joined(body, new byte[10], END_OF_IMAGE)))
                .close();
        Pictures.read(Media.write(folder.resolve("t.jpg"), joined(jpeg, text))).close();
    }

    /** Bit errors inside of the coded pixels that a decoder can notice at all. */
    @Test
    void bitErrorsThatTheDecoderNoticesAreSkips() {
        byte[] jpeg = noise(".jpg");
        Random random = new Random(11);
        int refused = 0;
        for (int i = 0; i < 60; i++) {
            byte[] damaged = jpeg.clone();
            for (int bit = 0; bit < 8; bit++) {
                damaged[700 + random.nextInt(jpeg.length - 710)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Pictures.read(Media.write(folder.resolve("a.jpg"), damaged)).close();
            } catch (UnreadableException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(40);
    }

    @Test
    void everyChunkOfAPngHasItsChecksum() {
        byte[] png = noise(".png");
        for (int at = 8; at < png.length; at += 12 + ByteBuffer.wrap(png).getInt(at)) {
            byte[] damaged = png.clone();
            damaged[at + 8 + ByteBuffer.wrap(png).getInt(at)] ^= 1;
            refused(damaged, "damaged: the checksum of its chunk ");
        }
        refused(Arrays.copyOf(png, png.length - 12), "damaged: it ends before its end mark");
    }

    @ParameterizedTest
    @ValueSource(strings = {".jpg", ".png", ".bmp", ".webp", ".tiff", ".gif"})
    void noCutIsTakenForWhole(String extension) {
        byte[] bytes = noise(extension);
        for (int i = 1; i < 20; i++) {
            refused(Arrays.copyOf(bytes, bytes.length * i / 20), "");
        }
        refused(Arrays.copyOf(bytes, bytes.length - 1), "damaged: ");
    }

    @Test
    void whateverTheBytesAreTheAnswerIsAPictureOrAReason() {
        long seed = Seeds.of(DamagedPicturesTest.class);
        Random random = new Random(seed);
        for (String extension : new String[] {".jpg", ".png", ".bmp", ".webp", ".tiff", ".gif"}) {
            byte[] good = Media.noise(extension, 40, 30, 7);
            for (int i = 0; i < 150; i++) {
                byte[] bad = good.clone();
                for (int changes = random.nextInt(6); changes >= 0; changes--) {
                    int headers = random.nextBoolean() ? Math.min(bad.length, 120) : bad.length;
                    bad[8 + random.nextInt(headers - 8)] = (byte) random.nextInt(256);
                }
                try (PictureFile file = PictureFile.open(Media.write(folder.resolve("a"), bad))) {
                    for (int page = 0; page < file.count(); page++) {
                        file.picture(page).close();
                    }
                } catch (UnreadableException e) {
                    assertThat(e).message().isNotBlank().doesNotContain("\n");
                }
            }
        }
    }

    /** A kilobyte for each megabyte: nobody reads them. */
    @ParameterizedTest
    @ValueSource(strings = {"zTXt", "iTXt", "iCCP"})
    void aPngsTextsAreNotInflated(String kind) throws Exception {
        byte[] key = "Raw profile type exif\0\0".getBytes(StandardCharsets.US_ASCII);
        byte[] named = kind.equals("iTXt") ? "XML:com.adobe.xmp\0\1\0\0\0".getBytes(StandardCharsets.US_ASCII) : key;
        byte[] bomb = chunk(kind, joined(named, deflated(256 << 20)));
        byte[] png = noise(".png");
        byte[] bombs =
                joined(Collections.nCopies(20, bomb).toArray(byte[][]::new)); // five seconds, or two on a fast one
        byte[] all = joined(Arrays.copyOf(png, 33), bombs, Arrays.copyOfRange(png, 33, png.length));
        ThreadMXBean threads = ManagementFactory.getThreadMXBean(); // not the time that others take
        long before = threads.getCurrentThreadCpuTime();
        try (Picture picture = Pictures.read(Media.write(folder.resolve("a.png"), all))) {
            assertThat(picture.bgr().cols()).isEqualTo(200);
        }
        assertThat(threads.getCurrentThreadCpuTime() - before).isLessThan(1_000_000_000L);
    }

    private static byte[] deflated(int zeros) {
        Deflater deflater = new Deflater(9);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] some = new byte[1 << 20];
        byte[] packed = new byte[1 << 16];
        for (int i = 0; i < zeros; i += some.length) {
            deflater.setInput(some);
            while (!deflater.needsInput()) {
                out.write(packed, 0, deflater.deflate(packed));
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            out.write(packed, 0, deflater.deflate(packed));
        }
        deflater.end();
        return out.toByteArray();
    }

    private static byte[] chunk(String kind, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length);
        chunk.putInt(data.length).put(kind.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, data.length + 4);
        return chunk.putInt((int) crc.getValue()).array();
    }

    /** Its header is enough, whatever the format. */
    @ParameterizedTest
    @CsvSource({".bmp,18,22,little", ".webp,24,27,packed", ".gif,6,8,short"})
    void hugeSizesAreRefusedByTheHeader(String extension, int width, int height, String how) {
        byte[] bytes = how.equals("packed") ? extendedWebp() : noise(extension);
        ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (how.equals("little")) {
            out.putInt(width, 60_000).putInt(height, 60_000);
        } else if (how.equals("short")) {
            out.putShort(width, (short) 60_000).putShort(height, (short) 60_000);
        }
        refused(bytes, "too large: 60000x60000 pixels, the limit is 100000000 pixels");
    }

    /** Moves, on a canvas of 60,000 by 60,000. */
    private static byte[] extendedWebp() {
        byte[] still = Media.noise(".webp", 40, 30, 7);
        byte[] body = Arrays.copyOfRange(still, 12, still.length);
        ByteBuffer out = ByteBuffer.allocate(12 + 18 + 8 + 16 + body.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(out.capacity() - 8);
        out.put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(2);
        out.putShort((short) 59_999).put((byte) 0).putShort((short) 59_999).put((byte) 0);
        out.put("ANMF".getBytes(StandardCharsets.US_ASCII)).putInt(16 + body.length);
        out.position(out.position() + 6);
        out.putShort((short) 39).put((byte) 0).putShort((short) 29).put((byte) 0);
        out.putInt(100).put(body);
        return out.array();
    }

    @ParameterizedTest
    @CsvSource({
        "0000001866747970686569630000,HEIC",
        "0000001C66747970617669660000,AVIF",
        "0000000C6A5020200D0A870A,JPEG 2000",
        "00000100010010,ICO",
        "38425053000100,Photoshop",
        "49492A00100000004352020000000000,Canon CR2",
        "50360A3120310A3235350A000000,PNM",
        "255044462D312E37,PDF",
        "3C7376672078,SVG or XML",
    })
    void whatIsNotReadHasItsTrueName(String hex, String name) {
        refused(java.util.HexFormat.of().parseHex(hex), "not supported: it is " + name + ", which");
    }

    /** One pixel of CMYK with 16 bits a sample, which is sound, and which libtiff does not turn into RGB. */
    @Test
    void whatADecoderCannotHandleIsNotCalledDamaged() {
        int[][] fields = {
            {256, 3, 1, 1},
            {257, 3, 1, 1},
            {258, 3, 4, 122},
            {259, 3, 1, 1},
            {262, 3, 1, 5},
            {273, 4, 1, 130},
            {277, 3, 1, 4},
            {278, 3, 1, 1},
            {279, 4, 1, 8}
        };
        ByteBuffer tiff = ByteBuffer.allocate(138).order(ByteOrder.LITTLE_ENDIAN);
        tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) fields.length);
        for (int[] field : fields) {
            tiff.putShort((short) field[0])
                    .putShort((short) field[1])
                    .putInt(field[2])
                    .putInt(field[3]);
        }
        tiff.putInt(0);
        for (int sample = 0; sample < 4; sample++) {
            tiff.putShort((short) 16);
        }
        refused(tiff.array(), "not supported: Sorry, can not handle image");
    }
}
