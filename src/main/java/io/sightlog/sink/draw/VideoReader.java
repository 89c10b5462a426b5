package io.sightlog.sink.draw;

import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.OpenCVFrameConverter;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Decodes a video file from its first frame to its last. One thread at a time. */
final class VideoReader implements AutoCloseable {
    /** Containers that hold their own frames; none of those that name other files to open. */
    private static final String CONTAINERS =
            "mov,mp4,avi,matroska,webm,mpeg,mpegts,mpegvideo,asf,flv,ogg,m4v,h264,hevc";

    private final FFmpegFrameGrabber grabber;
    private final OpenCVFrameConverter.ToMat converter = new OpenCVFrameConverter.ToMat();
    private final Mat current = new Mat();
    private long frames;

    /** @throws UndrawableException when it is not a video that FFmpeg can read */
    VideoReader(Path file) throws UndrawableException {
        FFmpegLog.hush();
        grabber = new FFmpegFrameGrabber(file.toFile());
        grabber.setImageMode(FrameGrabber.ImageMode.COLOR);
        grabber.setImageScalingFlags(SWS_BILINEAR | SWS_ACCURATE_RND | SWS_BITEXACT); // or digests differ by machine
        grabber.setOption("protocol_whitelist", "file");
        grabber.setOption("format_whitelist", CONTAINERS);
        try {
            grabber.start();
            if (!grabber.hasVideo() || grabber.getImageWidth() <= 0 || grabber.getImageHeight() <= 0) {
                throw new UndrawableException("it has no video");
            }
        } catch (FrameGrabber.Exception e) {
            close();
            throw new UndrawableException("it is not a video that FFmpeg can read");
        } catch (UndrawableException e) {
            close();
            throw e;
        }
    }

    /**
     * The next frame as 8-bit BGR without gaps between its rows, or null at the end. Valid until the next call; may
     * be painted over.
     */
    @Nullable
    Mat next() throws UndrawableException {
        try {
            Frame frame = grabber.grabImage();
            if (frame == null) {
                return null;
            }
            frame.imageChannels = 3; // JavaCV divides stride by width, which is more in narrow pictures
            converter.convert(frame).copyTo(current);
            frames++;
            return current;
        } catch (FrameGrabber.Exception e) {
            throw new UndrawableException("frame " + frames + " cannot be decoded");
        }
    }

    /** Frames read so far. */
    long frames() {
        return frames;
    }

    /** Time of the frame read last, in microseconds. */
    long micros() {
        return grabber.getTimestamp();
    }

    int width() {
        return grabber.getImageWidth();
    }

    int height() {
        return grabber.getImageHeight();
    }

    VideoRate rate() {
        AVStream stream = stream();
        return VideoRate.of(
                stream.avg_frame_rate().num(),
                stream.avg_frame_rate().den(),
                stream.r_frame_rate().num(),
                stream.r_frame_rate().den());
    }

    /** Shape of a pixel, 0 when unknown. */
    int aspectNum() {
        return stream().codecpar().sample_aspect_ratio().num();
    }

    int aspectDen() {
        return stream().codecpar().sample_aspect_ratio().den();
    }

    private AVStream stream() {
        return grabber.getFormatContext().streams(grabber.getVideoStream());
    }

    @Override
    public void close() {
        converter.close();
        current.close();
        try {
            grabber.close();
        } catch (FrameGrabber.Exception e) {
            throw new IllegalStateException("cannot close a video", e);
        }
    }
}
