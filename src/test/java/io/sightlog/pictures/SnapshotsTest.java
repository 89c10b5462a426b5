package io.sightlog.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.KeptFrame;
import io.sightlog.journal.FrameReader;
import io.sightlog.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {
    @TempDir
    Path folder;

    @Test
    void aSnapshotIsTheKeptPictureWithItsBoxesAndNoFile() throws IOException {
        KeptFrame kept = KeptScene.keep(folder.resolve("q"), 320, 240);
        byte[] jpeg;
        try (Journal journal = Journal.open(folder.resolve("q"));
                FrameReader frames = journal.frames()) {
            Snapshots snapshots = new Snapshots(frames);
            jpeg = Objects.requireNonNull(snapshots.jpeg(Scene.event(KeptScene.live(kept))));
            assertThat(snapshots.jpeg(Scene.event(KeptScene.live(null)))).isNull();
        }
        Path file = Files.write(folder.resolve("snapshot.jpg"), jpeg);
        try (Mat picture = Scene.read(file)) {
            assertThat(picture.cols()).isEqualTo(320);
            int grey = 0x5a5a5a;
            assertThat(Scene.distance(Scene.rgb(picture, 160, 175), grey)).isGreaterThan(60);
            assertThat(Scene.distance(Scene.rgb(picture, 160, 130), grey)).isLessThan(12);
        }
    }
}
