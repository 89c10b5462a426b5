package io.sightlog.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.Seeds;
import io.sightlog.capture.Ffmpeg;
import io.sightlog.capture.FrameReader;
import io.sightlog.capture.PictureFile;
import io.sightlog.capture.Pictures;
import io.sightlog.capture.VideoNames;
import io.sightlog.capture.VideoReader;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.pictures.EventPictures.Jpeg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames of videos and of pictures that move. */
@Tag("slow")
class EventVideosTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    private Journal journal;
    private EventPictures pictures;

    /** A frame as its event has it, and how it looks. */
    private record Seen(long number, long positionNanos, long digest, byte[] jpeg) {
        EventDraft draft(Path source) {
            return Scene.frame(source).frame(number, positionNanos).digest(digest);
        }
    }

    @BeforeAll
    static void tools() {
        Ffmpeg.need();
    }

    @BeforeEach
    void open() throws IOException {
        journal = Journal.open(folder.resolve("q"));
        pictures = limited(LONG, LONG);
    }

    @AfterEach
    void close() {
        pictures.close();
        journal.close();
    }

    private EventPictures limited(Duration limit, Duration quiet) throws IOException {
        return new EventPictures(journal, new SourceGate(List.of()), "", LONG, limit, quiet);
    }

    private Path video(String name, double seconds, String options) throws Exception {
        return Ffmpeg.make(folder.resolve(name), seconds, 0, options.split(" "));
    }

    private Path video() throws Exception {
        return video("walk.mp4", 4, "-c:v libx264 -g 25 -bf 3");
    }

    private static List<Seen> inOrder(Path file) throws Exception {
        List<Seen> seen = new ArrayList<>();
        try (FrameReader reader = VideoNames.isVideo(file.toString())
                ? VideoReader.open(file)
                : PictureFile.open(file).frames()) {
            while (reader.advance()) {
                try (Mat picture = reader.picture()) {
                    long digest = Pictures.digest(picture);
                    seen.add(new Seen(reader.number(), reader.positionNanos(), digest, JpegBytes.of(picture, 85)));
                }
            }
        }
        return seen;
    }

    private static List<Seen> shuffled(List<Seen> frames) {
        List<Seen> shuffled = new ArrayList<>(frames);
        Collections.shuffle(shuffled, new Random(Seeds.of(EventVideosTest.class)));
        return shuffled;
    }

    private byte[] jpeg(EventDraft draft) throws UndrawableException {
        return pictures.jpeg(Scene.lasting(draft), 1000, false).bytes();
    }

    @ParameterizedTest
    @CsvSource({
        "a.avi,-c:v mjpeg -q:v 3",
        "a.mp4,-c:v libx264 -g 40 -bf 3",
        "a.mkv,-c:v libx264 -g 30 -bf 2",
        "a.mpg,-c:v mpeg2video -g 15 -bf 2",
        "b.avi,-c:v mpeg4 -g 20 -bf 2",
        "raw.h264,-c:v libx264 -g 20 -bf 2",
        "raw.mjpg,-c:v mjpeg -q:v 3 -f mjpeg",
        "a.gif,-vf fps=10",
        "a.apng,-vf fps=10"
    })
    void everyFrameInAnyOrderIsTheOneThatWasSeen(String name, String options) throws Exception {
        Path file = video(name, 5, options);
        List<Seen> frames = inOrder(file);
        assertThat(frames).hasSizeGreaterThan(40);
        for (Seen seen : shuffled(frames)) {
            assertThat(jpeg(seen.draft(file))).as("frame %d", seen.number).isEqualTo(seen.jpeg);
        }
        for (Seen seen : frames.subList(10, 20)) { // as it is played
            assertThat(jpeg(seen.draft(file))).as("frame %d", seen.number).isEqualTo(seen.jpeg);
        }
        for (Seen seen : shuffled(frames).subList(0, 20)) {
            EventDraft unproven = seen.draft(file).digest(0);
            assertThat(jpeg(unproven))
                    .as("frame %d, without a digest", seen.number)
                    .isEqualTo(seen.jpeg);
        }
        for (Seen seen : shuffled(frames).subList(0, 10)) {
            EventDraft placeless = seen.draft(file).frame(seen.number, 0).digest(0);
            assertThat(jpeg(placeless))
                    .as("frame %d, by its number", seen.number)
                    .isEqualTo(seen.jpeg);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.avi,-c:v mjpeg -q:v 3",
        "a.mp4,-c:v libx264 -g 40 -bf 3",
        "a.mkv,-c:v libx264 -g 30 -bf 2",
        "a.ts,-c:v libx264 -g 25 -bf 2",
        "a.webm,-c:v libvpx-vp9 -g 30 -deadline realtime -cpu-used 8"
    })
    void framesAreJumpedToWithoutDecodingAllBefore(String name, String options) throws Exception {
        Path file = video(name, 10, options);
        List<Seen> frames = inOrder(file);
        for (Seen seen : shuffled(frames).subList(0, 30)) {
            Wanted wanted = new Wanted(Long.MAX_VALUE, seen.positionNanos, seen.digest, 160, 120);
            OpenVideo.Limit limit = OpenVideo.Limit.in(LONG.toNanos());
            try (OpenVideo video = new OpenVideo(VideoReader.open(file, limit.endNanoTime()))) {
                video.limit(limit);
                if (seen.positionNanos > 2_000_000_000L) {
                    try (Mat found = video.find(wanted)) {
                        assertThat(found).as("frame %d", seen.number).isNotNull();
                        assertThat(JpegBytes.of(found, 85)).isEqualTo(seen.jpeg);
                    }
                }
            }
        }
    }

    @Test
    void oneVideoStaysOpenWhileItIsPlayed() throws Exception {
        Path file = video();
        for (Seen seen : inOrder(file)) {
            assertThat(jpeg(seen.draft(file))).isEqualTo(seen.jpeg);
            assertThat(pictures.idleVideos()).isEqualTo(1);
        }
    }

    @Test
    void noMoreThanFourStayOpen() throws Exception {
        byte[] bytes = Files.readAllBytes(video());
        for (int i = 0; i < 7; i++) {
            jpeg(Scene.frame(Files.write(folder.resolve(i + ".mp4"), bytes)).frame(30, 0));
            assertThat(pictures.idleVideos()).isEqualTo(Math.min(4, i + 1));
        }
        pictures.close();
        assertThat(pictures.idleVideos()).isZero();
    }

    @Test
    void oneThatNobodyUsesIsClosed() throws Exception {
        Path file = video();
        try (EventPictures brief = limited(LONG, Duration.ofMillis(20))) {
            assertThat(brief.jpeg(Scene.lasting(Scene.frame(file).frame(3, 0)), 100, false)
                            .isKept())
                    .isFalse();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (brief.idleVideos() > 0) {
                assertThat(System.nanoTime()).as("it is closed within a minute").isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aFrameThatIsNotWhereItsEventSaysIsFoundByItsNumber() throws Exception {
        Path file = video();
        Seen seen = inOrder(file).get(80);
        assertThat(jpeg(seen.draft(file).frame(80, seen.positionNanos - 900_000_000L)))
                .isEqualTo(seen.jpeg);
        assertThat(jpeg(seen.draft(file).frame(80, Long.MAX_VALUE))).isEqualTo(seen.jpeg);
    }

    @Test
    void aFrameAfterTheEndIsNotThere() throws Exception {
        Path file = video();
        for (long digest : new long[] {0, 5}) {
            assertThatThrownBy(() ->
                            jpeg(Scene.frame(file).frame(100, 4_000_000_000L).digest(digest)))
                    .isInstanceOf(UndrawableException.class)
                    .hasMessage("its source ends before frame 100: " + file);
        }
    }

    @Test
    void whatHasChangedSinceIsNotShown() throws Exception {
        Path file = video();
        Seen seen = inOrder(file).get(80);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> jpeg(seen.draft(file).digest(seen.digest + 1)))
                    .isInstanceOf(UndrawableException.class)
                    .hasMessageStartingWith("its source has changed since, or an older version decoded it with other"
                            + " colours: digest of frame 80 is ")
                    .hasMessageEndingWith(": " + file);
        }
        assertThat(jpeg(seen.draft(file))).as("another event of it").isEqualTo(seen.jpeg);
        assertThatThrownBy(() -> jpeg(seen.draft(file).size(161, 120)))
                .hasMessageStartingWith("its source has changed since");
        video("walk.mp4", 3, "-c:v libx264 -vf negate");
        assertThatThrownBy(() -> jpeg(seen.draft(file))).hasMessageStartingWith("its source ends before frame 80");
        assertThatThrownBy(() -> jpeg(seen.draft(file).frame(70, 2_800_000_000L)))
                .hasMessageStartingWith("its source has changed since");
    }

    @Test
    void whatTakesTooLongIsGivenUpAndNotTriedAgain() throws Exception {
        Path file = video();
        Seen seen = inOrder(file).get(99);
        try (EventPictures none = limited(Duration.ZERO, LONG)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> none.jpeg(Scene.lasting(seen.draft(file)), 1000, false))
                        .isInstanceOf(UndrawableException.class)
                        .hasMessage("its source was decoded for 0 s without coming to frame 99: " + file);
            }
            assertThat(none.idleVideos()).isZero();
        }
    }

    @Test
    void aDamagedFrameIsSaidAndThoseAfterItAreShown() throws Exception {
        Path file = video("a.avi", 4, "-c:v mjpeg -q:v 3");
        List<Seen> frames = inOrder(file);
        byte[] bytes = Files.readAllBytes(file);
        int at = chunk(bytes, 60);
        java.util.Arrays.fill(bytes, at + 8, at + 408, (byte) 0);
        Files.write(file, bytes);
        assertThatThrownBy(() -> jpeg(frames.get(60).draft(file)))
                .isInstanceOf(UndrawableException.class)
                .hasMessageStartingWith("its source cannot be read: damaged frame");
        assertThat(jpeg(frames.get(61).draft(file))).isEqualTo(frames.get(61).jpeg);
        assertThat(jpeg(frames.get(59).draft(file))).isEqualTo(frames.get(59).jpeg);
    }

    /** Where in an AVI the chunk of a frame begins. */
    private static int chunk(byte[] avi, int frame) {
        int seen = -1;
        int at = new String(avi, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("movi");
        while (true) {
            at = new String(avi, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("00dc", at + 1);
            if (++seen == frame) {
                return at;
            }
        }
    }

    @Test
    void moreThanTwoAtOnceWaitAndAreRefusedInTheEnd() throws Exception {
        Path file = video();
        Event event = Scene.lasting(Scene.frame(file).frame(3, 0));
        try (EventPictures busy =
                new EventPictures(journal, new SourceGate(List.of()), "", Duration.ofMillis(1), LONG, LONG)) {
            busy.turns().acquire(2);
            assertThatThrownBy(() -> busy.jpeg(event, 100, false))
                    .isInstanceOf(UndrawableException.class)
                    .hasMessage("too many pictures are asked for at once; ask again");
            busy.turns().release(2);
            assertThat(busy.jpeg(event, 100, false).bytes()).isNotEmpty();
            busy.turns().acquire(2);
            assertThat(busy.jpeg(event, 100, false).bytes()).as("made already").isNotEmpty();
        }
    }

    @Test
    void manyThreadsGetTheFramesTheyAskFor() throws Exception {
        Path file = video();
        List<Seen> frames = inOrder(file);
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int first = i * 20;
            threads.add(new Thread(() -> {
                try {
                    for (Seen seen : frames.subList(first, first + 20)) {
                        assertThat(jpeg(seen.draft(file))).isEqualTo(seen.jpeg);
                    }
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(TimeUnit.MINUTES.toMillis(2));
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(failures).isEmpty();
        assertThat(pictures.turns().availablePermits()).isEqualTo(2);
        Jpeg boxed = pictures.jpeg(Scene.lasting(frames.get(50).draft(file)), 80, true);
        assertThat(List.of(boxed.width(), boxed.height())).isEqualTo(List.of(160, 120));
    }
}
