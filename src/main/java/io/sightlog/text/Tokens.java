package io.sightlog.text;

import static io.sightlog.text.BadLineException.shown;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;

/** The value a JSON parser stands on, as the type a field has. */
final class Tokens {
    private Tokens() {}

    static String text(JsonParser json, String field) throws IOException, BadLineException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new BadLineException(field + "=" + value(json) + " is not a text");
        }
        String text = json.getText();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new BadLineException(field + " has half a surrogate pair at character " + i);
                }
                i++;
            }
        }
        return text;
    }

    /** A text that is kept line by line. */
    static String oneLine(JsonParser json, String field) throws IOException, BadLineException {
        String text = text(json, field);
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw new BadLineException(
                        field + "=\"" + shown(text) + "\" has a control character at character " + i);
            }
        }
        return text;
    }

    /** Bytes in base 64, complete with {@code =}. */
    static byte[] base64(JsonParser json, String field, int maxBytes) throws IOException, BadLineException {
        String text = text(json, field);
        if (text.length() / 4 > (maxBytes + 2) / 3) {
            throw new BadLineException(
                    field + " has " + text.length() + " characters, at most " + (maxBytes + 2) / 3 * 4 + " fit");
        }
        try {
            if (text.length() % 4 == 0) {
                return Base64.getDecoder().decode(text);
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new BadLineException(field + "=\"" + shown(text) + "\" is not base 64");
    }

    static long number(JsonParser json, String field, long min, long max) throws IOException, BadLineException {
        long number = number(json, field);
        if (number < min || number > max) {
            throw new BadLineException(field + "=" + number + " is not in " + min + ".." + max);
        }
        return number;
    }

    private static long number(JsonParser json, String field) throws IOException, BadLineException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return json.getLongValue();
        }
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_STRING) {
            throw new BadLineException(field + "=" + value(json) + " is not a whole number");
        }
        String text = json.getText();
        int from = text.startsWith("-") ? 1 : 0;
        boolean whole = text.length() > from;
        for (int i = from; i < text.length(); i++) {
            whole &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        if (!whole) {
            throw new BadLineException(field + "=\"" + shown(text) + "\" is not a whole number");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new BadLineException(field + "=" + shown(text) + " does not fit into 64 bits");
        }
    }

    /** The float nearest to the decimal, without a double between. */
    static float decimal(JsonParser json, String field) throws IOException, BadLineException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            String text = json.getText();
            char last = text.charAt(text.length() - 1);
            float number = last >= '0' && last <= '9' ? Float.parseFloat(text) : Float.NaN;
            if (Float.isFinite(number)) {
                return number;
            }
            throw new BadLineException(field + "=" + shown(text) + " is not a finite 32-bit number");
        }
        throw new BadLineException(field + "=" + value(json) + " is not a number");
    }

    /** Exactly so many hex digits, at most 16. */
    static long hex(JsonParser json, String field, int digits) throws IOException, BadLineException {
        String text = text(json, field);
        if (text.length() != digits || !areHex(text, 0)) {
            throw new BadLineException(field + "=\"" + shown(text) + "\" is not " + digits + " hex digits");
        }
        return Long.parseUnsignedLong(text, 16);
    }

    private static boolean areHex(String text, int from) {
        boolean good = true;
        for (int i = from; good && i < text.length(); i++) {
            good = text.charAt(i) < 128 && Character.digit(text.charAt(i), 16) >= 0;
        }
        return good;
    }

    /** 1 to 16 hex digits after a prefix, or exactly 16 when there is none. */
    static long hex(JsonParser json, String field, String prefix) throws IOException, BadLineException {
        String text = text(json, field);
        int from = prefix.length();
        int digits = text.length() - from;
        boolean fits = text.startsWith(prefix) && digits <= 16 && digits >= (prefix.isEmpty() ? 16 : 1);
        if (!fits || !areHex(text, from)) {
            throw new BadLineException(field + "=\"" + shown(text) + "\" is not "
                    + (prefix.isEmpty() ? "16 hex digits" : prefix + " and up to 16 hex digits"));
        }
        return Long.parseUnsignedLong(text, from, text.length(), 16);
    }

    /** The digest written as 16 hex digits, 0 when it is empty. */
    static long digest(JsonParser json, String field) throws IOException, BadLineException {
        boolean empty = json.currentToken() == JsonToken.VALUE_STRING && json.getTextLength() == 0;
        return empty ? 0 : Long.reverseBytes(hex(json, field, ""));
    }

    /** Nanoseconds since the epoch of an RFC 3339 time. */
    static long time(JsonParser json, String field) throws IOException, BadLineException {
        String text = text(json, field);
        try {
            return Duration.between(Instant.EPOCH, OffsetDateTime.parse(text)).toNanos();
        } catch (DateTimeException e) {
            throw new BadLineException(field + "=\"" + shown(text) + "\" is not a time like 2026-01-31T23:59:59.5Z");
        } catch (ArithmeticException e) {
            throw new BadLineException(field + "=\"" + shown(text) + "\" does not fit into 64 bits of nanoseconds");
        }
    }

    /** What stands there, for a message. */
    static String value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> "{...}";
            case START_ARRAY -> "[...]";
            case VALUE_STRING -> "\"" + shown(json.getText()) + "\"";
            default -> shown(json.getText());
        };
    }
}
