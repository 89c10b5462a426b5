package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelFileTest {
    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(Path file, String... parts) {
        assertThatThrownBy(() -> LabelFile.read(file))
                .isInstanceOf(ModelException.class)
                .hasMessageContainingAll(parts)
                .hasMessageContaining(file.toString())
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aLabelALineInUtf8WhateverEndsTheLines() throws IOException {
        assertThat(LabelFile.read(file("a.names", "person\nTür\npotted plant")))
                .containsExactly("person", "Tür", "potted plant");
        assertThat(LabelFile.read(file("b.txt", "\ufeffperson\r\nTür \r\n\r\n  \r\n")))
                .containsExactly("person", "Tür");
    }

    @Test
    void whatIsNoLabelIsRefusedWithItsLine() throws IOException {
        assertRefused(file("a.names", "person\n\ncar\n"), "line 2 is empty");
        assertRefused(file("b.names", "person\nca\u0007r\n"), "line 2 is no plain text");
        assertRefused(file("c.names", "person\n" + "x".repeat(201)), "line 2 is longer than 200");
        assertRefused(file("d.names", "\n \n"), "has no labels");
        assertRefused(
                Files.write(folder.resolve("e.names"), new byte[] {'a', '\n', 'b', (byte) 0xff}), "line 2, byte 2");
        assertRefused(file("f.names", "a\n".repeat(1 << 20)), "more than 1048576 bytes");
        assertRefused(folder.resolve("gone.names"), "cannot read");
        assertRefused(folder, "cannot read");
    }

    @Test
    void aDataFileLeadsToTheNames() throws IOException {
        Files.createDirectory(folder.resolve("data"));
        file("data/own.names", "dog\ncat\n");
        Path data =
                file("own.data", "classes= 2\r\ntrain = train.txt\r\nnames = data/own.names\r\nbackup = backup/\r\n");
        assertThat(LabelFile.read(data)).containsExactly("dog", "cat");
        assertRefused(file("none.data", "classes = 2\n"), "has no line names = FILE");
        file("loop.data", "names = loop.data\n");
        assertThatThrownBy(() -> LabelFile.read(folder.resolve("loop.data"))).hasMessageContaining("leads to another");
        file("lost.data", "names = nowhere.names\n");
        assertThatThrownBy(() -> LabelFile.read(folder.resolve("lost.data"))).hasMessageContaining("nowhere.names");
    }

    @Test
    void whatBearsTheModelsNameBesideItCounts() throws IOException {
        Path model = folder.resolve("my.best.onnx");
        assertThat(LabelFile.beside(model, 2)).isEmpty();
        file("coco.names", "a\nb\n");
        assertThat(LabelFile.beside(model, 2)).hasValueSatisfying(found -> {
            assertThat(found.labels()).containsExactly("a", "b");
            assertThat(found.why()).contains("coco.names", "as many");
        });
        file("my.best.data", "names = coco.names\n");
        assertThat(LabelFile.beside(model, 2).orElseThrow().file()).isEqualTo(folder.resolve("my.best.data"));
        file("my.best.names", "dog\ncat\n");
        assertThat(LabelFile.beside(model, 2).orElseThrow().labels()).containsExactly("dog", "cat");
        assertThatThrownBy(() -> LabelFile.beside(model, 3))
                .isInstanceOf(ModelException.class)
                .hasMessageContainingAll("my.best.names has 2 labels", "the model has 3 classes");
    }

    @Test
    void commonNamesCountOnlyWhereThereIsNoDoubt() throws IOException {
        Path model = folder.resolve("yolo.weights");
        file("coco.names", "a\nb\n");
        file("obj.names", "c\nd\ne\n");
        assertThat(LabelFile.beside(model, 3).orElseThrow().labels()).containsExactly("c", "d", "e");
        assertThat(LabelFile.beside(model, 1)).isEmpty();
        file("obj.names", "c\nd\n");
        assertThat(LabelFile.beside(model, 2)).isEmpty();
    }

    @Test
    void anotherNumberOfLabelsThanClassesNamesBoth() throws IOException {
        Path labels = file("a.names", "person\n");
        assertThat(LabelFile.read(labels, 1)).containsExactly("person");
        assertThatThrownBy(() -> LabelFile.read(labels, 80))
                .hasMessageContainingAll("has 1 label,", "the model has 80 classes", "--labels FILE");
        assertThat(LabelFile.numbered(2)).containsExactly("class 0", "class 1");
    }
}
