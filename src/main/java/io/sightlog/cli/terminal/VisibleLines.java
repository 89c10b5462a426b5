package io.sightlog.cli.terminal;

import io.sightlog.text.Visible;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Lines that somebody else prints, as a terminal may have them. A line without an end is shown when it has grown long. */
final class VisibleLines extends OutputStream {
    private static final int LONG_BYTES = 1 << 13;

    private final OutputStream to;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    VisibleLines(OutputStream to) {
        this.to = to;
    }

    @Override
    public synchronized void write(int b) throws IOException {
        if (b != '\n') {
            line.write(b);
        }
        if (b == '\n' || line.size() >= LONG_BYTES) {
            String text = line.toString(StandardCharsets.UTF_8).stripTrailing().replace("\t", "    ");
            line.reset();
            to.write((Visible.of(text) + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
            to.flush();
        }
    }
}
