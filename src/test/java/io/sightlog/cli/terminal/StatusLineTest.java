package io.sightlog.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusLineTest {
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private final StatusLine status = new StatusLine(terminal);

    private void print(String text) throws IOException {
        status.above(() -> terminal.write(text.getBytes(StandardCharsets.UTF_8)), text.endsWith("\n"));
    }

    /** What a terminal that is wide enough shows, line by line. */
    private List<String> screen() {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int column = 0;
        String written = terminal.toString(StandardCharsets.UTF_8).replace("\033[K", "\0");
        for (char c : written.toCharArray()) {
            switch (c) {
                case '\r' -> column = 0;
                case '\0' -> line.setLength(Math.min(column, line.length()));
                case '\n' -> {
                    lines.add(line.toString());
                    line.setLength(0);
                    column = 0;
                }
                default -> {
                    line.replace(column, Math.min(line.length(), column + 1), String.valueOf(c));
                    column++;
                }
            }
        }
        lines.add(line.toString());
        return lines;
    }

    @Test
    void whatIsPrintedComesAboveTheLine() throws IOException {
        print("before\n");
        status.draw("[=   ] 25 %");
        print("skipped a.jpg\n");
        assertThat(screen()).containsExactly("before", "skipped a.jpg", "[=   ] 25 %");
        status.draw("[==] 50 %");
        print("part of a line");
        assertThat(screen()).containsExactly("before", "skipped a.jpg", "part of a line");
        print(", and its end\n");
        assertThat(screen()).containsExactly("before", "skipped a.jpg", "part of a line, and its end", "[==] 50 %");
        status.end();
        print("after\n");
        assertThat(screen())
                .containsExactly("before", "skipped a.jpg", "part of a line, and its end", "[==] 50 %", "after", "");
    }

    @Test
    void aShorterLineLeavesNothingOfALongerOne() {
        status.draw("a long line");
        status.draw("short");
        assertThat(screen()).containsExactly("short");
        assertThat(status.isThere()).isTrue();
        status.end();
        assertThat(status.isThere()).isFalse();
    }
}
