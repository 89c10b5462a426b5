package io.sightlog.text;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Completes lines that tests write in short. */
final class Whole {
    /** An object without objects in it. */
    private static final Pattern FLAT = Pattern.compile("\\{[^{}]*}");

    private Whole() {}

    /** The line with null for what a detection must have and has not. */
    static String line(String json) {
        int from = json.indexOf("\"detections\":[");
        if (from < 0) {
            return json;
        }
        Matcher detection = FLAT.matcher(json.substring(from));
        return json.substring(0, from)
                + detection.replaceAll(found -> Matcher.quoteReplacement(detection(found.group())));
    }

    private static String detection(String object) {
        StringBuilder whole = new StringBuilder(object.substring(0, object.length() - 1));
        for (String name : List.of("confidence", "x", "y", "w", "h")) {
            if (!object.contains("\"" + name + "\":")) {
                whole.append(whole.length() > 1 ? "," : "")
                        .append('"')
                        .append(name)
                        .append("\":null");
            }
        }
        return whole.append('}').toString();
    }
}
