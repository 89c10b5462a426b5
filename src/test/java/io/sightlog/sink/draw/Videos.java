package io.sightlog.sink.draw;

import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;

import io.sightlog.pictures.Scene;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.OpenCVFrameConverter;
import org.bytedeco.opencv.opencv_core.Mat;

/** Videos made up for a test, and as a player sees them. */
final class Videos {
    private Videos() {}

    /** The grey of a frame of {@link #video}. */
    static int grey(int frame) {
        return 60 + frame * 7 % 120;
    }

    /** A video of plain grey frames, a different grey each. */
    static Path video(Path file, int width, int height, VideoRate rate, long... ticks) throws IOException {
        try (VideoEncoder encoder = new VideoEncoder(file, width, height, rate, 0, 0)) {
            for (int i = 0; i < ticks.length; i++) {
                try (Mat picture = Scene.plain(width, height, grey(i), grey(i), grey(i))) {
                    encoder.write(picture, ticks[i]);
                }
            }
            encoder.finish();
        }
        return file;
    }

    static long[] steady(int frames) {
        long[] ticks = new long[frames];
        for (int i = 0; i < frames; i++) {
            ticks[i] = i;
        }
        return ticks;
    }

    /** What a player sees. */
    record Played(List<Mat> frames, List<Long> micros, String rate, String codec, long lengthMicros) {}

    static Played play(Path file) throws IOException {
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(file.toFile());
                OpenCVFrameConverter.ToMat converter = new OpenCVFrameConverter.ToMat()) {
            grabber.setImageMode(FrameGrabber.ImageMode.COLOR);
            grabber.setImageScalingFlags(SWS_BILINEAR | SWS_ACCURATE_RND | SWS_BITEXACT);
            grabber.start();
            var average = grabber.getFormatContext().streams(0).avg_frame_rate();
            List<Mat> frames = new ArrayList<>();
            List<Long> micros = new ArrayList<>();
            Frame frame;
            while ((frame = grabber.grabImage()) != null) {
                frame.imageChannels = 3;
                frames.add(converter.convert(frame).clone());
                micros.add(grabber.getTimestamp());
            }
            return new Played(
                    frames,
                    micros,
                    average.num() + "/" + average.den(),
                    grabber.getVideoCodecName(),
                    grabber.getLengthInTime());
        }
    }
}
