package io.sightlog.cli;

import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.OptionalLong;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the places and times people type. */
final class Places {
    private static final String NEEDED = "start, end, -N, 0x<index>[:<place>] or a time is needed"
            + " (RFC 3339, HH:MM[:SS] of today, or nanoseconds since the epoch)";

    private Places() {}

    /** {@code start}, {@code end}, {@code -N}, a position or a time. */
    static final class StartConverter implements ITypeConverter<Start> {
        @Override
        public Start convert(String text) {
            return start(text, ZoneId.systemDefault());
        }
    }

    /** {@code end}, a position or a time: what a range can end at. */
    static final class EndConverter implements ITypeConverter<Start> {
        @Override
        public Start convert(String text) {
            Start end = start(text, ZoneId.systemDefault());
            if (end instanceof Start.Oldest || end instanceof Start.Last) {
                throw new TypeConversionException(
                        "bad end \"" + text + "\": end, 0x<index>[:<place>] or a time is needed");
            }
            return end;
        }
    }

    /** A time. */
    static final class TimeConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return time(text, ZoneId.systemDefault())
                    .orElseThrow(() -> new TypeConversionException("bad time \"" + text
                            + "\": RFC 3339, HH:MM[:SS] of today, or nanoseconds since the epoch is needed"));
        }
    }

    static Start start(String text, ZoneId zone) {
        if (text.equals("start")) {
            return Start.OLDEST;
        }
        if (text.equals("end")) {
            return Start.END;
        }
        try {
            if (text.startsWith("-")) {
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
        return new Start.Time(time(text, zone)
                .orElseThrow(() -> new TypeConversionException("bad place \"" + text + "\": " + NEEDED)));
    }

    /** Nanoseconds since the epoch; empty when it is no time. */
    static OptionalLong time(String text, ZoneId zone) {
        try {
            if (text.matches("\\d{1,19}")) {
                return OptionalLong.of(new BigInteger(text).longValueExact());
            }
            if (text.matches("\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?")) {
                return OptionalLong.of(nanos(LocalDate.now(zone)
                        .atTime(LocalTime.parse(text))
                        .atZone(zone)
                        .toInstant()));
            }
            return OptionalLong.of(nanos(OffsetDateTime.parse(text.replaceFirst("^(\\d{4}-\\d{2}-\\d{2})[ t]", "$1T"))
                    .toInstant()));
        } catch (DateTimeException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
