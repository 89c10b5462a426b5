package io.sightlog.pictures;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imread;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imwrite;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.event.Memory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Pictures and events made up for a test. */
public final class Scene {
    public static final long LABELS = 5;
    public static final LabelSet LABEL_SET =
            new LabelSet(LabelSet.Model.named("test"), new TreeMap<>(Map.of(0, "dog", 1, "bicycle", 2, "car")));
    public static final int PRODUCER = 7;

    private static final ByteBuffer MEMORY = ByteBuffer.allocateDirect(1 << 20);
    private static final List<ByteBuffer> KEPT = new CopyOnWriteArrayList<>();

    private Scene() {}

    public static Event event(EventDraft draft, long producer, long sequence) {
        long address = Memory.addressOf(MEMORY);
        int bytes = draft.encodedBytes();
        draft.encode(address, bytes, producer, sequence, 1);
        Event event = new Event(hash -> hash == LABELS ? LABEL_SET : null);
        event.wrap(address, bytes);
        return event;
    }

    /** One that stays as it is when the next one is made. */
    public static Event lasting(EventDraft draft) {
        ByteBuffer memory = ByteBuffer.allocateDirect(draft.encodedBytes());
        KEPT.add(memory);
        draft.encode(Memory.addressOf(memory), memory.capacity(), PRODUCER, KEPT.size(), 1);
        Event event = new Event(hash -> hash == LABELS ? LABEL_SET : null);
        event.wrap(Memory.addressOf(memory), memory.capacity());
        event.at(KEPT.size(), 0);
        return event;
    }

    public static Event event(EventDraft draft) {
        return event(draft, PRODUCER, 0);
    }

    public static EventDraft frame(Path source) {
        return frame(source.toString());
    }

    public static EventDraft frame(String source) {
        return new EventDraft().capturedNanos(0).source(source).labelSet(LABELS);
    }

    public static Mat plain(int width, int height, int blue, int green, int red) {
        return new Mat(height, width, CV_8UC3, new Scalar(blue, green, red, 0));
    }

    public static Path picture(Path file, int width, int height) {
        if (!imwrite(file.toString(), plain(width, height, 90, 90, 90))) {
            throw new IllegalStateException("cannot write " + file);
        }
        return file;
    }

    public static Mat read(Path file) {
        Mat picture = imread(file.toString());
        if (picture.empty()) {
            throw new IllegalStateException("not a picture: " + file);
        }
        return picture;
    }

    /** Red, green and blue of a pixel. */
    public static int rgb(Mat picture, int x, int y) {
        var pixel = picture.ptr(y, x);
        return (pixel.get(2) & 0xff) << 16 | (pixel.get(1) & 0xff) << 8 | (pixel.get(0) & 0xff);
    }

    /** The largest difference of red, green or blue. */
    public static int distance(int rgb, int other) {
        int red = Math.abs((rgb >> 16 & 0xff) - (other >> 16 & 0xff));
        int green = Math.abs((rgb >> 8 & 0xff) - (other >> 8 & 0xff));
        return Math.max(Math.max(red, green), Math.abs((rgb & 0xff) - (other & 0xff)));
    }
}
