package io.sightlog.capture;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.OpenCVFrameConverter;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Small pictures and videos, made while the tests run. */
final class Media {
    static final int WIDTH = 160;
    static final int HEIGHT = 120;
    static final int FRAMES_PER_SECOND = 25;

    static {
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
    }

    private Media() {}

    /** Black, with a white top left quarter. */
    static byte[] picture(String extension, int width, int height) {
        try (Scalar black = new Scalar(0, 0, 0, 0);
                Scalar white = new Scalar(255, 255, 255, 0);
                Mat picture = new Mat(height, width, CV_8UC3, black);
                Rect quarter = new Rect(0, 0, width / 2, height / 2);
                Mat corner = new Mat(picture, quarter)) {
            corner.put(white);
            BytePointer encoded = new BytePointer();
            imencode(extension, picture, encoded);
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            encoded.close();
            return bytes;
        }
    }

    /** Of random colours, the same for the same seed. */
    static byte[] noise(String extension, int width, int height, int seed) {
        try (Mat picture = new Mat(height, width, CV_8UC3);
                BytePointer encoded = new BytePointer()) {
            byte[] colours = new byte[3 * width * height];
            new Random(seed).nextBytes(colours);
            picture.data().put(colours);
            imencode(extension, picture, encoded);
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            return bytes;
        }
    }

    static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts an EXIF segment into a JPEG; texts may be null. */
    static byte[] withExif(byte[] jpeg, int orientation, String dateTimeOriginal, String subSeconds, String offset) {
        byte[] exif = exif(orientation, dateTimeOriginal, subSeconds, offset);
        ByteBuffer out = ByteBuffer.allocate(jpeg.length + exif.length + 4);
        out.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) (exif.length + 2));
        out.put(exif).put(jpeg, 2, jpeg.length - 2);
        return out.array();
    }

    /** TIFF inside: IFD0 with the orientation and a pointer to the EXIF IFD with the texts. */
    private static byte[] exif(int orientation, String... texts) {
        int[] tags = {0x9003, 0x9291, 0x9011};
        int subIfd = 8 + 2 + 2 * 12 + 4;
        int count = 0;
        for (String text : texts) {
            count += text == null ? 0 : 1;
        }
        int values = subIfd + 2 + count * 12 + 4;
        ByteBuffer tiff = ByteBuffer.allocate(values + 200);
        tiff.put("MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
        tiff.putShort((short) 2);
        tiff.putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0);
        tiff.putShort((short) 0x8769).putShort((short) 4).putInt(1).putInt(subIfd);
        tiff.putInt(0);
        tiff.putShort((short) count);
        int at = values;
        for (int i : new int[] {0, 2, 1}) { // tags ascend
            if (texts[i] == null) {
                continue;
            }
            byte[] ascii = (texts[i] + "\0").getBytes(StandardCharsets.US_ASCII);
            tiff.putShort((short) tags[i]).putShort((short) 2).putInt(ascii.length);
            if (ascii.length <= 4) {
                tiff.put(ascii).put(new byte[4 - ascii.length]);
            } else {
                tiff.putInt(at);
                for (byte letter : ascii) {
                    tiff.put(at++, letter);
                }
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(tiff.array());
        return out.toByteArray();
    }

    /** Grey frames, each {@link #grey brighter} than the one before, with a white top left corner. */
    static Path video(Path file, int frames) throws IOException {
        return video(file, frames, avcodec.AV_CODEC_ID_MJPEG, 0);
    }

    static Path video(Path file, int frames, int codec, double displayRotation) throws IOException {
        try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), WIDTH, HEIGHT);
                OpenCVFrameConverter.ToMat converter = new OpenCVFrameConverter.ToMat()) {
            recorder.setVideoCodec(codec);
            recorder.setFrameRate(FRAMES_PER_SECOND);
            recorder.setVideoQuality(2);
            recorder.setDisplayRotation(displayRotation);
            recorder.setMetadata("creation_time", "2024-05-06T07:08:09.000000Z");
            if (codec == avcodec.AV_CODEC_ID_MJPEG) {
                recorder.setPixelFormat(avutil.AV_PIX_FMT_YUVJ420P);
            }
            recorder.start();
            for (int i = 0; i < frames; i++) {
                try (Scalar colour = Scalar.all(grey(i));
                        Scalar white = Scalar.all(255);
                        Mat picture = new Mat(HEIGHT, WIDTH, CV_8UC3, colour);
                        Rect quarter = new Rect(0, 0, WIDTH / 4, HEIGHT / 4);
                        Mat corner = new Mat(picture, quarter)) {
                    corner.put(white);
                    recorder.record(converter.convert(picture));
                }
            }
            recorder.stop();
        }
        return file;
    }

    /** Offset of the chunk of an AVI that holds a frame: four letters, its size, its bytes. */
    static int chunk(byte[] avi, int frame) {
        String text = new String(avi, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("movi");
        for (int i = 0; i <= frame; i++) {
            at = text.indexOf("00dc", at + 1);
        }
        return at;
    }

    static int grey(int frame) {
        return 10 + frame * 10;
    }

    /** A GIF of 4 by 4 pixels that moves, each frame shown for so many hundredths of a second. */
    static byte[] gif(int... hundredths) {
        return gif(false, hundredths);
    }

    /** @param transparent whether its frames let those before show through */
    static byte[] gif(boolean transparent, int... hundredths) {
        ByteBuffer gif = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
        gif.put("GIF89a".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 4)
                .putShort((short) 4);
        gif.put(new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, -1, 0, 0});
        for (int delay : hundredths) {
            gif.put(new byte[] {0x21, (byte) 0xF9, 4, (byte) (transparent ? 1 : 0)});
            gif.putShort((short) delay).put((byte) 0).put((byte) 0);
            gif.put((byte) 0x2C)
                    .putInt(0)
                    .putShort((short) 4)
                    .putShort((short) 4)
                    .put((byte) 0);
            gif.put(GIF_PIXELS);
        }
        gif.put((byte) 0x3B);
        return Arrays.copyOf(gif.array(), gif.position());
    }

    /** Sixteen pixels of colour 1, in codes of three bits: before every second one the table is cleared, so that they stay so. */
    private static final byte[] GIF_PIXELS = gifPixels();

    private static byte[] gifPixels() {
        ByteArrayOutputStream codes = new ByteArrayOutputStream();
        int bits = 0;
        int count = 0;
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
        ByteBuffer block = ByteBuffer.allocate(codes.size() + 3);
        return block.put((byte) 2)
                .put((byte) codes.size())
                .put(codes.toByteArray())
                .array();
    }

    /** Offset of the byte with the length of the first code of a frame's pixels. */
    static int gifFrame(byte[] gif, int frame) {
        return 19 + frame * (8 + 10 + GIF_PIXELS.length) + 8 + 10;
    }
}
