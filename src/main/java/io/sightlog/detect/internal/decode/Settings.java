package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.ModelException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The {@code settings} of a card, for the decoder that wants them. Every error names the card and the key. */
final class Settings {
    private final ModelCard card;

    /**
     * @param known the keys that the decoder has
     * @throws ModelException when the card has another
     */
    Settings(ModelCard card, String... known) {
        this.card = card;
        Set<String> keys = new TreeSet<>(List.of(known));
        for (String key : new TreeSet<>(card.settings().keySet())) {
            if (!keys.contains(key)) {
                throw new ModelException("the card of the model " + card.name() + ": unknown key settings." + key
                        + (keys.isEmpty()
                                ? "; the decoder " + card.decoder() + " has no settings"
                                : "; those of the decoder " + card.decoder() + " are " + keys));
            }
        }
    }

    /**
     * A whole number.
     *
     * @param otherwise when the card does not say; null when it must
     */
    int whole(String key, @Nullable Integer otherwise, int least, int most) {
        Object value = value(key, otherwise);
        if (value instanceof Integer whole && whole >= least && whole <= most) {
            return whole;
        }
        throw wrong(key, value, "a whole number from " + least + " to " + most);
    }

    /**
     * A number.
     *
     * @param otherwise when the card does not say; null when it must
     */
    float number(String key, @Nullable Float otherwise, float least, float most) {
        Object value = value(key, otherwise);
        if (value instanceof Number number && number.floatValue() >= least && number.floatValue() <= most) {
            return number.floatValue();
        }
        throw wrong(key, value, "a number from " + least + " to " + most);
    }

    /**
     * A list of numbers; the decoder judges how many.
     *
     * @param otherwise when the card does not say; null when it must
     */
    float[] numbers(String key, @Nullable List<Float> otherwise) {
        Object value = value(key, otherwise);
        if (!(value instanceof List<?> list) || !list.stream().allMatch(Number.class::isInstance)) {
            throw wrong(key, value, "a list of numbers");
        }
        float[] numbers = new float[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = ((Number) list.get(i)).floatValue();
        }
        return numbers;
    }

    /**
     * One of an enum's names; the card has them in lower case and with hyphens.
     *
     * @param otherwise when the card does not say; null when it must
     */
    <E extends Enum<E>> E choice(String key, Class<E> type, @Nullable E otherwise) {
        Object value = value(key, otherwise);
        for (E one : type.getEnumConstants()) {
            if (one == value || cardName(one).equals(value)) {
                return one;
            }
        }
        throw wrong(
                key,
                value,
                "one of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(Settings::cardName)
                                .toList());
    }

    /** As a card has it. */
    static String cardName(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Object value(String key, @Nullable Object otherwise) {
        Object value = card.settings().getOrDefault(key, otherwise);
        if (value == null) {
            throw new ModelException("the card of the model " + card.name() + ": the key settings." + key
                    + " is missing; the decoder " + card.decoder() + " needs it");
        }
        return value;
    }

    /** What a decoder says of a value that its own checks do not like. */
    ModelException wrong(String key, Object value, String wanted) {
        String text = String.valueOf(value).replaceAll("\\s+", " ");
        return new ModelException("the card of the model " + card.name() + ": settings." + key + " is "
                + (text.length() <= 100 ? text : text.substring(0, 100) + "...") + "; wanted: " + wanted);
    }
}
