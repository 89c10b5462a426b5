package io.sightlog.sink.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFolderTest {
    @TempDir
    Path out;

    private static Path put(OutputFolder folder, String stem) throws IOException {
        return folder.place(Files.writeString(folder.scratch("jpg"), "new"), Path.of("/elsewhere"), stem, "jpg");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void namesNeverCollideNotEvenInCase(boolean overwrite) throws IOException {
        List<String> names = new ArrayList<>();
        try (OutputFolder folder = new OutputFolder(out, overwrite)) {
            for (String stem :
                    List.of("dog", "dog", "Dog", "DOG-2", "dog-2", "dog", "straße", "STRASSE", "é", "e\u0301")) {
                names.add(put(folder, stem).getFileName().toString());
            }
        }
        assertThat(names).startsWith("dog.jpg", "dog-2.jpg", "Dog-3.jpg", "DOG-2-2.jpg", "dog-2-3.jpg");
        assertThat(names.stream().map(name -> name.toLowerCase(Locale.ROOT))).doesNotHaveDuplicates();
        assertThat(list()).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void filesOfEarlierRunsStay() throws IOException {
        Files.writeString(out.resolve("dog.jpg"), "old");
        try (OutputFolder folder = new OutputFolder(out, false)) {
            assertThat(put(folder, "dog").getFileName()).hasToString("dog-2.jpg");
        }
        assertThat(out.resolve("dog.jpg")).hasContent("old");
        assertThat(out.resolve("dog-2.jpg")).hasContent("new");
    }

    @Test
    void overwritesOnlyEarlierRunsWhenAskedTo() throws IOException {
        Files.writeString(out.resolve("dog.jpg"), "old");
        Files.createDirectory(out.resolve("cat.jpg"));
        try (OutputFolder folder = new OutputFolder(out, true)) {
            assertThat(put(folder, "dog").getFileName()).hasToString("dog.jpg");
            assertThat(put(folder, "dog").getFileName()).hasToString("dog-2.jpg");
            assertThat(put(folder, "cat").getFileName()).hasToString("cat-2.jpg");
        }
        assertThat(out.resolve("dog.jpg")).hasContent("new");
    }

    @Test
    void overwritingSparesTheSourceItself() throws IOException {
        Path source = Files.writeString(out.resolve("dog.jpg"), "source");
        try (OutputFolder folder = new OutputFolder(out, true)) {
            Path placed = folder.place(Files.writeString(folder.scratch("jpg"), "new"), source, "dog", "jpg");
            assertThat(placed.getFileName()).hasToString("dog-2.jpg");
        }
        assertThat(source).hasContent("source");
    }

    @Test
    void linksAreNotFollowed(@TempDir Path elsewhere) throws IOException {
        Path target = Files.writeString(elsewhere.resolve("precious"), "old");
        for (boolean overwrite : new boolean[] {false, true}) {
            Files.deleteIfExists(out.resolve("dog.jpg"));
            Files.createSymbolicLink(out.resolve("dog.jpg"), target);
            try (OutputFolder folder = new OutputFolder(out, overwrite)) {
                Path placed = put(folder, "dog");
                assertThat(placed).isRegularFile().hasContent("new");
                assertThat(Files.isSymbolicLink(placed)).isFalse();
            }
            assertThat(target).hasContent("old");
        }
        Files.delete(out.resolve("dog.jpg"));
        Files.createSymbolicLink(out.resolve("dog.jpg"), elsewhere.resolve("not-there"));
        try (OutputFolder folder = new OutputFolder(out, false)) {
            put(folder, "dog");
        }
        assertThat(elsewhere.resolve("not-there")).doesNotExist();
    }

    @Test
    void whatWasNotFinishedIsNotSeen() throws IOException {
        try (OutputFolder folder = new OutputFolder(out, false)) {
            Path scratch = Files.writeString(folder.scratch("jpg"), "half");
            assertThat(scratch.getParent()).isNotEqualTo(out.toRealPath());
            assertThat(list()).noneMatch(name -> name.endsWith(".jpg"));
        }
        assertThat(list()).isEmpty();
    }

    @Test
    void whatAKilledRunLeftIsRemovedAndWhatARunningOneHasIsNot() throws IOException {
        Path left = Files.createDirectory(out.resolve(".drawing-left"));
        Files.writeString(left.resolve("lock"), "");
        Files.writeString(left.resolve("0.mp4"), "half");
        Path foreign = Files.writeString(
                Files.createDirectory(out.resolve(".drawing-foreign")).resolve("notes"), "");
        try (OutputFolder running = new OutputFolder(out, false);
                OutputFolder folder = new OutputFolder(out, false)) {
            Path half = Files.writeString(running.scratch("jpg"), "half");
            put(folder, "dog");
            assertThat(half).exists();
        }
        assertThat(left).doesNotExist();
        assertThat(foreign).exists();
    }

    private List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
