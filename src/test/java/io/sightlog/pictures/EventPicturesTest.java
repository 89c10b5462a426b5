package io.sightlog.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import io.sightlog.event.Digest;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.Journal;
import io.sightlog.pictures.EventPictures.Jpeg;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kept pictures, and those of picture files. */
class EventPicturesTest {
    private static final int GREY = 0x5a5a5a;

    @TempDir
    Path folder;

    private Journal journal;
    private EventPictures pictures;

    @BeforeEach
    void open() throws IOException {
        journal = Journal.open(folder.resolve("q"));
        pictures = new EventPictures(journal, new SourceGate(List.of()));
    }

    @AfterEach
    void close() {
        pictures.close();
        journal.close();
    }

    private KeptFrame keep(int width, int height) throws IOException {
        return KeptScene.keep(folder.resolve("q"), width, height);
    }

    private void assertNone(EventDraft draft, String message) {
        assertThatThrownBy(() -> pictures.jpeg(Scene.lasting(draft), 1000, true))
                .isInstanceOf(UndrawableException.class)
                .hasMessage(message);
    }

    static Mat decoded(Jpeg jpeg) {
        try (BytePointer bytes = new BytePointer(jpeg.bytes());
                Mat row = new Mat(1, jpeg.bytes().length, CV_8UC1, bytes)) {
            Mat picture = imdecode(row, IMREAD_COLOR);
            assertThat(picture.empty()).as("a JPEG").isFalse();
            assertThat(jpeg.bytes()).startsWith(0xff, 0xd8, 0xff);
            return picture;
        }
    }

    @Test
    void aKeptPictureIsHandedOutAsItIsWhenNothingHasToBeDoneToIt() throws Exception {
        try (BytePointer bytes = new BytePointer();
                Mat picture = Scene.plain(320, 240, 10, 90, 200)) {
            imencode(".jpg", picture, bytes);
            byte[] jpeg = new byte[(int) bytes.limit()];
            bytes.get(jpeg);
            KeptFrame kept = KeptScene.keep(folder.resolve("q"), ByteBuffer.wrap(jpeg), 320, 240);
            Jpeg found = pictures.jpeg(Scene.lasting(KeptScene.live(kept)), 320, false);
            assertThat(found.bytes()).isEqualTo(jpeg);
            assertThat(found.isKept()).isTrue();
            assertThat(List.of(found.width(), found.height()))
                    .as("of the frame")
                    .isEqualTo(List.of(640, 480));
            Jpeg withoutDetections = pictures.jpeg(
                    Scene.lasting(
                            new EventDraft().source("camera").capturedNanos(1).keptFrame(kept)),
                    320,
                    true);
            assertThat(withoutDetections.bytes()).isEqualTo(jpeg);
            assertThat(withoutDetections.width()).isEqualTo(320);
        }
    }

    @Test
    void boxesAreDrawnIntoIt() throws Exception {
        Jpeg found = pictures.jpeg(Scene.lasting(KeptScene.live(keep(320, 240))), 1000, true);
        try (Mat picture = decoded(found)) {
            assertThat(picture.cols()).isEqualTo(320);
            assertThat(Scene.distance(Scene.rgb(picture, 160, 175), GREY)).isGreaterThan(60);
            assertThat(Scene.distance(Scene.rgb(picture, 160, 130), GREY)).isLessThan(12);
        }
    }

    @Test
    void itIsMadeSmallerAndNeverLarger() throws Exception {
        KeptFrame kept = keep(320, 240);
        try (Mat picture = decoded(pictures.jpeg(Scene.lasting(KeptScene.live(kept)), 100, true))) {
            assertThat(picture.cols()).isEqualTo(100);
            assertThat(picture.rows()).isEqualTo(75);
            assertThat(Scene.distance(Scene.rgb(picture, 50, 55), GREY))
                    .as("lower edge of the box")
                    .isGreaterThan(40);
        }
        try (Mat picture = decoded(pictures.jpeg(Scene.lasting(KeptScene.live(kept)), 100, false))) {
            assertThat(picture.cols()).isEqualTo(100);
        }
        Path high = Scene.picture(folder.resolve("high.png"), 1, 900);
        try (Mat picture = decoded(pictures.jpeg(Scene.lasting(Scene.frame(high)), 300, false))) {
            assertThat(picture.cols()).isEqualTo(1);
            assertThat(picture.rows()).isEqualTo(300);
        }
        try (Mat picture = decoded(pictures.jpeg(Scene.lasting(Scene.frame(high)), 8192, false))) {
            assertThat(picture.rows()).isEqualTo(900);
        }
    }

    @Test
    void aPictureFileIsReadAgain() throws Exception {
        Path source = Scene.picture(folder.resolve("dog.png"), 320, 240);
        Jpeg found = pictures.jpeg(
                Scene.lasting(Scene.frame(source)
                        .size(320, 240)
                        .digest(Digest.of(Files.readAllBytes(source)))
                        .detection(0, 0.7f, 100, 80, 120, 96, 0)),
                1000,
                true);
        assertThat(found.isKept()).isFalse();
        assertThat(List.of(found.width(), found.height())).isEqualTo(List.of(320, 240));
        try (Mat picture = decoded(found)) {
            assertThat(Scene.distance(Scene.rgb(picture, 160, 175), GREY)).isGreaterThan(60);
            assertThat(Scene.distance(Scene.rgb(picture, 160, 130), GREY)).isLessThan(12);
        }
    }

    @Test
    void whatWasKeptComesBeforeTheSource() throws Exception {
        Path source = Scene.picture(folder.resolve("dog.png"), 320, 240);
        Event event = Scene.lasting(Scene.frame(source).size(320, 240).keptFrame(keep(32, 24)));
        assertThat(pictures.jpeg(event, 1000, false).isKept()).isTrue();
    }

    private void damageWhatWasKept(KeptFrame kept) throws IOException {
        Path file;
        try (Stream<Path> files = Files.walk(folder.resolve("q/frames"))) {
            file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), kept.offset() + 20);
        }
    }

    @Test
    void whereWhatWasKeptIsDamagedTheSourceTakesItsPlace() throws Exception {
        Path source = Scene.picture(folder.resolve("dog.png"), 320, 240);
        KeptFrame kept = keep(320, 240);
        damageWhatWasKept(kept);
        EventDraft draft = Scene.frame(source).size(320, 240).keptFrame(kept);
        assertThat(pictures.jpeg(Scene.lasting(draft), 1000, false).isKept()).isFalse();
        Files.delete(source);
        assertThatThrownBy(() -> pictures.jpeg(Scene.lasting(draft), 1000, false))
                .isInstanceOf(UndrawableException.class)
                .hasMessageStartingWith("its source is gone: " + source + ", and its kept picture is damaged: ");
        assertThatThrownBy(() -> pictures.jpeg(Scene.lasting(KeptScene.live(kept)), 1000, false))
                .hasMessageStartingWith("it is a camera, and its kept picture is damaged: ");
    }

    @Test
    void itSaysWhyThereIsNone() throws Exception {
        Path source = Scene.picture(folder.resolve("dog.png"), 64, 48);
        assertNone(KeptScene.live(null), "it is a camera, and no picture of it was kept");
        assertNone(Scene.frame(folder.resolve("gone\n.png")), "its source is gone: " + folder + "/gone?.png");
        assertNone(
                Scene.frame("rtsp://user:secret@camera/live"),
                "its source cannot be read a second time: rtsp://...@camera/live");
        assertNone(Scene.frame(""), "its event names no source");
        assertNone(Scene.frame(source).size(64, 49), "its source has changed since: 64x48, not 64x49: " + source);
        assertNone(
                Scene.frame(source).digest(0x1234),
                "its source has changed since: its digest is " + Digest.hex(Digest.of(Files.readAllBytes(source)))
                        + ", not " + Digest.hex(0x1234) + ": " + source);
        assertNone(Scene.frame(source).frame(7, 0), "its source has changed since: it has no picture 7: " + source);
        assertNone(Scene.frame(source).skip("absurdly large"), "it is a frame that was not looked at");
    }

    @Test
    void withoutSourcesOnlyWhatWasKeptIsShownAndTheReasonIsSaid() throws Exception {
        Path source = Scene.picture(folder.resolve("dog.png"), 64, 48);
        KeptFrame kept = keep(320, 240);
        try (EventPictures closed = new EventPictures(journal, "the journal belongs to bob")) {
            assertThat(closed.jpeg(Scene.lasting(Scene.frame(source).keptFrame(kept)), 1000, false)
                            .isKept())
                    .isTrue();
            assertThatThrownBy(() -> closed.jpeg(Scene.lasting(Scene.frame(source)), 1000, false))
                    .isInstanceOf(UndrawableException.class)
                    .hasMessage("no picture of it was kept, and its source is not opened: the journal belongs to bob");
            assertThatThrownBy(() -> closed.jpeg(Scene.lasting(KeptScene.live(null)), 1000, false))
                    .hasMessage("it is a camera, and no picture of it was kept");
        }
    }

    @Test
    void onlySourcesUnderTheRootsAreOpened() throws Exception {
        Path inside = Files.createDirectory(folder.resolve("in"));
        Path outside = Scene.picture(folder.resolve("b.png"), 8, 8);
        Path link = Files.createSymbolicLink(inside.resolve("link.png"), outside);
        try (EventPictures rooted = new EventPictures(journal, new SourceGate(List.of(inside)))) {
            for (Path source : List.of(outside, link)) {
                assertThatThrownBy(() -> rooted.jpeg(Scene.lasting(Scene.frame(source)), 1000, false))
                        .hasMessage("its source lies outside the source roots; allow its folder with --source-root: "
                                + source);
            }
        }
    }

    @Test
    void whatWasMadeLatelyIsHandedOutAgain() throws Exception {
        Path source = Scene.picture(folder.resolve("dog.png"), 64, 48);
        Event event = Scene.lasting(Scene.frame(source));
        Jpeg first = pictures.jpeg(event, 64, false);
        Files.delete(source);
        assertThat(pictures.jpeg(event, 64, false)).isSameAs(first);
        assertThatThrownBy(() -> pictures.jpeg(event, 63, false)).hasMessageContaining("is gone");
        assertThatThrownBy(() -> pictures.jpeg(event, 64, true)).hasMessageContaining("is gone");
    }

    @Test
    void whatWasMadeLatelyTakesABoundedSpaceAndTheOldestGoesFirst() {
        JpegCache cache = new JpegCache(100);
        for (int i = 0; i < 5; i++) {
            cache.put(new JpegCache.Key(i, 0, 1, i, 64, false), new Jpeg(new byte[30], true, 1, 1));
            assertThat(cache.get(new JpegCache.Key(0, 0, 1, 0, 64, false))).isNotNull();
        }
        assertThat(cache.bytes()).isEqualTo(90);
        assertThat(cache.get(new JpegCache.Key(2, 0, 1, 2, 64, false))).isNull();
        cache.put(new JpegCache.Key(4, 0, 1, 4, 64, false), new Jpeg(new byte[40], true, 1, 1));
        assertThat(cache.bytes()).isEqualTo(100);
        cache.put(new JpegCache.Key(9, 0, 1, 9, 64, false), new Jpeg(new byte[101], true, 1, 1));
        assertThat(cache.get(new JpegCache.Key(9, 0, 1, 9, 64, false))).isNull();
    }

    @Test
    void afterClosingNoneIsMade() {
        pictures.close();
        assertThatThrownBy(() -> pictures.jpeg(Scene.lasting(KeptScene.live(null)), 64, false))
                .isInstanceOf(UndrawableException.class)
                .hasMessage("no more pictures are made: this program ends");
    }
}
