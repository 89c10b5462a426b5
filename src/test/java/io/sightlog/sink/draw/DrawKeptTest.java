package io.sightlog.sink.draw;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.FrameReader;
import io.sightlog.journal.Journal;
import io.sightlog.pictures.KeptScene;
import io.sightlog.pictures.Scene;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures beside the journal, in place of sources that cannot be read again. */
class DrawKeptTest {
    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();

    private KeptFrame keep(int width, int height) throws IOException {
        return KeptScene.keep(folder.resolve("q"), width, height);
    }

    private DrawSummary draw(EventDraft draft) throws IOException {
        try (Journal journal = Journal.open(folder.resolve("q"));
                FrameReader frames = journal.frames();
                DrawSink sink = new DrawSink(DrawOptions.into(folder.resolve("out"), warnings::add), frames)) {
            sink.accept(Scene.event(draft));
            sink.finish();
            return sink.summary();
        }
    }

    private List<String> drawn() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aCamerasPictureIsDrawnFromWhatWasKeptWithBoxesOfItsSize() throws IOException {
        KeptFrame kept = keep(320, 240); // half as wide as the frame was
        assertThat(draw(KeptScene.live(kept))).isEqualTo(new DrawSummary(1, 0, 0, 0, 0, 0));
        assertThat(drawn()).containsExactly("front door-20261130T005320.000Z.jpg");
        try (Mat picture = Scene.read(folder.resolve("out").resolve(drawn().get(0)))) {
            assertThat(picture.cols()).isEqualTo(320);
            int grey = 0x5a5a5a;
            assertThat(Scene.distance(Scene.rgb(picture, 160, 175), grey))
                    .isGreaterThan(60); // lower edge: (160 + 192) / 2
            assertThat(Scene.distance(Scene.rgb(picture, 160, 130), grey)).isLessThan(12);
            assertThat(Scene.distance(Scene.rgb(picture, 300, 220), grey)).isLessThan(12);
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void aCamerasFrameOfWhichNoPictureWasKeptIsCountedAndNoLoss() throws IOException {
        keep(10, 10);
        DrawSummary summary = draw(KeptScene.live(null));
        assertThat(summary).isEqualTo(new DrawSummary(0, 0, 0, 0, 1, 0));
        assertThat(summary.complete()).isTrue();
        assertThat(warnings).isEmpty();
    }

    @Test
    void aFileThatIsGoneIsDrawnFromWhatWasKept() throws IOException {
        KeptFrame kept = keep(320, 240);
        EventDraft gone = Scene.frame("/nowhere/dog.png")
                .size(320, 240)
                .frame(3, 0)
                .keptFrame(kept)
                .detection(0, 0.7f, 100, 80, 120, 96, 0);
        assertThat(draw(gone)).isEqualTo(new DrawSummary(1, 0, 0, 0, 0, 0));
        assertThat(drawn()).containsExactly("dog-frame3.jpg");
    }

    @Test
    void aFileThatIsThereIsDrawnItself() throws IOException {
        KeptFrame kept = keep(32, 24);
        Path source = Scene.picture(folder.resolve("dog.png"), 320, 240);
        assertThat(draw(Scene.frame(source).size(320, 240).keptFrame(kept)))
                .isEqualTo(new DrawSummary(1, 0, 0, 0, 0, 0));
        assertThat(drawn()).containsExactly("dog.png");
    }

    @Test
    void aKeptPictureThatIsDamagedIsALossThatIsSaid() throws IOException {
        KeptFrame kept = keep(320, 240);
        Path file;
        try (Stream<Path> files = Files.walk(folder.resolve("q/frames"))) {
            file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}), kept.offset() + 20);
        }
        DrawSummary summary = draw(KeptScene.live(kept));
        assertThat(summary).isEqualTo(new DrawSummary(0, 0, 0, 0, 0, 1));
        assertThat(warnings).singleElement().asString().contains("its kept picture is damaged");
    }

    @Test
    void aPictureThatIsNotBesideThisJournalIsALossThatIsSaid() throws IOException {
        KeptFrame kept = keep(320, 240);
        KeptFrame elsewhere = new KeptFrame(
                kept.journal(),
                kept.producer() + 1,
                0,
                kept.offset(),
                kept.bytes(),
                kept.crc32c(),
                KeptFrame.JPEG,
                0,
                0);
        assertThat(draw(KeptScene.live(elsewhere)).undrawn()).isEqualTo(1);
        assertThat(warnings).singleElement().asString().contains("its picture is not beside this journal");
    }
}
