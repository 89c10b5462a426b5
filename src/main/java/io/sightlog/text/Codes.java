package io.sightlog.text;

import static io.sightlog.text.BadLineException.shown;

import io.sightlog.event.KeptFrame;
import io.sightlog.event.Origin;
import java.util.Map;

/** Codes of 16 bits as words; one that has no word yet is its number. */
enum Codes {
    FORMATS(Map.of("jpeg", KeptFrame.JPEG)),
    BROKERS(Map.of("kafka", Origin.KAFKA, "mqtt", Origin.MQTT));

    private static final int MOST = 0xffff;

    private final Map<String, Integer> words;

    Codes(Map<String, Integer> words) {
        this.words = words;
    }

    String text(int code) {
        for (Map.Entry<String, Integer> word : words.entrySet()) {
            if (word.getValue() == code) {
                return word.getKey();
            }
        }
        return Integer.toString(code);
    }

    int code(String field, String text) throws BadLineException {
        Integer known = words.get(text);
        if (known != null) {
            return known;
        }
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int code = digits ? Integer.parseInt(text) : 0;
        if (code < 1 || code > MOST) {
            throw new BadLineException(field + "=\"" + shown(text) + "\" is none of "
                    + String.join(", ", words.keySet().stream().sorted().toList()) + " and no number of 1 to " + MOST);
        }
        return code;
    }
}
