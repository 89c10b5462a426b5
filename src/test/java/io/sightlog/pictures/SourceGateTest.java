package io.sightlog.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceGateTest {
    @TempDir
    Path folder;

    private Path inside;
    private Path outside;

    @BeforeEach
    void twoFiles() throws IOException {
        inside = Files.writeString(
                Files.createDirectory(folder.resolve("allowed")).resolve("dog.jpg"), "a dog");
        outside = Files.writeString(
                Files.createDirectory(folder.resolve("allowed-not")).resolve("dog.jpg"), "a dog");
    }

    @Test
    void withoutRootsEveryRegularFileIsOpened() throws Exception {
        SourceGate gate = new SourceGate(List.of());
        assertThat(gate.open(outside.toString())).isEqualTo(outside.toRealPath());
        assertThat(gate.open(outside.toUri().toString())).isEqualTo(outside.toRealPath());
    }

    @Test
    void withRootsOnlyWhatReallyLiesUnderThem() throws Exception {
        SourceGate gate = new SourceGate(List.of(folder.resolve("allowed")));
        Path link = Files.createSymbolicLink(folder.resolve("allowed/link.jpg"), outside);

        assertThat(gate.open(inside.toString())).isEqualTo(inside.toRealPath());
        for (String source : List.of(outside.toString(), link.toString(), folder + "/allowed/../allowed-not/dog.jpg")) {
            assertThatThrownBy(() -> gate.open(source)).as(source).hasMessageContaining("outside the source roots");
        }
    }

    @Test
    void refusesWhatIsNotAFile() throws Exception {
        SourceGate gate = new SourceGate(List.of());
        assertRefused(gate, folder.toString(), "not a regular file");
        assertRefused(gate, folder + "/gone.jpg", "gone");
        assertRefused(gate, "dog.jpg", "not an absolute path");
        assertRefused(gate, "", "not an absolute path");
        assertRefused(gate, folder + "/a\0b.jpg", "not a path");
        assertRefused(gate, "file://elsewhere/dog.jpg", "not a path");
        assertRefused(gate, "rtsp://camera/live", "cannot be read a second time");
        assertRefused(gate, "concat:/etc/passwd", "cannot be read a second time");
        assertRefused(gate, Files.createFile(folder.resolve("empty.jpg")).toString(), "it is empty");
        if (Files.exists(Path.of("/proc/version"))) {
            assertRefused(gate, "/proc/version", "no file on a disk");
        }
        if (Files.exists(Path.of("/dev/zero"))) {
            assertRefused(gate, "/dev/zero", "not a regular file");
        }
    }

    private static void assertRefused(SourceGate gate, String source, String why) {
        assertThatThrownBy(() -> gate.open(source))
                .isInstanceOf(UndrawableException.class)
                .hasMessageContaining(why);
    }
}
