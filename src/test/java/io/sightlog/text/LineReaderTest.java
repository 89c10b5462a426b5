package io.sightlog.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
    @Test
    void countsEmptyLinesAndPassesOverThem() throws IOException {
        assertThat(read("\ufeffa\n\n \t\r\nb\r\n\nc", 100, 16, 3)).containsExactly("1:a", "4:b\r", "6:c");
        assertThat(read("", 100, 16, 3)).isEmpty();
        assertThat(read("\n\n", 100, 16, 3)).isEmpty();
    }

    @Test
    void goesOnBehindALineThatIsTooLong() throws IOException {
        assertThat(read("abcd\nabcde\nxy\n", 4, 2, 3)).containsExactly("1:abcd", "2:too long", "3:xy");
        assertThat(read("a".repeat(1000) + "\nxy", 4, 2, 7)).containsExactly("1:too long", "2:xy");
        assertThat(read("ok\n" + "a".repeat(1000), 4, 2, 7)).containsExactly("1:ok", "2:too long");
    }

    @Test
    void ofTextsEveryLineCountsAndItsEndIsNoPartOfIt() throws IOException {
        assertThat(texts("\ufeffa\n\n \t\r\nb\rc\r\n\r\n\nd\r", 100, 16, 3))
                .containsExactly("1:a", "2:", "3: \t", "4:b\rc", "5:", "6:", "7:d");
        assertThat(texts("", 100, 16, 3)).isEmpty();
        assertThat(texts("\n", 100, 16, 3)).containsExactly("1:");
    }

    @Test
    void theLimitOfATextIsThatOfItsContent() throws IOException {
        for (int chunk = 1; chunk < 20; chunk++) {
            assertThat(texts("abcd\r\nabcd\nabcde\nabcde\r\nabcd\rx\nxy\n", 4, 2, chunk))
                    .containsExactly("1:abcd", "2:abcd", "3:too long", "4:too long", "5:too long", "6:xy");
            assertThat(texts("abcd\r", 4, 2, chunk)).containsExactly("1:abcd");
        }
    }

    @Test
    void knowsWhetherTheNextLineIsThereAsAWhole() throws Exception {
        assertThat(more("a\nb\n", false)).isTrue();
        assertThat(more("a\nb", false)).isFalse();
        assertThat(more("a\n", false)).isFalse();
        assertThat(more("a\n\n \t\r\n", false))
                .as("nothing but lines that are passed over")
                .isFalse();
        assertThat(more("a\n\n b\n", false)).isTrue();
        assertThat(more("a\n\n", true)).isTrue();
    }

    /** Whether there is more behind the first line. */
    private static boolean more(String stream, boolean texts) throws Exception {
        LineReader reader = reader(stream, 100, 100, 100, texts);
        assertThat(reader.next()).isTrue();
        return reader.hasMore();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsTheLinesHoweverTheyArrive(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 500; round++) {
            int max = random.nextInt(4, 40);
            StringBuilder stream = new StringBuilder();
            List<String> expected = new ArrayList<>();
            int count = random.nextInt(1, 20);
            for (int line = 1; line <= count; line++) {
                String text = "x".repeat(random.nextInt(0, 50));
                stream.append(text).append(line < count || random.nextBoolean() ? "\n" : "");
                if (text.length() > max) {
                    expected.add(line + ":too long");
                } else if (!text.isEmpty()) {
                    expected.add(line + ":" + text);
                }
            }
            assertThat(read(stream.toString(), max, random.nextInt(1, 64), random.nextInt(1, 30)))
                    .as("seed=%d round=%d", seed, round)
                    .isEqualTo(expected);
        }
    }

    private static List<String> read(String stream, int maxBytes, int bufferBytes, int chunk) throws IOException {
        return all(reader(stream, maxBytes, bufferBytes, chunk, false));
    }

    private static List<String> texts(String stream, int maxBytes, int bufferBytes, int chunk) throws IOException {
        return all(reader(stream, maxBytes, bufferBytes, chunk, true));
    }

    private static LineReader reader(String stream, int maxBytes, int bufferBytes, int chunk, boolean texts) {
        InputStream in = new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, chunk));
            }
        };
        return new LineReader(in, maxBytes, bufferBytes, texts);
    }

    private static List<String> all(LineReader reader) throws IOException {
        List<String> lines = new ArrayList<>();
        while (true) {
            try {
                if (!reader.next()) {
                    return lines;
                }
                lines.add(reader.number() + ":"
                        + new String(reader.bytes(), reader.offset(), reader.length(), StandardCharsets.UTF_8));
            } catch (BadLineException e) {
                lines.add(reader.number() + ":too long");
            }
        }
    }
}
