package io.sightlog.sink.draw;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.FrameGrabber;

/**
 * What a copy of a video needs to know besides the frames.
 *
 * @param aspectNum shape of a pixel of the upright picture, width ..
 * @param aspectDen .. to height; 0 when unknown
 */
record VideoShape(VideoRate rate, int aspectNum, int aspectDen) {
    /** Asks the file's header. */
    static VideoShape of(Path file) throws UndrawableException {
        FFmpegLog.hush();
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(file.toFile())) {
            grabber.setOption("protocol_whitelist", "file");
            grabber.start();
            AVStream stream = grabber.getFormatContext().streams(grabber.getVideoStream());
            VideoRate rate = VideoRate.of(
                    stream.avg_frame_rate().num(),
                    stream.avg_frame_rate().den(),
                    stream.r_frame_rate().num(),
                    stream.r_frame_rate().den());
            int num = stream.codecpar().sample_aspect_ratio().num();
            int den = stream.codecpar().sample_aspect_ratio().den();
            boolean sideways = Math.round(grabber.getDisplayRotation() / 90) % 2 != 0;
            return sideways ? new VideoShape(rate, den, num) : new VideoShape(rate, num, den);
        } catch (FrameGrabber.Exception e) {
            throw new UndrawableException("it is not a video that FFmpeg can read");
        }
    }
}
