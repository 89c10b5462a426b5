package io.sightlog.detect.internal.picture;

import static org.bytedeco.opencv.global.opencv_core.CV_16F;
import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC3;
import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.merge;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_core.split;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.WARP_INVERSE_MAP;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input;
import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.ElementType;
import io.sightlog.detect.Input.Layout;
import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Turns pictures into the picture tensor of a model, always in the same memory. Owned by one thread.
 *
 * <p>The picture goes into a canvas of the input's size, whose rest keeps its padding; what differs from model to model is done on
 * the canvas: order of colours, scale, type, layout.
 */
public final class InputPicture implements AutoCloseable {
    static {
        Natives.load(Bundle.OPENCV);
        setNumThreads(1); // a second would wait, spinning, on the core that decodes the next frame
    }

    private final Input input;
    private final boolean inFloats;
    private final Mat canvas;
    private final Mat floats = new Mat();
    /** The three colours of the canvas, in its order BGR. */
    private final MatVector planes = new MatVector(Input.CHANNELS);
    /** The tensor: one picture of three colours (NHWC), or three of one, one below the other (NCHW). */
    private final Mat tensor;
    /** Of the tensor, by channel; for NHWC beside it. */
    private final Mat[] channels = new Mat[Input.CHANNELS];

    private final ByteBuffer bytes;
    private Placement placement = new Placement(1, 1, 0, 0, 0, 0);

    public InputPicture(Input input) {
        this.input = input;
        this.inFloats = input.fit().filter() == Fit.Filter.CORNERS;
        int type = input.type() == ElementType.UINT8 ? CV_8U : input.type() == ElementType.FLOAT16 ? CV_16F : CV_32F;
        int width = input.width();
        int height = input.height();
        this.canvas = new Mat(height, width, inFloats ? CV_32FC3 : CV_8UC3);
        if (input.layout() == Layout.NCHW) {
            tensor = new Mat(height * Input.CHANNELS, width, type);
            for (int i = 0; i < Input.CHANNELS; i++) {
                channels[i] = tensor.rowRange(i * height, (i + 1) * height);
            }
        } else {
            tensor = new Mat(height, width, opencv_core.CV_MAKETYPE(type, Input.CHANNELS));
            for (int i = 0; i < Input.CHANNELS; i++) {
                channels[i] = new Mat(height, width, type);
            }
        }
        for (int i = 0; i < Input.CHANNELS; i++) {
            planes.put(i, new Mat());
        }
        this.bytes = tensor.data()
                .capacity(tensor.total() * tensor.elemSize())
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
    }

    /**
     * @param bgr 8-bit BGR, not empty
     * @return the tensor's bytes, good until the next call or {@link #close}
     */
    public ByteBuffer prepare(Mat bgr) {
        if (bgr.empty() || bgr.type() != CV_8UC3) {
            throw new IllegalArgumentException("the picture has type " + bgr.type() + " and " + bgr.cols() + "x"
                    + bgr.rows() + " pixels; wanted: 8-bit BGR, not empty");
        }
        Placement next = Placement.of(input.fit(), bgr.cols(), bgr.rows(), input.width(), input.height());
        if (!next.equals(placement)) {
            placement = next;
            pad();
        }
        place(bgr);
        fill();
        return bytes;
    }

    /** Where the last picture lies in the input. */
    public Placement placement() {
        return placement;
    }

    private void pad() {
        try (Scalar grey = Scalar.all(input.fit().pad())) {
            canvas.put(grey);
        }
    }

    private void place(Mat bgr) {
        try (Rect where = new Rect(placement.left(), placement.top(), placement.width(), placement.height());
                Mat part = canvas.apply(where);
                Size size = new Size(placement.width(), placement.height())) {
            switch (input.fit().filter()) {
                case LINEAR -> resize(bgr, part, size, 0, 0, INTER_LINEAR);
                case AREA -> resize(bgr, part, size, 0, 0, INTER_AREA);
                case CUBIC -> resize(bgr, part, size, 0, 0, INTER_CUBIC);
                case CORNERS -> byCorners(bgr, part, size);
            }
        }
    }

    /** {@code warpAffine} makes no more error than 1/64 pixel; {@code resize} knows the other convention only. */
    private void byCorners(Mat bgr, Mat part, Size size) {
        bgr.convertTo(floats, CV_32FC3);
        try (Mat map = new Mat(2, 3, CV_64F);
                DoubleIndexer cells = map.createIndexer();
                Scalar none = Scalar.all(0)) {
            cells.put(0, 0, step(bgr.cols(), placement.width())).put(0, 1, 0).put(0, 2, 0);
            cells.put(1, 0, 0).put(1, 1, step(bgr.rows(), placement.height())).put(1, 2, 0);
            warpAffine(floats, part, map, size, INTER_LINEAR | WARP_INVERSE_MAP, opencv_core.BORDER_REPLICATE, none);
        }
    }

    private static double step(int from, int to) {
        return to == 1 ? 0 : (from - 1.0) / (to - 1.0);
    }

    private void fill() {
        Input.Scale scale = input.scale();
        boolean isRgb = input.colour() == Colour.RGB;
        if (input.layout() == Layout.NHWC && scale.isUniform() && !inFloats) {
            Mat from = canvas;
            if (isRgb) {
                cvtColor(canvas, floats, COLOR_BGR2RGB);
                from = floats;
            }
            from.convertTo(tensor, tensor.type(), scale.multiply(0), scale.add(0));
            return;
        }
        split(canvas, planes);
        for (int i = 0; i < Input.CHANNELS; i++) {
            planes.get(isRgb ? Input.CHANNELS - 1 - i : i)
                    .convertTo(channels[i], channels[i].type(), scale.multiply(i), scale.add(i));
        }
        if (input.layout() == Layout.NHWC) {
            merge(new MatVector(channels), tensor);
        }
    }

    @Override
    public void close() {
        canvas.close();
        floats.close();
        planes.close();
        for (Mat channel : channels) {
            channel.close();
        }
        tensor.close();
    }
}
