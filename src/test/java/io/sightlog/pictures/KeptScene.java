package io.sightlog.pictures;

import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import io.sightlog.event.EventDraft;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.LiveSource;
import io.sightlog.journal.FrameWriter;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Pictures kept beside a journal, for a test. */
public final class KeptScene {
    public static final long NOON = 1_796_000_000_000_000_000L;

    private KeptScene() {}

    /** Keeps a grey picture, with an event of a camera that points at it. */
    public static KeptFrame keep(Path queue, int width, int height) throws IOException {
        try (Mat picture = Scene.plain(width, height, 90, 90, 90);
                BytePointer jpeg = new BytePointer()) {
            imencode(".jpg", picture, jpeg);
            return keep(queue, jpeg.asByteBuffer(), width, height);
        }
    }

    /** Likewise, of any bytes. */
    public static KeptFrame keep(Path queue, ByteBuffer bytes, int width, int height) throws IOException {
        try (Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer()) {
            KeptFrame kept = Objects.requireNonNull(writer.frames(new FrameWriter.Listener() {
                        @Override
                        public void stopped(String why) {}

                        @Override
                        public void resumed(long notKept) {}
                    })
                    .write(bytes, width, height, NOON));
            writer.append(new EventDraft().capturedNanos(NOON).source("camera").keptFrame(kept));
            return kept;
        }
    }

    /** An event of a camera whose frames are of 640x480 pixels. */
    public static EventDraft live(@Nullable KeptFrame kept) {
        return new EventDraft()
                .capturedNanos(NOON).source("rtsp://10.0.0.5/live").stream("front door")
                        .labelSet(Scene.LABELS)
                        .size(640, 480)
                        .live(new LiveSource(0, 0, 0, 0))
                        .keptFrame(kept)
                        .detection(0, 0.7f, 200, 160, 240, 192, 0);
    }
}
