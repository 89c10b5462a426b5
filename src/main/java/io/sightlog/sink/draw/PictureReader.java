package io.sightlog.sink.draw;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import io.sightlog.event.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.opencv.opencv_core.Mat;

/** Reads a picture again, as it was when it was looked at. */
final class PictureReader {
    private static final long MAX_FILE_BYTES = 512L << 20;

    private PictureReader() {}

    /**
     * The picture as 8-bit BGR, turned as its EXIF says. The caller closes it.
     *
     * @param digest of the file's bytes, 0 when unknown
     * @throws UndrawableException when it cannot be read, or is another one
     */
    static Mat read(Path file, long digest) throws UndrawableException {
        byte[] bytes;
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new UndrawableException("it has more than " + MAX_FILE_BYTES + " bytes");
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UndrawableException("it cannot be read");
        }
        if (digest != 0 && Digest.of(bytes) != digest) {
            throw new UndrawableException(
                    "it has changed since: digest " + Digest.hex(Digest.of(bytes)) + ", not " + Digest.hex(digest));
        }
        if (bytes.length == 0) {
            throw new UndrawableException("it is empty");
        }
        Mat picture;
        try (Mat encoded = new Mat(bytes)) {
            picture = imdecode(encoded, IMREAD_COLOR);
        } catch (RuntimeException e) {
            throw new UndrawableException("it is not a picture that OpenCV can read");
        }
        if (picture.empty()) {
            picture.close();
            throw new UndrawableException("it is not a picture that OpenCV can read");
        }
        return picture;
    }
}
