package io.sightlog.produce;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.sightlog.capture.Frame;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.FrameWriter;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.jspecify.annotations.Nullable;

/** Keeps pictures of frames as JPEGs beside the journal, those that a policy is for. One thread, the writer's. */
public final class FrameKeeper implements AutoCloseable {
    private final FrameWriter writer;
    private final Policy policy;
    private final int width;
    private final IntPointer parameters;
    private final Mat small = new Mat();
    private final BytePointer jpeg = new BytePointer();
    private final Map<String, Long> lastKept = new HashMap<>();
    private long notKept;

    /** Which frames are kept. */
    public sealed interface Policy {}

    /** None of them. */
    public record None() implements Policy {}

    /** Those in which something was found. */
    public record Detections() implements Policy {}

    /** All of them. */
    public record All() implements Policy {}

    /**
     * One of each stream now and then.
     *
     * @param nanos how long at least from one to the next, above 0
     */
    public record Every(long nanos) implements Policy {}

    /**
     * @param writer which this one does not close
     * @param quality of JPEG, 1 to 100
     * @param width widest picture in pixels: wider ones are made smaller; 0 for as they are
     * @throws IllegalArgumentException when a number is out of its range
     */
    public FrameKeeper(FrameWriter writer, Policy policy, int quality, int width) {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("frame-quality is " + quality + "; wanted: 1 to 100");
        }
        if (width < 0) {
            throw new IllegalArgumentException("frame-width is " + width + "; wanted: 0, which is as it is, or more");
        }
        this.writer = writer;
        this.policy = policy;
        this.width = width;
        this.parameters = new IntPointer(IMWRITE_JPEG_QUALITY, quality);
    }

    /**
     * Keeps a frame if the policy is for it.
     *
     * @param detections how many were found in it
     * @param stream its name, may be empty
     * @return for the event that is appended next; null when it is not kept
     */
    @Nullable
    KeptFrame keep(Frame frame, int detections, String stream) {
        if (!isWanted(frame, detections, stream)) {
            return null;
        }
        Mat picture = frame.picture();
        if (width > 0 && picture.cols() > width) {
            try (Size size =
                    new Size(width, Math.max(1, Math.round((float) picture.rows() * width / picture.cols())))) {
                resize(picture, small, size, 0, 0, INTER_AREA);
            }
            picture = small;
        }
        if (!imencode(".jpg", picture, jpeg, parameters)) {
            return null;
        }
        ByteBuffer bytes = jpeg.asByteBuffer();
        KeptFrame kept = writer.write(bytes, picture.cols(), picture.rows(), frame.capturedNanos());
        if (kept == null) {
            notKept++;
        } else {
            lastKept.put(stream, frame.capturedNanos());
        }
        return kept;
    }

    /** Pictures that the policy was for, and that could not be kept: the writer's listener has said why. */
    public long notKept() {
        return notKept;
    }

    private boolean isWanted(Frame frame, int detections, String stream) {
        if (policy instanceof Detections) {
            return detections > 0;
        }
        if (policy instanceof Every every) {
            Long last = lastKept.get(stream);
            return last == null || frame.capturedNanos() - last >= every.nanos;
        }
        return policy instanceof All;
    }

    @Override
    public void close() {
        parameters.close();
        small.close();
        jpeg.close();
    }
}
