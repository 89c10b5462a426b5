package io.sightlog.detect.internal.picture;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.merge;
import static org.bytedeco.opencv.global.opencv_core.split;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input;
import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.Layout;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;
import org.jspecify.annotations.Nullable;

/**
 * The part of the tensor where pictures of one size go, and the memory that it takes to fill it. The padding around it is not
 * touched. Owned by one thread.
 */
final class PlacedPart implements AutoCloseable {
    private final Input input;
    private final Size size;
    /** The picture at its new size; not with {@link Fit.Filter#CORNERS}. */
    private final Mat resized = new Mat();
    /** Its colours, in the picture's order BGR, as bytes, or as floats of 0..255 with {@link Fit.Filter#CORNERS}. */
    private final MatVector planes = new MatVector(Input.CHANNELS);

    private final Mat[] plane = new Mat[Input.CHANNELS];
    private final @Nullable CornerResize corners;
    private final @Nullable FloatPointer floats;
    /** All three planes, which lie one after the other. */
    private final Mat allPlanes;
    /** NCHW: of each plane of the tensor, in the tensor's order. NHWC: planes that are merged into {@link #target}. */
    private final Mat[] channels = new Mat[Input.CHANNELS];

    private final MatVector channelVector;
    /** Of the tensor, with NHWC. */
    private final @Nullable Mat target;

    PlacedPart(Input input, Placement placement, Mat tensor) {
        int width = placement.width();
        int height = placement.height();
        boolean inFloats = input.fit().filter() == Fit.Filter.CORNERS;
        this.input = input;
        this.size = new Size(width, height);
        this.corners = inFloats ? new CornerResize(width, height) : null;
        this.allPlanes = new Mat(height * Input.CHANNELS, width, inFloats ? CV_32F : CV_8U);
        this.floats = inFloats ? new FloatPointer(allPlanes.data()) : null;
        boolean isPlanar = input.layout() == Layout.NCHW;
        for (int i = 0; i < Input.CHANNELS; i++) {
            plane[i] = allPlanes.rowRange(i * height, (i + 1) * height);
            planes.put(i, plane[i]);
            channels[i] =
                    isPlanar ? part(tensor, placement, i * input.height()) : new Mat(height, width, tensor.depth());
        }
        this.target = isPlanar ? null : part(tensor, placement, 0);
        this.channelVector = new MatVector(channels);
    }

    private static Mat part(Mat tensor, Placement placement, int firstRow) {
        try (Rect where =
                new Rect(placement.left(), firstRow + placement.top(), placement.width(), placement.height())) {
            return tensor.apply(where);
        }
    }

    /** @param bgr 8-bit BGR, of the size that the part is for */
    void fill(Mat bgr) {
        if (corners != null && floats != null) {
            floats.put(corners.resize(bgr));
        } else {
            Mat picture = resized(bgr);
            if (target != null && input.scale().isUniform()) {
                fillPixels(picture, target);
                return;
            }
            split(picture, planes);
        }
        fillChannels();
    }

    private Mat resized(Mat bgr) {
        if (bgr.cols() == size.width() && bgr.rows() == size.height()) {
            return bgr;
        }
        int filter = switch (input.fit().filter()) {
            case AREA -> INTER_AREA;
            case CUBIC -> INTER_CUBIC;
            case LINEAR, CORNERS -> INTER_LINEAR;
        };
        resize(bgr, resized, size, 0, 0, filter);
        return resized;
    }

    private void fillPixels(Mat picture, Mat into) {
        Mat from = picture;
        if (input.colour() == Colour.RGB) {
            resized.create(size, CV_8UC3); // as picture, when that is resized
            cvtColor(picture, resized, COLOR_BGR2RGB);
            from = resized;
        }
        from.convertTo(
                into, into.type(), input.scale().multiply(0), input.scale().add(0));
    }

    private void fillChannels() {
        boolean isRgb = input.colour() == Colour.RGB;
        for (int i = 0; i < Input.CHANNELS; i++) {
            Mat from = plane[isRgb ? Input.CHANNELS - 1 - i : i];
            from.convertTo(
                    channels[i],
                    channels[i].type(),
                    input.scale().multiply(i),
                    input.scale().add(i));
        }
        if (target != null) {
            merge(channelVector, target);
        }
    }

    @Override
    public void close() {
        size.close();
        resized.close();
        planes.close();
        channelVector.close();
        for (int i = 0; i < Input.CHANNELS; i++) {
            plane[i].close();
            channels[i].close();
        }
        allPlanes.close();
        if (target != null) {
            target.close();
        }
        if (floats != null) {
            floats.close();
        }
    }
}
