package io.sightlog.capture;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGR24;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCachedContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_180;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_CLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_COUNTERCLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.rotate;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.jspecify.annotations.Nullable;

/** Converts decoded frames to BGR pictures, bit for bit the same on every machine. Owned by one thread. */
final class BgrPictures implements AutoCloseable {
    private static final int FLAGS = SWS_BILINEAR | SWS_ACCURATE_RND | SWS_BITEXACT;

    /** FFmpeg may write whole vectors, past the end of a row whose length is no multiple of this. */
    private static final int ROW_ALIGNMENT = 64;

    private final PointerPointer<BytePointer> planes = new PointerPointer<>(4);
    private final IntPointer strides = new IntPointer(4);
    private final Mat padded = new Mat();
    private @Nullable SwsContext context;

    /**
     * @param clockwiseQuarters how often to turn it by 90 degrees, 0..3
     * @return a continuous picture that the caller owns
     */
    Mat convert(AVFrame frame, int clockwiseQuarters) throws UnreadableException {
        int width = frame.width();
        int height = frame.height();
        context = sws_getCachedContext(
                context,
                width,
                height,
                frame.format(),
                width,
                height,
                AV_PIX_FMT_BGR24,
                FLAGS,
                null,
                null,
                (DoublePointer) null);
        if (context == null) {
            throw new UnreadableException("its pixel format " + frame.format() + " cannot be converted");
        }
        int paddedWidth = (width + ROW_ALIGNMENT - 1) / ROW_ALIGNMENT * ROW_ALIGNMENT;
        padded.create(height + 1, paddedWidth, CV_8UC3);
        planes.put(0, padded.data());
        strides.put(0, paddedWidth * 3);
        sws_scale(context, frame.data(), frame.linesize(), 0, height, planes, strides);
        try (Rect visible = new Rect(0, 0, width, height);
                Mat part = new Mat(padded, visible)) {
            Mat picture = new Mat();
            switch (clockwiseQuarters) {
                case 1 -> rotate(part, picture, ROTATE_90_CLOCKWISE);
                case 2 -> rotate(part, picture, ROTATE_180);
                case 3 -> rotate(part, picture, ROTATE_90_COUNTERCLOCKWISE);
                default -> part.copyTo(picture);
            }
            return picture;
        }
    }

    @Override
    public void close() {
        if (context != null) {
            sws_freeContext(context);
            context = null;
        }
        padded.close();
        planes.close();
        strides.close();
    }
}
