package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.OpenCVFrameConverter;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that are asked to stop, or whose reader has had enough. */
final class StopTest {
    @TempDir
    Path temp;

    private String queue = "";

    @BeforeEach
    void place() {
        queue = temp.resolve("journal").toString();
    }

    /** Both signals, with what each ends a process with. */
    private enum Signal {
        INT(130) {
            @Override
            void send(Sightlog to) {
                to.interrupt();
            }
        },
        TERM(143) {
            @Override
            void send(Sightlog to) {
                to.terminate();
            }
        };

        final int code;

        Signal(int code) {
            this.code = code;
        }

        abstract void send(Sightlog to);
    }

    @Test
    void tailSavesItsPositionWhenStopped() {
        Sightlog.feed(Ndjson.lines("door", 0, 10), "append", "-q", queue).expect(0);
        List<String> read = new ArrayList<>();
        for (Signal signal : Signal.values()) {
            try (Sightlog tail = Sightlog.start("tail", "-q", queue, "--as", "x", "--follow", "--format", "ndjson")) {
                int from = read.size();
                if (from > 0) {
                    Sightlog.feed(Ndjson.lines("door", from, from + 10), "append", "-q", queue)
                            .expect(0);
                }
                tail.awaitLines(10);
                signal.send(tail);
                read.addAll(tail.awaitWithOpenInput().expect(signal.code).out());
            }
        }
        assertThat(Ndjson.frames(read, "door")).isEqualTo(Ndjson.range(0, 20));
        assertThat(Sightlog.run("tail", "-q", queue, "--as", "x").expect(0).out())
                .isEmpty();
    }

    @Test
    void appendThatWaitsForInputEndsWithItsSummary() {
        try (Sightlog tail = Sightlog.start("tail", "-q", queue, "--follow", "--from", "start")) {
            int printed = 0;
            for (Signal signal : Signal.values()) {
                try (Sightlog append = Sightlog.start("append", "-q", queue)) {
                    append.write(Ndjson.lines("door", 0, 3));
                    printed += 3;
                    tail.awaitLines(printed);
                    signal.send(append);
                    assertThat(append.awaitWithOpenInput().expect(signal.code).err())
                            .singleElement()
                            .asString()
                            .startsWith("appended 3 events");
                }
            }
        }
    }

    @Test
    void replayEndsWithItsReport() {
        Sightlog.feed(
                        List.of("{\"capturedNanos\":\"1000000000\"}", "{\"capturedNanos\":\"999000000000\"}"),
                        "append",
                        "-q",
                        queue)
                .expect(0);
        for (Signal signal : Signal.values()) {
            try (Sightlog replay = Sightlog.start("replay", "-q", queue)) {
                replay.awaitLines(1);
                signal.send(replay);
                Sightlog.Done done = replay.awaitWithOpenInput().expect(signal.code);
                assertThat(done.out()).hasSize(1);
                assertThat(done.err()).singleElement().asString().startsWith("replayed 1 event ");
            }
        }
    }

    @Test
    void produceFinishesItsFrameInTheMiddleOfAVideo() throws IOException {
        String video = video(temp.resolve("long.avi"), 600).toString();
        try (Sightlog tail = Sightlog.start("tail", "-q", queue, "--follow", "--from", "start", "--format", "ndjson")) {
            int before = 0;
            for (Signal signal : Signal.values()) {
                try (Sightlog produce = Sightlog.start("produce", "-q", queue, video, "--stream", signal.name())) {
                    int wanted = before + 3;
                    tail.awaitLines(wanted);
                    signal.send(produce);
                    Sightlog.Done done = produce.awaitWithOpenInput().expect(signal.code);
                    List<Integer> frames = Ndjson.frames(Ndjson.all(queue), signal.name());
                    assertThat(frames).hasSizeBetween(3, 599).isEqualTo(Ndjson.range(0, frames.size()));
                    assertThat(done.err()).anyMatch(line -> line.startsWith(frames.size() + " frames, 0 skips"));
                    before += frames.size();
                }
            }
        }
    }

    @Test
    void aClosedPipeIsANormalEndAndLeavesWhatWasNotPrinted() throws IOException {
        try (Sightlog append = Sightlog.start("append", "-q", queue)) {
            append.write(Ndjson.lines("door", 0, 10));
            try (Sightlog live = Sightlog.start("tail", "-q", queue, "--follow", "--from", "start")) {
                live.awaitLines(10);
            }
            try (Sightlog tail =
                    Sightlog.startUnread("tail", "-q", queue, "--as", "x", "--follow", "--format", "ndjson")) {
                BufferedReader head = new BufferedReader(new InputStreamReader(tail.unread(), StandardCharsets.UTF_8));
                for (int i = 0; i < 10; i++) {
                    assertThat(Ndjson.field(head.readLine(), "frame")).isEqualTo(Integer.toString(i));
                }
                head.close();
                append.write(Ndjson.lines("door", 10, 15));
                assertThat(tail.awaitWithOpenInput().expect(0).err()).isEmpty();
            }
            append.write(Ndjson.lines("door", 15, 5_000));
            append.await().expect(0);
        }
        List<String> rest = Sightlog.run("tail", "-q", queue, "--as", "x", "--format", "ndjson")
                .expect(0)
                .out();
        assertThat(Ndjson.frames(rest, "door")).isEqualTo(Ndjson.range(10, 5_000));
        try (Sightlog tail = Sightlog.startUnread("tail", "-q", queue, "--from", "start", "--format", "ndjson")) {
            BufferedReader head = new BufferedReader(new InputStreamReader(tail.unread(), StandardCharsets.UTF_8));
            assertThat(Ndjson.field(head.readLine(), "frame")).isEqualTo("0");
            head.close();
            assertThat(tail.awaitWithOpenInput().expect(0).err()).isEmpty();
        }
    }

    private static Path video(Path file, int frames) throws IOException {
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
        try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), 160, 120);
                OpenCVFrameConverter.ToMat converter = new OpenCVFrameConverter.ToMat();
                Scalar grey = Scalar.all(90);
                Mat picture = new Mat(120, 160, opencv_core.CV_8UC3, grey)) {
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_MJPEG);
            recorder.setPixelFormat(avutil.AV_PIX_FMT_YUVJ420P);
            recorder.setFrameRate(25);
            recorder.start();
            for (int i = 0; i < frames; i++) {
                recorder.record(converter.convert(picture));
            }
            recorder.stop();
        }
        return file;
    }
}
