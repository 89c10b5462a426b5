package io.sightlog.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Values as YAML has them within one line, so that they are read as they were. */
final class YamlText {
    /** What needs no quotes, wherever it stands. */
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}_](?:[\\p{L}\\p{N}_./ -]*[\\p{L}\\p{N}_./-])?");

    /** What some readers take for something else than a text. */
    private static final Set<String> WORDS = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private YamlText() {}

    /** A number, a text, true or false, or a list or keys and values of them. */
    static String of(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(YamlText::of).toList().toString();
        }
        if (value instanceof Map<?, ?> map) {
            List<String> entries = new ArrayList<>();
            new TreeMap<>(map).forEach((key, one) -> entries.add(of(String.valueOf(key)) + ": " + of(one)));
            return "{" + String.join(", ", entries) + "}";
        }
        if (value instanceof Float number) {
            return isSmallWhole(number) ? Integer.toString(number.intValue()) : number(number, number.toString());
        }
        if (value instanceof Double number) {
            return number(number, number.toString());
        }
        return value instanceof Number || value instanceof Boolean ? value.toString() : text(value.toString());
    }

    private static boolean isSmallWhole(float number) {
        return Math.abs(number) < 1e6f && Float.compare(number, (int) number) == 0; // which -0 is not
    }

    /** @param shortest as Java has it: exact, also for a float in which its double has more digits */
    private static String number(double value, String shortest) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
        }
        return shortest;
    }

    private static String text(String text) {
        if (PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (isPrintable(c)) {
                quoted.append((char) c);
            } else {
                quoted.append("\\u%04X".formatted(c));
            }
        });
        return quoted.append('"').toString();
    }

    /** Half of a pair is let through: the other half follows. */
    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
