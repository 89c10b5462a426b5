package io.sightlog.capture;

import io.sightlog.event.Utf8;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of a list of sources, a file or a pipe, read only as far as a list may be long: what else has such a name, a device for
 * one, may have no end.
 */
final class ListFile {
    private static final int MAX_BYTES = 64 << 20;
    private static final int MAX_LINE_BYTES = 32 << 10;
    private static final String BYTE_ORDER_MARK = "\uFEFF"; // as Windows' editors begin UTF-8

    private final Path list;
    private final List<String> lines = new ArrayList<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private ListFile(Path list) {
        this.list = list;
    }

    /** @throws SourceException when it cannot be read, is too long, or no text in UTF-8 */
    static List<String> lines(Path list) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(list))) {
            return new ListFile(list).read(in);
        } catch (IOException e) {
            throw new SourceException("cannot read the list " + list + ": " + e, e);
        }
    }

    private List<String> read(InputStream in) throws IOException {
        int bytes = 0;
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (++bytes > MAX_BYTES) {
                throw new SourceException("the list " + list + " has more than " + MAX_BYTES + " bytes; split it");
            }
            if (b == '\n') {
                end();
            } else if (line.size() == MAX_LINE_BYTES) {
                throw new SourceException("the list " + list + ", line " + (lines.size() + 1) + ", has more than "
                        + MAX_LINE_BYTES + " bytes; one source a line is wanted");
            } else {
                line.write(b);
            }
        }
        if (line.size() > 0) {
            end();
        }
        return lines;
    }

    private void end() {
        byte[] utf8 = line.toByteArray();
        line.reset();
        int bad = Utf8.firstBad(utf8, 0, utf8.length);
        if (bad >= 0) {
            throw new SourceException("the list " + list + " is not UTF-8 text: line " + (lines.size() + 1) + ", byte "
                    + (bad + 1) + "; one source a line is wanted");
        }
        String text = new String(utf8, StandardCharsets.UTF_8);
        lines.add(lines.isEmpty() && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    }
}
