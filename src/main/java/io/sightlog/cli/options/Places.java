package io.sightlog.cli.options;

import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Supplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the places and times people type. */
public final class Places {
    private static final String NEEDED =
            "start, end, -N, 0x<index>[:<place>] or a time is needed (" + Times.FORMS + ")";

    private Places() {}

    /** {@code start}, {@code end}, {@code -N}, a position or a time. */
    public static final class StartConverter implements ITypeConverter<Start> {
        @Override
        public Start convert(String text) {
            return start(text, ZoneId::systemDefault, Instant.now());
        }
    }

    /** {@code end}, a position or a time: what a range can end at. */
    public static final class EndConverter implements ITypeConverter<Start> {
        @Override
        public Start convert(String text) {
            Start end = start(text, ZoneId::systemDefault, Instant.now());
            if (end instanceof Start.Oldest || end instanceof Start.Last) {
                throw new TypeConversionException(
                        "bad end \"" + text + "\": end, 0x<index>[:<place>] or a time is needed");
            }
            return end;
        }
    }

    /** A time. */
    public static final class TimeConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return Times.parse(text, ZoneId::systemDefault, Instant.now())
                    .orElseThrow(() -> new TypeConversionException("bad time \"" + text + "\""
                            + (Times.hint(text).isEmpty() ? ": needed is " + Times.FORMS : Times.hint(text))));
        }
    }

    static Start start(String text, Supplier<ZoneId> zone, Instant now) {
        if (text.equals("start")) {
            return Start.OLDEST;
        }
        if (text.equals("end")) {
            return Start.END;
        }
        try {
            if (text.matches("-\\d+")) {
                return new Start.Last(Long.parseLong(text.substring(1)));
            }
            if (text.startsWith("0x")) {
                return new Start.At(Position.parse(text));
            }
        } catch (NumberFormatException e) {
            throw new TypeConversionException("bad place \"" + text + "\": " + NEEDED);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
        return new Start.Time(Times.parse(text, zone, now)
                .orElseThrow(() -> new TypeConversionException("bad place \"" + text + "\""
                        + (Times.hint(text).isEmpty() ? ": " + NEEDED : Times.hint(text)))));
    }
}
