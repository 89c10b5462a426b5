package io.sightlog.detect.internal.picture;

import static org.bytedeco.opencv.global.opencv_core.CV_16F;
import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_MAKETYPE;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;

import io.sightlog.detect.Input;
import io.sightlog.detect.Input.Layout;
import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.jspecify.annotations.Nullable;

/**
 * Turns pictures into the picture tensor of a model, always in the same memory. Owned by one thread.
 *
 * <p>The tensor keeps its padding from picture to picture; only the part where the picture goes is written, until one of another
 * size comes that goes elsewhere.
 */
public final class InputPicture implements AutoCloseable {
    static {
        Natives.load(Bundle.OPENCV);
        setNumThreads(1); // a second would wait, spinning, on the core that decodes the next frame
    }

    private final Input input;
    /** One picture of three colours (NHWC), or three of one, one below the other (NCHW). */
    private final Mat tensor;

    private final ByteBuffer bytes;
    private @Nullable Placement placement;
    private @Nullable PlacedPart part;

    public InputPicture(Input input) {
        this.input = input;
        int type = switch (input.type()) {
            case FLOAT32 -> CV_32F;
            case FLOAT16 -> CV_16F;
            case UINT8 -> CV_8U;
        };
        this.tensor = input.layout() == Layout.NCHW
                ? new Mat(input.height() * Input.CHANNELS, input.width(), type)
                : new Mat(input.height(), input.width(), CV_MAKETYPE(type, Input.CHANNELS));
        this.bytes = tensor.data()
                .capacity(tensor.total() * tensor.elemSize())
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
    }

    /**
     * @param bgr 8-bit BGR, not empty; may be a part of another
     * @return the tensor's bytes, good until the next call or {@link #close}
     * @throws IllegalArgumentException when the picture is another
     */
    public ByteBuffer prepare(Mat bgr) {
        if (bgr.empty() || bgr.type() != CV_8UC3) {
            throw new IllegalArgumentException("the picture has type " + bgr.type() + " and " + bgr.cols() + "x"
                    + bgr.rows() + " pixels; wanted: 8-bit BGR, not empty");
        }
        partFor(bgr).fill(bgr);
        return bytes;
    }

    private PlacedPart partFor(Mat bgr) {
        Placement next = Placement.of(input.fit(), bgr.cols(), bgr.rows(), input.width(), input.height());
        PlacedPart current = part;
        if (current == null || !next.equals(placement)) {
            if (current != null) {
                current.close();
            }
            current = new PlacedPart(input, next, tensor);
            part = current;
            placement = next;
            pad();
        }
        return current;
    }

    private void pad() {
        if (input.layout() == Layout.NHWC) {
            try (Scalar grey = new Scalar(padding(0), padding(1), padding(2), 0)) {
                tensor.put(grey);
            }
            return;
        }
        for (int i = 0; i < Input.CHANNELS; i++) {
            try (Mat plane = tensor.rowRange(i * input.height(), (i + 1) * input.height());
                    Scalar grey = Scalar.all(padding(i))) {
                plane.put(grey);
            }
        }
    }

    /** What the padding is in a channel of the tensor. */
    private double padding(int channel) {
        return input.fit().pad() * input.scale().multiply(channel)
                + input.scale().add(channel);
    }

    /**
     * Where the last picture lies in the input.
     *
     * @throws IllegalStateException before the first
     */
    public Placement placement() {
        if (placement == null) {
            throw new IllegalStateException("no picture was prepared");
        }
        return placement;
    }

    @Override
    public void close() {
        if (part != null) {
            part.close();
        }
        tensor.close();
    }
}
