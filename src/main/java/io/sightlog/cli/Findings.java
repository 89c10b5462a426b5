package io.sightlog.cli;

import io.sightlog.cli.terminal.Output;
import io.sightlog.journal.audit.Finding;
import io.sightlog.text.Visible;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/** Prints findings as they come, and what they come to. */
final class Findings implements AutoCloseable {
    private final boolean json;
    private final OutputStream out = Output.stdout();

    /** @param json whether for programs */
    Findings(boolean json) {
        this.json = json;
    }

    void print(Finding finding) {
        try {
            if (json) {
                json(line -> {
                    line.writeStringField("finding", finding.kind().text());
                    line.writeStringField("weight", weight(finding));
                    line.writeStringField("file", finding.file());
                    if (finding.first() != null) {
                        line.writeStringField("first", finding.first().toString());
                    }
                    if (finding.last() != null) {
                        line.writeStringField("last", finding.last().toString());
                    }
                    line.writeStringField("text", finding.text());
                });
            } else {
                line(String.format(
                        Locale.ROOT,
                        "%-7s %-19s %s",
                        weight(finding),
                        finding.kind().text(),
                        describe(finding)));
            }
            out.flush(); // nobody should wait for the end of a large journal
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String weight(Finding finding) {
        return finding.kind().weight().name().toLowerCase(Locale.ROOT);
    }

    private static String describe(Finding finding) {
        StringBuilder text = new StringBuilder();
        if (finding.first() != null) {
            text.append(finding.first());
            if (finding.last() != null && !finding.last().equals(finding.first())) {
                text.append(" to ").append(finding.last());
            }
            text.append("  ");
        }
        if (!finding.file().isEmpty()) {
            text.append(finding.file()).append(": ");
        }
        return text.append(finding.text()).toString();
    }

    void line(String text) throws IOException {
        out.write((Visible.of(text) + System.lineSeparator()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    void json(Json.Fields fields) throws IOException {
        Json.write(out, fields);
    }

    boolean isJson() {
        return json;
    }

    @Override
    public void close() throws IOException {
        out.flush();
    }
}
