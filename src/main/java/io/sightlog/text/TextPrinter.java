package io.sightlog.text;

import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * One line an event, for people: {@code 2026-01-31T23:59:59.500+01:00  door  dog.jpg  #12  dog 0.70 [125,212 199×339]}.
 * Nothing found is {@code -}. What a terminal would act on is shown as an escape. Not meant to be parsed.
 */
final class TextPrinter implements EventPrinter {
    private static final int MILLIS = 3;

    private final OutputStream out;
    private final Rfc3339 local;
    private final MissingLabels missing = new MissingLabels();
    private final StringBuilder line = new StringBuilder();

    TextPrinter(OutputStream out, TimeZone zone) {
        this.out = out;
        this.local = new Rfc3339(zone, MILLIS);
    }

    @Override
    public MissingLabels missingLabels() {
        return missing;
    }

    @Override
    public void print(Event event) throws IOException {
        LabelSet labels = event.labels();
        RareFields rare = RareFields.of(event);
        line.setLength(0);
        line.append(local.format(event.capturedNanos()));
        text(event.stream());
        text(fileName(event.source()));
        if (event.kind() == EventKind.MESSAGE) {
            message(event);
        } else {
            line.append("  #").append(event.frame());
        }
        if (event.kind() == EventKind.SKIP) {
            line.append("  skipped: ");
            Visible.append(line, event.reason());
        } else if (event.kind() == EventKind.FRAME && event.detectionCount() == 0) {
            line.append("  -");
        }
        for (int i = 0; i < event.detectionCount(); i++) {
            detection(event, i, labels);
        }
        rare(rare);
        line.append('\n');
        out.write(line.toString().getBytes(StandardCharsets.UTF_8));
        missing.note(event, labels);
    }

    private void rare(RareFields rare) {
        if (rare.kept() != null) {
            line.append("  (picture kept)");
        }
        if (rare.live() != null && rare.live().dropped() > 0) {
            line.append("  (").append(rare.live().dropped()).append(" dropped before)");
        }
        if (rare.origin() != null) {
            line.append("  (from ")
                    .append(Codes.BROKERS.text(rare.origin().kind()))
                    .append(' ');
            Visible.append(line, rare.origin().topic());
            line.append(')');
        }
        if (rare.answers() != null) {
            line.append("  (answers ")
                    .append(HexFormat.of().toHexDigits(rare.answers().producer()))
                    .append(' ')
                    .append(rare.answers().sequence())
                    .append(')');
        }
    }

    private void message(Event event) {
        line.append("  ");
        Visible.append(line, event.topic());
        line.append(": ");
        if (event.isBinary()) {
            line.append(event.contentBytes()).append(event.contentBytes() == 1 ? " byte" : " bytes");
        } else {
            Visible.append(line, event.text());
        }
    }

    private void detection(Event event, int i, @Nullable LabelSet labels) {
        line.append("  ");
        Visible.append(line, Fields.label(labels, event.classId(i)));
        line.append(' ');
        hundredths(event.confidence(i));
        line.append(" [");
        whole(event.x(i)).append(',');
        whole(event.y(i)).append(' ');
        whole(event.w(i)).append('×');
        whole(event.h(i)).append(']');
        if (event.trackId(i) != 0) {
            line.append(" track ").append(event.trackId(i));
        }
    }

    private void text(String value) {
        if (!value.isEmpty()) {
            line.append("  ");
            Visible.append(line, value);
        }
    }

    private void hundredths(float value) {
        if (value >= 0 && value <= 1) {
            int hundredths = Math.round(value * 100);
            line.append(hundredths / 100)
                    .append('.')
                    .append(hundredths / 10 % 10)
                    .append(hundredths % 10);
        } else {
            line.append(ShortestFloat.toString(value));
        }
    }

    private StringBuilder whole(float pixels) {
        return Math.abs(pixels) < Integer.MAX_VALUE
                ? line.append(Math.round(pixels))
                : line.append(ShortestFloat.toString(pixels));
    }

    /** The last part of a path or URI; all of it when that has none. */
    static String fileName(String source) {
        int end = source.length();
        while (end > 0 && isSeparator(source.charAt(end - 1))) {
            end--;
        }
        int start = end;
        while (start > 0 && !isSeparator(source.charAt(start - 1))) {
            start--;
        }
        return start == end ? source : source.substring(start, end);
    }

    private static boolean isSeparator(char c) {
        return c == '/' || c == '\\';
    }
}
