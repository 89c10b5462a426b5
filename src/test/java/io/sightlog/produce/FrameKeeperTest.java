package io.sightlog.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import io.sightlog.capture.Frame;
import io.sightlog.capture.MediaLibraries;
import io.sightlog.event.EventDraft;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.FrameReader;
import io.sightlog.journal.FrameWriter;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.produce.FrameKeeper.Policy;
import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameKeeperTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path folder;

    private Journal journal;
    private JournalWriter writer;

    @BeforeAll
    static void load() {
        MediaLibraries.forPictures();
    }

    @BeforeEach
    void open() {
        journal = Journal.open(folder.resolve("q"));
        writer = journal.writer();
    }

    @AfterEach
    void close() {
        writer.close();
        journal.close();
    }

    private FrameKeeper keeper(Policy policy, int quality, int width) {
        FrameWriter.Listener silent = new FrameWriter.Listener() {
            @Override
            public void stopped(String why) {}

            @Override
            public void resumed(long notKept) {}
        };
        return new FrameKeeper(writer.frames(silent), policy, quality, width);
    }

    private static Frame frame(int width, int height, long capturedNanos) {
        Mat picture = new Mat(height, width, CV_8UC3, new Scalar(40, 90, 200, 0));
        return new Frame("camera", 0, 0, capturedNanos, 0, picture, 0, 0, 1);
    }

    private static @Nullable KeptFrame keep(FrameKeeper keeper, long capturedNanos, int detections, String stream) {
        try (Frame frame = frame(64, 48, capturedNanos)) {
            return keeper.keep(frame, detections, stream);
        }
    }

    @Test
    void framesWithDetectionsAreKeptAndOthersAreNot() {
        try (FrameKeeper keeper = keeper(new FrameKeeper.Detections(), 85, 0)) {
            assertThat(keep(keeper, 0, 1, "a")).isNotNull();
            assertThat(keep(keeper, 1, 0, "a")).isNull();
        }
    }

    @Test
    void allAreKept() {
        try (FrameKeeper keeper = keeper(new FrameKeeper.All(), 85, 0)) {
            assertThat(keep(keeper, 0, 0, "a")).isNotNull();
        }
    }

    @Test
    void nowAndThenIsForEachStreamByItself() {
        try (FrameKeeper keeper = keeper(new FrameKeeper.Every(10 * SECOND), 85, 0)) {
            assertThat(keep(keeper, 0, 0, "a")).isNotNull();
            assertThat(keep(keeper, 10 * SECOND - 1, 5, "a")).isNull();
            assertThat(keep(keeper, 10 * SECOND - 1, 0, "b")).isNotNull();
            assertThat(keep(keeper, 10 * SECOND, 0, "a")).isNotNull();
        }
    }

    @Test
    void whatIsKeptIsTheFrameNoWiderThanAsked() {
        KeptFrame kept;
        try (FrameKeeper keeper = keeper(new FrameKeeper.All(), 95, 100);
                Frame wide = frame(400, 200, 7);
                Frame narrow = frame(90, 60, 8)) {
            kept = Objects.requireNonNull(keeper.keep(wide, 0, ""));
            assertThat(Objects.requireNonNull(keeper.keep(narrow, 0, "")).width())
                    .isEqualTo(90);
        }
        writer.append(new EventDraft().capturedNanos(7).source("camera").keptFrame(kept));
        assertThat(kept.width()).isEqualTo(100);
        assertThat(kept.height()).isEqualTo(50);
        try (FrameReader frames = journal.frames();
                BytePointer bytes = new BytePointer(Objects.requireNonNull(frames.read(kept)));
                Mat encoded = new Mat(1, (int) bytes.capacity(), CV_8UC1, bytes);
                Mat picture = imdecode(encoded, IMREAD_COLOR)) {
            assertThat(picture.cols()).isEqualTo(100);
            assertThat(picture.rows()).isEqualTo(50);
            assertThat(picture.ptr(25, 50).get(2) & 0xff).isBetween(190, 210);
        }
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThatThrownBy(() -> keeper(new FrameKeeper.All(), 0, 0))
                .hasMessage("frame-quality is 0; wanted: 1 to 100");
    }
}
