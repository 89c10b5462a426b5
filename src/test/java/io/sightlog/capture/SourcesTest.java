package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
        return Sources.expand(Arrays.stream(given).map(g -> folder + "/" + g).toList()).stream()
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
}
