package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.capture.Ffmpeg;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a video could not be seen reaches the journal, the exit code and those who draw it. */
final class VideosTest {
    @TempDir
    Path temp;

    @Test
    void aMissingEndIsASkipAndExitCode3AndWhatIsThereIsDrawn() throws Exception {
        Ffmpeg.need();
        Path whole =
                Ffmpeg.make(temp.resolve("whole.mkv"), 0.8, 0, "-c:v", "libx264", "-g", "5", "-pix_fmt", "yuv420p");
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(temp.resolve("cut.mkv"), Arrays.copyOf(bytes, bytes.length / 2));
        String queue = temp.resolve("queue").toString();

        Sightlog.run("produce", "-q", queue, whole.toString()).expect(0);
        Sightlog.run("produce", "-q", queue, cut.toString()).expect(3);
        assertThat(Sightlog.run("tail", "-q", queue, "--from", "start", "--source", cut.toString())
                        .expect(0)
                        .out())
                .last()
                .asString()
                .contains("the end is missing: the header promises 0.8");
        String out = temp.resolve("out").toString();
        Sightlog.run("draw", "-q", queue, "--from", "start", "--out", out).expect(0);
        assertThat(Path.of(out, "whole.mp4")).exists();
        assertThat(Path.of(out, "cut.mp4")).exists();
    }
}
