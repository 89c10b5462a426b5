package io.sightlog.produce.lines;

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
        InputStream in = new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, chunk));
            }
        };
        LineReader reader = new LineReader(in, maxBytes, bufferBytes, false);
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
