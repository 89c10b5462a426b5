package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.recognise.Subject.Neighbours;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values that an exporter has written beside a model. Every error names the file and the key.
 *
 * @param name of the file
 * @param parent what the keys stand under, with a point at the end; empty for the file's own
 * @param keys what stands in it
 */
record ConfigFile(String name, String parent, Map<?, ?> keys) {
    /** Null when there is none. */
    static @Nullable ConfigFile json(Neighbours files, String name) {
        String text = files.text(name);
        return text == null ? null : of(name, () -> TextTree.json(text));
    }

    /** Null when there is none. */
    static @Nullable ConfigFile yaml(Neighbours files, String name) {
        String text = files.text(name);
        return text == null ? null : of(name, () -> TextTree.yaml(text, name));
    }

    private interface Reader {
        @Nullable
        Object read();
    }

    private static ConfigFile of(String name, Reader reader) {
        try {
            if (reader.read() instanceof Map<?, ?> keys) {
                return new ConfigFile(name, "", keys);
            }
        } catch (IllegalArgumentException e) {
            throw new ModelException("reading " + name + " beside the model: " + e.getMessage(), e);
        }
        throw new ModelException("reading " + name + " beside the model: it has no keys");
    }

    /** What stands under a key. */
    ConfigFile under(String key, Map<?, ?> value) {
        return new ConfigFile(name, parent + key + ".", value);
    }

    String text(String key, String otherwise) {
        Object value = keys.get(key);
        return value == null ? otherwise : value.toString();
    }

    /** Null when the key is not there. */
    @Nullable
    Boolean truth(String key) {
        Object value = keys.get(key);
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        throw wrong(key, value, "true or false");
    }

    /** Null when the key is not there. */
    @Nullable
    Number number(String key) {
        Object value = keys.get(key);
        if (value == null || value instanceof Number) {
            return (Number) value;
        }
        throw wrong(key, value, "a number");
    }

    /** Null when the key is not there. */
    @Nullable
    List<Double> numbers(String key, int count) {
        Object value = keys.get(key);
        if (value == null) {
            return null;
        }
        List<Double> numbers = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(one -> numbers.add(one instanceof Number number ? number.doubleValue() : Double.NaN));
        }
        if (numbers.size() != count || !numbers.stream().allMatch(Double::isFinite)) {
            throw wrong(key, value, count + " numbers");
        }
        return numbers;
    }

    ModelException wrong(String key, @Nullable Object value, String wanted) {
        return new ModelException("reading " + name + " beside the model: " + parent + key + " is "
                + TextTree.oneLine(String.valueOf(value)) + "; wanted: " + wanted
                + "; a card beside the model makes the file needless");
    }
}
