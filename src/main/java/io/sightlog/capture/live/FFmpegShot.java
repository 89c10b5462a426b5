package io.sightlog.capture.live;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import io.sightlog.capture.BgrPictures;
import io.sightlog.capture.Orientation;
import io.sightlog.capture.Pictures;
import io.sightlog.capture.UnreadableException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.opencv.opencv_core.Mat;

/** A frame as its decoder gave it. */
final class FFmpegShot implements Feed.Shot {
    /** Made for each thread that looks: there is one. */
    private static final ThreadLocal<BgrPictures> PICTURES = ThreadLocal.withInitial(BgrPictures::new);

    private final AVFrame frame;
    private boolean closed;

    FFmpegShot(AVFrame frame) {
        this.frame = frame;
    }

    @Override
    public Mat picture() throws FeedException {
        long pixels = (long) frame.width() * frame.height();
        if (pixels > Pictures.MAX_PIXELS) {
            throw new FeedException("too large: " + frame.width() + "x" + frame.height() + " pixels, the limit is "
                    + Pictures.MAX_PIXELS + " pixels");
        }
        try {
            return PICTURES.get().convert(frame, Orientation.UPRIGHT);
        } catch (UnreadableException e) {
            throw new FeedException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            av_frame_free(frame);
        }
    }
}
