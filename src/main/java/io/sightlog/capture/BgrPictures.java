package io.sightlog.capture;

import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.*;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import java.util.Set;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.jspecify.annotations.Nullable;

/**
 * Converts decoded frames to BGR pictures as FFmpeg's own programs do, by each frame's matrix, range and orientation.
 * The same bytes come out on every x86-64 processor. Owned by one thread.
 */
public final class BgrPictures implements AutoCloseable {
    /** FFmpeg may write whole vectors, past the end of a row whose length is no multiple of this. */
    private static final int ROW_ALIGNMENT = 64;

    private static final Set<Integer> SHORT_CUTS = Set.of(
            AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVA420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUVJ422P);

    /** What the conversion was made for. */
    private record Kind(int width, int height, int format, boolean shortCut, int matrix, int range) {}

    private final PointerPointer<BytePointer> planes = new PointerPointer<>(4);
    private final IntPointer strides = new IntPointer(4);
    private final Mat padded = new Mat();
    private @Nullable SwsContext context;
    private @Nullable Kind made;

    /**
     * @param stream how the container says the pixels lie, when the frame itself says nothing
     * @return a continuous picture that the caller owns
     */
    public Mat convert(AVFrame frame, Orientation stream) throws UnreadableException {
        int width = frame.width();
        int height = frame.height();
        boolean shortCut = SHORT_CUTS.contains(frame.format()) && height % 2 == 0;
        int evenWidth = shortCut && frame.linesize(0) > width ? width + width % 2 : width;
        SwsContext ready =
                context(new Kind(evenWidth, height, frame.format(), shortCut, frame.colorspace(), frame.color_range()));
        Orientation orientation = orientation(frame, stream);
        if (orientation.equals(Orientation.UPRIGHT) && width % ROW_ALIGNMENT == 0) {
            return converted(ready, frame);
        }
        int paddedWidth = (width + ROW_ALIGNMENT - 1) / ROW_ALIGNMENT * ROW_ALIGNMENT;
        padded.create(height + 1, paddedWidth, CV_8UC3);
        scale(ready, frame, padded);
        try (Rect visible = new Rect(0, 0, width, height);
                Mat part = new Mat(padded, visible)) {
            return orientation.applied(part);
        }
    }

    /** Without a copy: the rows need no padding, but for one row after the last. */
    private Mat converted(SwsContext ready, AVFrame frame) {
        try (Mat whole = new Mat(frame.height() + 1, frame.width(), CV_8UC3);
                Rect visible = new Rect(0, 0, frame.width(), frame.height())) {
            scale(ready, frame, whole);
            return new Mat(whole, visible);
        }
    }

    private void scale(SwsContext ready, AVFrame frame, Mat into) {
        planes.put(0, into.data());
        strides.put(0, into.cols() * 3);
        sws_scale(ready, frame.data(), frame.linesize(), 0, frame.height(), planes, strides);
    }

    private static Orientation orientation(AVFrame frame, Orientation stream) {
        AVFrameSideData matrix = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
        return matrix == null || matrix.size() < Orientation.MATRIX_BYTES
                ? stream
                : Orientation.of(new IntPointer(matrix.data()));
    }

    private SwsContext context(Kind kind) throws UnreadableException {
        if (context != null && kind.equals(made)) {
            return context;
        }
        close(context);
        context = null;
        SwsContext fresh = sws_getContext(
                kind.width,
                kind.height,
                kind.format,
                kind.width,
                kind.height,
                AV_PIX_FMT_BGR24,
                flags(kind),
                null,
                null,
                (DoublePointer) null);
        if (fresh == null) {
            throw new UnreadableException("its pixel format " + kind.format + " cannot be converted");
        }
        colours(fresh, kind);
        context = fresh;
        made = kind;
        return fresh;
    }

    /** FFmpeg repeats the colour of neighbours where it has a short cut for a format, and smoothes it elsewhere. */
    private static int flags(Kind kind) {
        return (kind.shortCut ? SWS_POINT : SWS_BICUBIC) | SWS_ACCURATE_RND;
    }

    /** What a frame does not say stays as FFmpeg guesses it. */
    private static void colours(SwsContext context, Kind kind) {
        IntPointer matrix = sws_getCoefficients(kind.matrix);
        try (PointerPointer<IntPointer> table = new PointerPointer<>(1);
                IntPointer from = new IntPointer(1);
                IntPointer to = new IntPointer(1);
                IntPointer brightness = new IntPointer(1);
                IntPointer contrast = new IntPointer(1);
                IntPointer saturation = new IntPointer(1)) {
            if (sws_getColorspaceDetails(context, table, from, table, to, brightness, contrast, saturation) < 0) {
                return; // nothing to choose
            }
            int full = kind.range == AVCOL_RANGE_UNSPECIFIED ? from.get() : kind.range == AVCOL_RANGE_JPEG ? 1 : 0;
            sws_setColorspaceDetails(
                    context, matrix, full, matrix, to.get(), brightness.get(), contrast.get(), saturation.get());
        }
    }

    private static void close(@Nullable SwsContext context) {
        if (context != null) {
            sws_freeContext(context);
        }
    }

    @Override
    public void close() {
        close(context);
        context = null;
        padded.close();
        planes.close();
        strides.close();
    }
}
