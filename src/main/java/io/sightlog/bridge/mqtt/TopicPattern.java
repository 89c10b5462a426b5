package io.sightlog.bridge.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The topics under which events are published: {@code sightlog/{stream}/{kind}}. What is put in for a name in braces is one level,
 * whatever it holds: {@code /}, {@code +}, {@code #} and control characters in it become {@code _}, and an empty one becomes
 * {@code none}. Immutable.
 */
public final class TopicPattern {
    /** What there may be in braces. */
    public static final List<String> NAMES = List.of("stream", "kind", "label", "source");

    /** In place of what an event has not. */
    static final String NONE = "none";

    private static final int MAX_BYTES = 65_535;
    /** Of one level that comes from an event, so that no topic gets too long: in UTF-8. */
    private static final int MAX_LEVEL_BYTES = 8_000;

    private final String text;
    /** Texts and names in turns, the first one a text. */
    private final List<String> parts = new ArrayList<>();

    private TopicPattern(String text) {
        this.text = text;
        int from = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
            int close = text.indexOf('}', open);
            String name = close < 0 ? "" : text.substring(open + 1, close);
            if (!NAMES.contains(name)) {
                throw bad("{" + name + (close < 0 ? "" : "}") + " is none of {" + String.join("}, {", NAMES) + "}");
            }
            parts.add(text.substring(from, open));
            parts.add(name);
            from = close + 1;
        }
        parts.add(text.substring(from));
    }

    /** @throws IllegalArgumentException when no topic can be made of it; the message says why */
    public static TopicPattern of(String text) {
        TopicPattern pattern = new TopicPattern(text);
        pattern.check();
        return pattern;
    }

    private void check() {
        if (text.isEmpty()) {
            throw bad("a topic is not empty");
        }
        if (text.startsWith("$")) {
            throw bad("topics that begin with $ are the broker's own");
        }
        if (text.startsWith("/") || text.endsWith("/") || text.contains("//")) {
            throw bad("it has an empty level");
        }
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            if (c == '+' || c == '#' || (c <= 0xffff && isUnwanted((char) c))) {
                throw bad("messages are not published to + or #, or with control characters");
            }
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES - (parts.size() / 2) * MAX_LEVEL_BYTES) {
            throw bad("it is too long");
        }
    }

    private IllegalArgumentException bad(String why) {
        return new IllegalArgumentException("bad topic \"" + text + "\": " + why + "; e.g. sightlog/{stream}/{kind}");
    }

    /**
     * The topic of an event.
     *
     * @param kind as NDJSON has it
     * @param label of the detection of which the detector is surest; empty when there is none
     */
    public String topic(String stream, String kind, String label, String source) {
        StringBuilder topic = new StringBuilder(parts.get(0));
        for (int i = 1; i < parts.size(); i += 2) {
            topic.append(
                    switch (parts.get(i)) {
                        case "stream" -> level(stream);
                        case "kind" -> level(kind);
                        case "label" -> level(label);
                        default -> level(source);
                    });
            topic.append(parts.get(i + 1));
        }
        if (topic.charAt(0) == '$') {
            topic.setCharAt(0, '_');
        }
        return topic.toString();
    }

    /** Whether the label is in it, which takes time to find out. */
    public boolean hasLabel() {
        return has("label");
    }

    /** Whether it depends on the event. */
    boolean hasNames() {
        return parts.size() > 1;
    }

    private boolean has(String name) {
        for (int i = 1; i < parts.size(); i += 2) {
            if (parts.get(i).equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** The whole levels before the first name in braces, without a slash at the end; {@code sightlog} when there are none. */
    public String prefix() {
        String before = parts.size() == 1 ? text : parts.get(0);
        int slash = before.lastIndexOf('/');
        return slash <= 0 ? "sightlog" : before.substring(0, slash);
    }

    /** One level of a topic out of any text. */
    static String level(String value) {
        if (value.isEmpty()) {
            return NONE;
        }
        StringBuilder level = new StringBuilder(value.length());
        int bytes = 0;
        for (int i = 0; i < value.length(); i += Character.charCount(value.codePointAt(i))) {
            int c = value.codePointAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (bytes > MAX_LEVEL_BYTES) {
                break;
            }
            boolean forbidden = c == '/' || c == '+' || c == '#' || (c <= 0xffff && isUnwanted((char) c));
            level.appendCodePoint(forbidden ? '_' : c);
        }
        return level.toString();
    }

    /** What a topic must not have, or should not: controls, halves of pairs, and what stands for no character. */
    private static boolean isUnwanted(char c) {
        return Character.isISOControl(c) || Character.isSurrogate(c) || c >= 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
    }

    /** As it was typed. */
    @Override
    public String toString() {
        return text;
    }
}
