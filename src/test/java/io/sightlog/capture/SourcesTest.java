package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void someFiles() throws IOException {
        Files.createDirectories(folder.resolve("in/2024"));
        Files.createDirectories(folder.resolve("in/2025"));
        Files.createDirectories(folder.resolve("in/empty"));
        for (String name : List.of("b.jpg", "a.PNG", "c.mp4", "notes.md", ".hidden.jpg", "2024/x.jpg", "2025/x.jpg")) {
            Files.createFile(folder.resolve("in").resolve(name));
        }
    }

    private List<String> names(String... given) {
        return Sources.expand(Arrays.stream(given).map(g -> folder + "/" + g).toList()).sources().stream()
                .map(source -> folder.relativize(source.file()).toString())
                .toList();
    }

    @Test
    void aFolderGivesItsPicturesAndVideosByName() {
        assertThat(names("in")).containsExactly("in/a.PNG", "in/b.jpg", "in/c.mp4");
    }

    @Test
    void filesComeInTheOrderGiven() {
        assertThat(names("in/c.mp4", "in/notes.md", "in/b.jpg")).containsExactly("in/c.mp4", "in/notes.md", "in/b.jpg");
    }

    @Test
    void globsWorkAsInAShell() {
        assertThat(names("in/*.jpg")).containsExactly("in/b.jpg");
        assertThat(names("in/202?/*.{jpg,png}")).containsExactly("in/2024/x.jpg", "in/2025/x.jpg");
        assertThat(names("in/202[5]")).containsExactly("in/2025/x.jpg");
    }

    @Test
    void aFileWithAWildNameIsThatFile() throws IOException {
        Files.createFile(folder.resolve("in/[b].jpg"));
        assertThat(names("in/[b].jpg")).containsExactly("in/[b].jpg");
    }

    @Test
    void aListIsRelativeToItsFolder() throws IOException {
        Files.writeString(
                folder.resolve("list.txt"), "\uFEFF# mine\r\n\r\n  in/b.jpg  \n" + folder + "/in/a.PNG\nin/20*\n");
        assertThat(names("list.txt")).containsExactly("in/b.jpg", "in/a.PNG", "in/2024/x.jpg", "in/2025/x.jpg");
    }

    @Test
    void tellsWhatIsMissing() throws IOException {
        assertThatThrownBy(() -> Sources.expand(List.of())).isInstanceOf(SourceException.class);
        assertThatThrownBy(() -> names("in/none.jpg"))
                .isInstanceOf(SourceException.class)
                .hasMessage("no such file or folder: " + folder + "/in/none.jpg");
        assertThatThrownBy(() -> names("in/*.gif")).hasMessageStartingWith("nothing matches ");
        assertThatThrownBy(() -> names("in/[a.jpg")).hasMessageStartingWith("the glob [a.jpg is wrong: ");
        assertThatThrownBy(() -> names("in/empty")).hasMessageStartingWith("no pictures or videos in the folder ");

        Files.writeString(folder.resolve("empty.txt"), "# nothing\n\n");
        assertThatThrownBy(() -> names("empty.txt")).hasMessageContaining(" names nothing");
        Files.writeString(folder.resolve("bad.txt"), "in/b.jpg\nin/gone.jpg\n");
        assertThatThrownBy(() -> names("bad.txt"))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("bad.txt, line 2: no such file or folder: in/gone.jpg");
        Files.writeString(folder.resolve("outer.txt"), "bad.txt\n");
        assertThatThrownBy(() -> names("outer.txt")).hasMessageContaining("a list in a list is not read");
        Files.write(folder.resolve("latin.txt"), "caf\u00e9.jpg".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> names("latin.txt")).hasMessageContaining("is not UTF-8 text");
    }

    @Test
    void camerasAndAddressesSayWhatToDoInstead() {
        assertThatThrownBy(() -> Sources.expand(List.of("usb:0")))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("is called by its device, as in /dev/video0");
        assertThatThrownBy(() -> Sources.expand(List.of("srt://cam/1?a=b&c")))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("ffmpeg -i 'srt://cam/1?a=b&c' ");
        assertThatThrownBy(() -> Sources.expand(List.of("https://x/a.jpg?size=9")))
                .hasMessageContaining("curl -O ");
    }

    @Test
    void aFileThatIsCalledLikeACameraIsAFile() throws IOException {
        Files.write(folder.resolve("0"), Media.picture(".jpg", 60, 40));
        assertThat(names("0")).containsExactly("0");
    }

    /** Each thing in a folder is a picture, a video, a skip with its reason, or counted in a line. */
    @Test
    void nothingInAFolderIsLeftOutInSilence() throws Exception {
        Path mixed = Files.createDirectory(folder.resolve("mixed"));
        byte[] jpeg = Media.picture(".jpg", 60, 40);
        for (String name : List.of("a.jfif", "b.JPE", "c.pjpeg", "no-extension", "really-a.heic")) {
            Files.write(mixed.resolve(name), jpeg);
        }
        Files.write(mixed.resolve("phone.heic"), HexFormat.of().parseHex("00000018667479706865696300000000"));
        Files.createSymbolicLink(mixed.resolve("x-dangling.jpg"), Path.of("/nowhere/a.jpg"));
        Files.createSymbolicLink(mixed.resolve("x-loop.png"), mixed.resolve("x-loop.png"));
        Files.createSymbolicLink(mixed.resolve("x-dangling.txt"), Path.of("/nowhere/a.txt"));
        Files.createSymbolicLink(mixed.resolve("y-good.png"), mixed.resolve("a.jfif"));
        assertThat(new ProcessBuilder("mkfifo", mixed.resolve("x-pipe.mp4").toString())
                        .start()
                        .waitFor())
                .isZero();
        Files.createDirectory(mixed.resolve("folder.jpg"));
        Files.writeString(mixed.resolve("README.txt"), "BM is how a bitmap begins");
        Files.writeString(mixed.resolve("notes"), "BM, P6 and #define");
        Files.writeString(mixed.resolve(".DS_Store"), "hidden");

        List<String> seen = new ArrayList<>();
        try (FrameSource frames = FrameSource.open(List.of(mixed.toString()), CaptureOptions.DEFAULT)) {
            assertThat(frames.passedOver())
                    .containsExactly("not looked at in " + mixed
                            + ": 3 files that are neither picture nor video (README.txt, notes, x-dangling.txt), "
                            + "1 folder, 1 hidden file");
            for (Captured next = frames.next(); next != null; next = frames.next()) {
                String name = Path.of(next.source()).getFileName().toString();
                seen.add(name + (next instanceof Skip skip ? ": " + skip.reason() : ""));
                if (next instanceof Frame frame) {
                    frame.close();
                }
            }
        }
        assertThat(seen)
                .containsExactly(
                        "a.jfif",
                        "b.JPE",
                        "c.pjpeg",
                        "no-extension",
                        "phone.heic: not supported: it is HEIC, which this program does not read as a picture",
                        "really-a.heic",
                        "x-dangling.jpg: a link to /nowhere/a.jpg, which is not there",
                        "x-loop.png: a link that leads to itself",
                        "x-pipe.mp4: not a regular file but a pipe, a socket or a device",
                        "y-good.png");
    }

    @Test
    void aVideoOfAnyNameIsReadAsOne() throws Exception {
        Path video = Media.video(folder.resolve("in/v.avi"), 3);
        Path renamed = Files.move(video, folder.resolve("in/camera-7"));
        assertThat(Source.of(renamed).video()).isTrue();
        assertThat(names("in")).contains("in/camera-7");
        assertThat(names("in/camera*")).containsExactly("in/camera-7");
    }

    @Test
    void aGlobThatFindsALinkToNothingGivesASkip() throws IOException {
        Files.createSymbolicLink(folder.resolve("in/d.jpg"), Path.of("/nowhere"));
        List<Source> sources = Sources.expand(List.of(folder + "/in/*.jpg")).sources();
        assertThat(sources).extracting(Source::unread).containsExactly(null, "a link to /nowhere, which is not there");
    }
}
