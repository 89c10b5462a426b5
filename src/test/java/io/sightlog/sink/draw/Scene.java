package io.sightlog.sink.draw;

import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.randu;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imread;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imwrite;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.event.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.OpenCVFrameConverter;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Pictures, videos and events made up for a test. */
final class Scene {
    static final long LABELS = 5;
    static final LabelSet LABEL_SET =
            new LabelSet(LabelSet.Model.named("test"), new TreeMap<>(Map.of(0, "dog", 1, "bicycle", 2, "car")));
    static final int PRODUCER = 7;

    private static final ByteBuffer MEMORY = ByteBuffer.allocateDirect(1 << 20);

    private Scene() {}

    static Event event(EventDraft draft, long producer, long sequence) {
        long address = Memory.addressOf(MEMORY);
        int bytes = draft.encodedBytes();
        draft.encode(address, bytes, producer, sequence, 1);
        Event event = new Event(hash -> hash == LABELS ? LABEL_SET : null);
        event.wrap(address, bytes);
        return event;
    }

    static Event event(EventDraft draft) {
        return event(draft, PRODUCER, 0);
    }

    static EventDraft frame(Path source) {
        return frame(source.toString());
    }

    static EventDraft frame(String source) {
        return new EventDraft().capturedNanos(0).source(source).labelSet(LABELS);
    }

    static Mat plain(int width, int height, int blue, int green, int red) {
        return new Mat(height, width, CV_8UC3, new Scalar(blue, green, red, 0));
    }

    static Mat noise(int width, int height) {
        Mat picture = new Mat(height, width, CV_8UC3);
        randu(picture, new Mat(new Scalar(0, 0, 0, 0)), new Mat(new Scalar(256, 256, 256, 0)));
        return picture;
    }

    static Path picture(Path file, int width, int height) {
        if (!imwrite(file.toString(), plain(width, height, 90, 90, 90))) {
            throw new IllegalStateException("cannot write " + file);
        }
        return file;
    }

    static Mat read(Path file) {
        Mat picture = imread(file.toString());
        if (picture.empty()) {
            throw new IllegalStateException("not a picture: " + file);
        }
        return picture;
    }

    /** Red, green and blue of a pixel. */
    static int rgb(Mat picture, int x, int y) {
        var pixel = picture.ptr(y, x);
        return (pixel.get(2) & 0xff) << 16 | (pixel.get(1) & 0xff) << 8 | (pixel.get(0) & 0xff);
    }

    /** The largest difference of red, green or blue. */
    static int distance(int rgb, int other) {
        int red = Math.abs((rgb >> 16 & 0xff) - (other >> 16 & 0xff));
        int green = Math.abs((rgb >> 8 & 0xff) - (other >> 8 & 0xff));
        return Math.max(Math.max(red, green), Math.abs((rgb & 0xff) - (other & 0xff)));
    }

    /** The grey of a frame of {@link #video}. */
    static int grey(int frame) {
        return 60 + frame * 7 % 120;
    }

    /** A video of plain grey frames, a different grey each. */
    static Path video(Path file, int width, int height, VideoRate rate, long... ticks) throws IOException {
        try (VideoEncoder encoder = new VideoEncoder(file, width, height, rate, 0, 0)) {
            for (int i = 0; i < ticks.length; i++) {
                try (Mat picture = plain(width, height, grey(i), grey(i), grey(i))) {
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
