package io.sightlog.serve.api;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked: the rest of the path, and parameters. Immutable.
 *
 * @param path what comes behind the name of the endpoint and a slash, decoded; empty when nothing does
 * @param parameters decoded, in the order in which they stand; names are known to be sound UTF-8
 * @param lastEventId the header {@code Last-Event-ID}, null without one
 */
public record Question(
        String path,
        Map<String, List<String>> parameters,
        @Nullable String lastEventId) {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** @throws Refusal when there is a parameter that is none of these */
    public void allowOnly(Set<String> names) throws Refusal {
        for (String name : parameters.keySet()) {
            if (!names.contains(name)) {
                throw new Refusal(
                        400,
                        "unknown parameter \"" + name.replaceAll("\\p{Cntrl}", "?") + "\": "
                                + (names.isEmpty()
                                        ? "none is needed"
                                        : "there are "
                                                + String.join(
                                                        ", ",
                                                        names.stream().sorted().toList())));
            }
        }
    }

    /** All values of a parameter that may be repeated. */
    public List<String> texts(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    /** Null when it is not given, or empty. */
    public @Nullable String text(String name) throws Refusal {
        List<String> values = texts(name);
        if (values.size() > 1) {
            throw new Refusal(400, name + " is given " + values.size() + " times; once is needed");
        }
        return values.isEmpty() || values.get(0).isEmpty() ? null : values.get(0);
    }

    /** A whole number in a range. */
    public long number(String name, long otherwise, long least, long most) throws Refusal {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw Refusal.bad(name, text, "a whole number from " + least + " to " + most + " is needed");
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String name, boolean otherwise) throws Refusal {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw Refusal.bad(name, text, "true or false is needed");
        };
    }

    /** Nanoseconds since the epoch, given so or as RFC 3339; null when it is not given. */
    public @Nullable Long nanos(String name) throws Refusal {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            if (text.matches("-?\\d{1,19}")) {
                return Long.parseLong(text);
            }
            Instant instant = Instant.parse(text);
            return Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), (long) instant.getNano());
        } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
            throw Refusal.bad(name, text, "nanoseconds since the epoch, or a time as 2026-11-30T12:00:00Z, are needed");
        }
    }
}
