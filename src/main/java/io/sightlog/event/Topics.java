package io.sightlog.event;

/** What a message may be about. */
final class Topics {
    private static final int SHOWN_CHARS = 80;

    private Topics() {}

    /** @throws IllegalArgumentException when no message may have this topic */
    static void check(String topic) {
        int bytes = Utf8.bytes(topic);
        if (bytes == 0 || bytes > EventLayout.MAX_TOPIC_BYTES) {
            throw new IllegalArgumentException("topic has " + bytes + " bytes, 1 to " + EventLayout.MAX_TOPIC_BYTES
                    + " are needed: \"" + shown(topic) + "\"");
        }
        for (int i = 0; i < topic.length(); i++) {
            if (Character.isISOControl(topic.charAt(i))) {
                throw new IllegalArgumentException(
                        "topic has a control character at character " + i + ": \"" + shown(topic) + "\"");
            }
        }
    }

    private static String shown(String topic) {
        String plain = topic.replaceAll("[\\p{Cntrl}\\x80-\\x9f]", "?");
        return plain.length() > SHOWN_CHARS ? plain.substring(0, SHOWN_CHARS) + "..." : plain;
    }
}
