package io.sightlog.capture;

import java.nio.ByteBuffer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A picture in a file that has been measured and not decoded.
 *
 * @param width in pixels, as it lies in the file
 * @param height in pixels, as it lies in the file
 * @param exif how it lies, and when it was taken
 * @param bytesPerPixel native memory that decoding takes for each pixel, at most
 * @param pixels decodes it
 */
record Still(long width, long height, Exif exif, long bytesPerPixel, Pixels pixels) {
    /** 8-bit BGR. */
    static final int BGR_BYTES = 3;

    /** How a picture is decoded, as it lies in the file. */
    @FunctionalInterface
    interface Pixels {
        /** 8-bit BGR, or BGRA for a frame of an animation; the caller owns it. */
        Mat decode() throws UnreadableException;
    }

    /** All pictures in a file that do not move. */
    interface Stills {
        /** 1 or more. */
        int count();

        /** One of them. */
        Still still(int number) throws UnreadableException;

        static Stills one(Still only) {
            return new Stills() {
                @Override
                public int count() {
                    return 1;
                }

                @Override
                public Still still(int number) {
                    return only;
                }
            };
        }
    }

    /** Saturates. */
    long pixelCount() {
        return width > Integer.MAX_VALUE || height > Integer.MAX_VALUE ? Long.MAX_VALUE : width * height;
    }

    /** Bytes as unsigned numbers, where they are expected. */
    static int unsigned(ByteBuffer bytes, int at) {
        return bytes.get(at) & 0xff;
    }
}
