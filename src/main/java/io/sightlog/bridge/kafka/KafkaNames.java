package io.sightlog.bridge.kafka;

import java.util.regex.Pattern;

/** Names of Kafka's, as people give them: looked at before a broker is asked, which says little of what is wrong with one. */
public final class KafkaNames {
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    private KafkaNames() {}

    /** @throws IllegalArgumentException when no topic can have that name */
    public static void checkTopic(String name) {
        if (!TOPIC.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException(
                    "bad topic \"" + name + "\": 1 to 249 letters of ASCII, digits, '.', '_' or '-' are needed");
        }
    }

    /** @throws IllegalArgumentException when no group can have that name */
    public static void checkGroup(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("bad --group \"" + name
                    + "\": a name is needed; without the option it is made of the journal's id");
        }
    }
}
