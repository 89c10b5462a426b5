package io.sightlog.detect.internal.recognise;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the labels that exporters write beside a model: a dictionary or a list as Python prints it. */
final class Names {
    /** As many as any detector has. */
    static final int MAX_LABELS = 100_000;

    private static final int MAX_CHARS = 1 << 22;
    private static final int MAX_LABEL_CHARS = 200;

    private final String text;
    private int at;

    private Names(String text) {
        this.text = text;
    }

    /**
     * The labels under {@code names}, from id 0, {@code class N} where an id has none; empty when there are none, or what stands
     * there is not of that form.
     */
    static List<String> of(Map<String, String> metadata) {
        return parse(metadata.getOrDefault("names", ""));
    }

    /** @param text {@code {0: 'person', 1: "bird's"}} or {@code ['person', 'bird']} */
    static List<String> parse(String text) {
        if (text.length() > MAX_CHARS) {
            return List.of();
        }
        TreeMap<Integer, String> labels = new TreeMap<>();
        if (!new Names(text).all(labels) || labels.isEmpty()) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        for (int id = 0; id <= labels.lastKey(); id++) {
            String label = labels.getOrDefault(id, "").strip();
            all.add(label.isEmpty() ? unnamed(id) : label);
        }
        return all;
    }

    /** What a class is called that has no label. */
    static String unnamed(int id) {
        return "class " + id;
    }

    private boolean all(Map<Integer, String> into) {
        boolean isDictionary = take('{');
        if (!isDictionary && !take('[')) {
            return false;
        }
        char end = isDictionary ? '}' : ']';
        while (!take(end)) {
            int id = isDictionary ? key() : into.size();
            StringBuilder label = new StringBuilder();
            if (id < 0
                    || id >= MAX_LABELS
                    || (isDictionary && !take(':'))
                    || !value(label)
                    || label.length() > MAX_LABEL_CHARS) {
                return false;
            }
            into.put(id, label.toString());
            if (!take(',')) {
                return take(end) && isAtEnd();
            }
        }
        return isAtEnd();
    }

    /** A number, or one in quotes, as JSON has it; -1 when it is neither. */
    private int key() {
        skipSpace();
        StringBuilder key = new StringBuilder();
        if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
            if (!value(key)) {
                return -1;
            }
        } else {
            digits(key);
        }
        return key.toString().matches("\\d{1,9}") ? Integer.parseInt(key.toString()) : -1;
    }

    /** A text in either kind of quotes, or a number or word without. */
    private boolean value(StringBuilder into) {
        skipSpace();
        if (at >= text.length()) {
            return false;
        }
        char quote = text.charAt(at);
        if (quote != '\'' && quote != '"') {
            while (at < text.length() && ",}]:".indexOf(text.charAt(at)) < 0) {
                append(into, text.charAt(at++));
            }
            return !into.toString().isBlank();
        }
        at++;
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
                if (!escape(into)) {
                    return false;
                }
            } else {
                append(into, text.charAt(at++));
            }
        }
        return take(quote);
    }

    private boolean escape(StringBuilder into) {
        char kind = text.charAt(at++);
        int digits = switch (kind) {
            case 'x' -> 2;
            case 'u' -> 4;
            case 'U' -> 8;
            default -> 0;
        };
        if (digits == 0) {
            append(into, kind == 'n' || kind == 't' || kind == 'r' ? ' ' : kind);
            return true;
        }
        String hex = text.substring(at, Math.min(text.length(), at + digits));
        if (!hex.matches("[0-9a-fA-F]{" + digits + "}")) {
            return false;
        }
        at += digits;
        long point = Long.parseLong(hex, 16);
        if (point > Character.MAX_CODE_POINT) {
            return false;
        }
        if (!Character.isISOControl((int) point) && Character.getType((int) point) != Character.SURROGATE) {
            into.appendCodePoint((int) point);
        }
        return true;
    }

    private static void append(StringBuilder into, char c) {
        into.append(Character.isISOControl(c) ? ' ' : c);
    }

    private void digits(StringBuilder into) {
        while (at < text.length() && Character.isDigit(text.charAt(at)) && into.length() < 10) {
            into.append(text.charAt(at++));
        }
    }

    private boolean take(char wanted) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private boolean isAtEnd() {
        skipSpace();
        return at == text.length();
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
