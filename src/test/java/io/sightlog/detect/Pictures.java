package io.sightlog.detect;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
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
}
