package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some 170 files of all kinds: the same pictures, at the same times, within 2 levels of every colour. */
class PicturesAsPillowSeesThemTest {
    private static final int LEVELS = 2;

    @TempDir
    static Path folder;

    @Test
    void everyKindShowsWhatPillowShows() throws Exception {
        List<String> lines = Pillow.run("make_pictures.py", folder);
        assertThat(lines).hasSizeGreaterThan(150);
        List<String> wrong = new ArrayList<>();
        for (String line : lines) {
            String[] parts = line.split("\\|");
            try {
                compare(parts, wrong);
            } catch (UnreadableException e) {
                wrong.add(parts[0] + ": " + e.getMessage());
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static void compare(String[] parts, List<String> wrong) throws UnreadableException, IOException {
        Path path = folder.resolve(parts[0]);
        PictureFile file = PictureFile.open(path);
        if (!file.moves()) {
            try (file) {
                assertThat(file.count()).as(parts[0]).isEqualTo(parts.length - 1);
                for (int i = 0; i < file.count(); i++) {
                    try (Pictures.Picture picture = file.picture(i)) {
                        compare(picture.bgr(), 0, path, i, parts[i + 1], wrong);
                    }
                }
            }
            return;
        }
        try (FrameReader frames = file.frames()) {
            while (frames.advance()) {
                int number = (int) frames.number();
                try (Mat picture = frames.picture()) {
                    compare(picture, frames.positionNanos() / 1_000_000, path, number, parts[number + 1], wrong);
                }
            }
            assertThat(frames.number()).as(parts[0]).isEqualTo(parts.length - 1);
        }
    }

    private static void compare(Mat bgr, long millis, Path path, int number, String expected, List<String> wrong)
            throws IOException {
        String seen = String.format(Locale.ROOT, "%dx%d@%d", bgr.cols(), bgr.rows(), millis);
        byte[] ours = new byte[3 * bgr.cols() * bgr.rows()];
        bgr.data().get(ours);
        byte[] theirs = Files.readAllBytes(Path.of(path + "." + number + ".bgr"));
        if (!seen.equals(expected) || ours.length != theirs.length) {
            wrong.add(path.getFileName() + ", " + number + ": " + seen + ", not " + expected);
            return;
        }
        for (int i = 0; i < ours.length; i++) {
            if (Math.abs((ours[i] & 0xff) - (theirs[i] & 0xff)) > LEVELS) {
                int pixel = i / 3;
                wrong.add(path.getFileName() + ", " + number + ": at " + pixel % bgr.cols() + "," + pixel / bgr.cols()
                        + " " + (ours[i] & 0xff) + ", not " + (theirs[i] & 0xff));
                return;
            }
        }
    }
}
