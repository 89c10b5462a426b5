package io.sightlog.detect;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_180;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_CLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_COUNTERCLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_core.rotate;
import static org.bytedeco.opencv.global.opencv_core.transpose;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** The pictures of the demo. */
final class Pictures {
    private Pictures() {}

    /** @param name {@code dog.jpg}, {@code person.jpg} or {@code horses.jpg} */
    static Mat read(String name) throws IOException {
        try (InputStream in = Pictures.class.getResourceAsStream("/io/sightlog/demo/" + name)) {
            byte[] bytes = Objects.requireNonNull(in).readAllBytes();
            try (BytePointer pointer = new BytePointer(bytes);
                    Mat encoded = new Mat(1, bytes.length, CV_8UC1, pointer)) {
                return imdecode(encoded, IMREAD_COLOR);
            }
        }
    }

    /**
     * A PNG that shows the picture when it is turned and mirrored as its EXIF says.
     *
     * @param orientation 1 to 8, as EXIF counts them
     */
    static byte[] turned(Mat picture, int orientation) {
        try (Mat stored = new Mat();
                BytePointer encoded = new BytePointer()) {
            // what undoes each: mirror, half turn, flip, transpose, turn back, transpose the other way, turn
            switch (orientation) {
                case 1 -> picture.copyTo(stored);
                case 2 -> flip(picture, stored, 1);
                case 3 -> rotate(picture, stored, ROTATE_180);
                case 4 -> flip(picture, stored, 0);
                case 5 -> transpose(picture, stored);
                case 6 -> rotate(picture, stored, ROTATE_90_COUNTERCLOCKWISE);
                case 7 -> {
                    transpose(picture, stored);
                    rotate(stored, stored, ROTATE_180);
                }
                case 8 -> rotate(picture, stored, ROTATE_90_CLOCKWISE);
                default -> throw new IllegalArgumentException("orientation " + orientation);
            }
            imencode(".png", stored, encoded);
            byte[] png = new byte[(int) encoded.limit()];
            encoded.get(png);
            return withExif(png, orientation);
        }
    }

    private static byte[] withExif(byte[] png, int orientation) {
        ByteBuffer tiff = ByteBuffer.allocate(26);
        tiff.put("MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
        tiff.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
        tiff.putShort((short) orientation).putShort((short) 0).putInt(0);
        byte[] type = "eXIf".getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(type);
        crc.update(tiff.array());
        int afterHeader = 8 + 12 + 13;
        return ByteBuffer.allocate(png.length + tiff.capacity() + 12)
                .put(png, 0, afterHeader)
                .putInt(tiff.capacity())
                .put(type)
                .put(tiff.array())
                .putInt((int) crc.getValue())
                .put(png, afterHeader, png.length - afterHeader)
                .array();
    }
}
