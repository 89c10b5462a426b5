package io.sightlog.sink.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputNamesTest {
    private static final String[] PARTS = {
        "/",
        "\\",
        "..",
        ".",
        "\0",
        "\n",
        "a",
        "dog",
        ".jpg",
        " ",
        "CON",
        "aux",
        ":",
        "*",
        "~",
        "-",
        "\u202e",
        "é",
        "e\u0301",
        "\ud83d\udc36",
        "\ud83d",
        "%2e%2e%2f",
        "//",
        "C:",
        "\u2028",
        "|",
        "\"",
        "x".repeat(300),
        "ü".repeat(150)
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 20_261_122})
    void hostileSourcesGiveNamesOfOnePart(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder source = new StringBuilder();
            for (int part = random.nextInt(8); part >= 0; part--) {
                source.append(PARTS[random.nextInt(PARTS.length)]);
            }
            String stem = OutputNames.stem(source.toString());
            Path name = Path.of(stem + ".jpg");

            assertThat(name.getNameCount()).as("seed %d: %s", seed, source).isEqualTo(1);
            assertThat(Path.of("/out").resolve(name).normalize().getParent()).isEqualTo(Path.of("/out"));
            assertThat(stem)
                    .isNotBlank()
                    .doesNotStartWith(".")
                    .doesNotStartWith("-")
                    .doesNotContainPattern("[\\p{Cntrl}/\\\\:\\p{Cs}]");
            assertThat(stem.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/photos/dog.jpg, dog",
        "/photos/a.b.tar.png, a.b.tar",
        "C:\\photos\\dog.jpg, dog",
        "/a/../../x, x",
        "/a/.., frame",
        "/photos/.hidden, hidden",
        "/photos/-rf.jpg, rf",
        "/photos/con.jpg, con_",
        "/photos/my dog.jpg, my dog",
        "/photos/Füße.jpg, Füße",
        "file:///photos/dog.jpg, dog",
        "rtsp://10.0.0.1/live/, live"
    })
    void ordinaryNamesStay(String source, String stem) {
        assertThat(OutputNames.stem(source)).isEqualTo(stem);
    }

    @Test
    void keepsThePictureFormatsThatOpencvWrites() {
        assertThat(OutputNames.pictureExtension("/a/dog.JPG", 640)).isEqualTo("jpg");
        assertThat(OutputNames.pictureExtension("/a/dog.webp", 640)).isEqualTo("webp");
        assertThat(OutputNames.pictureExtension("/a/dog.heic", 640)).isEqualTo("png");
        assertThat(OutputNames.pictureExtension("/a/dog.webp", 16_384)).isEqualTo("png");
        assertThat(OutputNames.pictureExtension("/a/dog", 640)).isEqualTo("png");
        assertThat(OutputNames.pictureExtension("/a.jpg/dog", 640)).isEqualTo("png");
    }

    @Test
    void tellsVideosByTheirName() {
        assertThat(OutputNames.isVideo("/a/walk.MP4")).isTrue();
        assertThat(OutputNames.isVideo("/a/walk.avi")).isTrue();
        assertThat(OutputNames.isVideo("/a.mp4/walk.jpg")).isFalse();
    }
}
