package io.sightlog.detect;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import java.nio.FloatBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Turns pictures into the one input tensor of a model, always in the same memory. The whole picture is stretched to the
 * input's size, as these models were measured. Owned by one thread.
 */
final class InputPicture implements AutoCloseable {
    private static final int FULL_BRIGHTNESS = 255;

    static {
        Natives.load(Bundle.OPENCV);
        setNumThreads(1); // a second would wait, spinning, on the core that decodes the next frame
    }

    private final ModelCard.Input input;
    private final Size size;
    private final Mat resized = new Mat();
    private final Mat tensor;
    private final FloatBuffer floats;

    InputPicture(ModelCard.Input input) {
        this.input = input;
        this.size = new Size(input.width(), input.height());
        this.tensor = new Mat(input.height(), input.width(), CV_32FC3);
        this.floats = tensor.createBuffer();
    }

    /**
     * @param bgr 8-bit BGR, not empty
     * @return the tensor, good until the next call or {@link #close}
     */
    FloatBuffer prepare(Mat bgr) {
        if (bgr.empty() || bgr.type() != CV_8UC3) {
            throw new IllegalArgumentException("the picture has type " + bgr.type() + " and " + bgr.cols() + "x"
                    + bgr.rows() + " pixels; wanted: 8-bit BGR, not empty");
        }
        resize(bgr, resized, size, 0, 0, INTER_LINEAR);
        if (input.colour() == ModelCard.Colour.RGB) {
            cvtColor(resized, resized, COLOR_BGR2RGB);
        }
        double scale = (input.high() - input.low()) / FULL_BRIGHTNESS;
        resized.convertTo(tensor, CV_32FC3, scale, input.low());
        return floats;
    }

    @Override
    public void close() {
        resized.close();
        tensor.close();
        size.close();
    }
}
