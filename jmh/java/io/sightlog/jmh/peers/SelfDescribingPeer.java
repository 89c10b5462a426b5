package io.sightlog.jmh.peers;

import io.sightlog.jmh.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.bytes.MethodReader;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.threads.Pauser;
import net.openhft.chronicle.wire.SelfDescribingMarshallable;
import org.jspecify.annotations.Nullable;

/** Chronicle Queue as most people start with it: an interface, a method writer, objects that describe themselves. */
final class SelfDescribingPeer {
    private SelfDescribingPeer() {}

    /** What the method writer and the method reader share. */
    public interface FrameListener {
        void onFrame(FrameMessage frame);
    }

    /** The fields of an event. */
    public static final class FrameMessage extends SelfDescribingMarshallable {
        long producer;
        long sequence;
        long appendedNanos;
        long capturedNanos;
        long positionNanos;
        long frame;
        long labelSet;
        long digest;
        int width;
        int height;
        long decodeNanos;
        long inferNanos;
        String source = "";
        String stream = "";
        final List<DetectionMessage> detections = new ArrayList<>();
    }

    /** The fields of a detection. */
    public static final class DetectionMessage extends SelfDescribingMarshallable {
        int classId;
        float confidence;
        float x;
        float y;
        float w;
        float h;
        long trackId;
    }

    private static FrameMessage sample() {
        FrameMessage frame = new FrameMessage();
        frame.producer = Sample.PRODUCER;
        frame.labelSet = 0x0123_4567_89ab_cdefL;
        frame.digest = 0x1234_5678_9abc_def0L;
        frame.width = 1920;
        frame.height = 1080;
        frame.decodeNanos = 3_200_000;
        frame.inferNanos = 18_400_000;
        frame.source = Sample.SOURCE;
        frame.stream = Sample.STREAM;
        for (int i = 0; i < Sample.DETECTIONS; i++) {
            DetectionMessage detection = new DetectionMessage();
            detection.classId = i;
            detection.confidence = 0.95f - i * 0.05f;
            detection.x = 100 + 150 * i;
            detection.y = 80 + 60 * i;
            detection.w = 120.5f;
            detection.h = 240.25f;
            detection.trackId = i + 1;
            frame.detections.add(detection);
        }
        return frame;
    }

    static final class Producer implements Sender {
        private final ChronicleQueue queue;
        private final FrameListener writer;
        private final FrameMessage frame = sample();

        Producer(Path directory) {
            queue = ChroniclePeer.open(directory);
            writer = queue.methodWriter(FrameListener.class);
        }

        @Override
        public void send(long number, long nanos) {
            frame.frame = number;
            frame.sequence = number;
            frame.capturedNanos = nanos;
            frame.appendedNanos = nanos;
            writer.onFrame(frame);
        }

        @Override
        public void close() {
            queue.close();
        }
    }

    static final class Consumer implements Receiver, FrameListener {
        private final ChronicleQueue queue;
        private final ExcerptTailer tailer;
        private final MethodReader reader;
        private final Pauser pauser;
        private @Nullable Arrivals current;

        Consumer(Path directory, WaitKind wait) {
            queue = ChroniclePeer.open(directory);
            tailer = queue.createTailer();
            reader = tailer.methodReader(this);
            pauser = ChroniclePeer.pauser(wait);
        }

        @Override
        public void onFrame(FrameMessage frame) {
            if (frame.detections.size() != Sample.DETECTIONS || current == null) {
                throw new IllegalStateException(frame.detections.size() + " detections have arrived");
            }
            current.onEvent(frame.frame, frame.capturedNanos);
        }

        @Override
        public void poll(Arrivals arrivals) {
            current = arrivals;
            if (reader.readOne()) {
                pauser.reset();
            } else {
                pauser.pause();
            }
        }

        @Override
        public void close() {
            tailer.close();
            queue.close();
        }
    }
}
