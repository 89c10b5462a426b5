package io.sightlog.detect.internal.darknet;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.Near;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A section of a cfg. Numbers are read as C's {@code atoi} and {@code atof} do, as far as they go, so that a comment may follow; a
 * value that does not begin with a number is an error, where Darknet takes it for 0.
 */
final class Section {
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,20}+");
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(?:[0-9]{1,40}+(?:\\.[0-9]{0,40}+)?|\\.[0-9]{1,40}+)(?:[eE][+-]?[0-9]{1,4}+)?");

    private static final int SHOWN_CHARS = 60;

    private final String where;
    private final int line;
    private final String name;
    private final Map<String, Value> values = new LinkedHashMap<>();

    private record Value(String text, int line) {}

    /** @param name without brackets */
    Section(String where, int line, String name) {
        this.where = where;
        this.line = line;
        this.name = name;
    }

    void add(String key, String text, int at) {
        values.putIfAbsent(key, new Value(text, at));
    }

    String name() {
        return name;
    }

    int line() {
        return line;
    }

    /** As in {@code [yolo] of line 150}. */
    @Override
    public String toString() {
        return "[" + name + "] of line " + line;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** The line of a key, or of the section where it lacks the key. */
    int lineOf(String key) {
        Value value = values.get(key);
        return value == null ? line : value.line();
    }

    /** What stands there, without a comment. */
    @Nullable
    String text(String key) {
        Value value = values.get(key);
        if (value == null) {
            return null;
        }
        int comment = value.text().indexOf('#');
        return comment < 0 ? value.text() : value.text().substring(0, comment);
    }

    String text(String key, String byDefault) {
        String text = text(key);
        return text == null ? byDefault : text;
    }

    boolean flag(String key) {
        return integer(key, 0) != 0;
    }

    int integer(String key, int byDefault) {
        String text = text(key);
        return text == null ? byDefault : integerIn(key, text);
    }

    /** @throws ModelException when it is out of its range, by line */
    int integer(String key, int byDefault, int least, int most) {
        int number = integer(key, byDefault);
        if (number < least || number > most) {
            throw error(
                    key,
                    key + (has(key) ? "=" + number : " is missing") + "; wanted: " + least + " to " + most + " in ["
                            + name + "]");
        }
        return number;
    }

    float decimal(String key, float byDefault) {
        String text = text(key);
        return text == null ? byDefault : decimalIn(key, text);
    }

    /** Numbers with commas between them; none when the key is missing. */
    List<Integer> integers(String key) {
        List<Integer> numbers = new ArrayList<>();
        String text = text(key);
        if (text != null) {
            for (String part : text.split(",", -1)) {
                numbers.add(integerIn(key, part));
            }
        }
        return numbers;
    }

    /** Likewise; nothing has to follow the last comma. */
    List<Float> decimals(String key) {
        List<Float> numbers = new ArrayList<>();
        String text = text(key);
        if (text != null) {
            for (String part : text.replaceFirst(",+$", "").split(",", -1)) {
                numbers.add(decimalIn(key, part));
            }
        }
        return numbers;
    }

    private int integerIn(String key, String text) {
        Matcher matcher = INTEGER.matcher(text);
        if (!matcher.lookingAt()) {
            throw error(key, key + "=" + shown(text) + "; wanted: a whole number");
        }
        try {
            return Integer.parseInt(matcher.group());
        } catch (NumberFormatException e) {
            throw error(key, key + "=" + shown(text) + "; wanted: a smaller number");
        }
    }

    private float decimalIn(String key, String text) {
        Matcher matcher = DECIMAL.matcher(text);
        float number = matcher.lookingAt() ? Float.parseFloat(matcher.group()) : Float.NaN;
        if (!Float.isFinite(number)) {
            throw error(key, key + "=" + shown(text) + "; wanted: a number");
        }
        return number;
    }

    /** Refuses keys that are not among these, and those that change what comes out. */
    void require(LayerKind kind) {
        values.forEach((key, value) -> {
            if (kind.refuses(key)) {
                if (!kind.isHarmless(key, text(key, ""))) {
                    throw error(
                            key,
                            "[" + name + "] with " + key + "=" + shown(value.text())
                                    + " is not supported: it changes what comes out, and runs in Darknet only");
                }
            } else if (!kind.knows(key)) {
                throw error(key, "[" + name + "] has no key " + shown(key) + "; " + Near.hint(shown(key), kind.keys()));
            }
        });
    }

    /** An error at the line of a key. */
    ModelException error(String key, String what) {
        return Cfg.error(where, lineOf(key), what);
    }

    /** An error at the line of the section. */
    ModelException error(String what) {
        return Cfg.error(where, line, what);
    }

    /** A text of a file, as far as it fits into a message. */
    static String shown(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() <= SHOWN_CHARS ? plain : plain.substring(0, SHOWN_CHARS) + "...";
    }
}
