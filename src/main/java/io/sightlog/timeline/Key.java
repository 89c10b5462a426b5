package io.sightlog.timeline;

import org.jspecify.annotations.Nullable;

/** What a series is of. Two labels that differ in case are the same; the first spelling is kept. Immutable. */
final class Key {
    final Kind kind;
    final String source;
    final String stream;
    /** The label or topic, else empty. */
    final String name;
    /** Whether it stands for all of its kind for which there was no room. */
    final boolean isOthers;

    private final String folded;

    private Key(Kind kind, String source, String stream, String name, boolean isOthers) {
        this.kind = kind;
        this.source = source;
        this.stream = stream;
        this.name = name;
        this.isOthers = isOthers;
        this.folded = kind == Kind.DETECTIONS ? fold(name) : name;
    }

    static Key of(Kind kind, String source, String stream, String name) {
        return new Key(kind, source, stream, name, false);
    }

    static Key others(Kind kind) {
        return new Key(kind, "", "", "", true);
    }

    /** The name by which it is compared. */
    String folded() {
        return folded;
    }

    /** So that two texts are equal when {@link String#equalsIgnoreCase} says so. */
    static String fold(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || (c >= 'A' && c <= 'Z')) {
                return folded(text);
            }
        }
        return text;
    }

    private static String folded(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> Character.toLowerCase(Character.toUpperCase(point)))
                .forEach(folded::appendCodePoint);
        return folded.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key key
                && kind == key.kind
                && isOthers == key.isOthers
                && folded.equals(key.folded)
                && source.equals(key.source)
                && stream.equals(key.stream);
    }

    @Override
    public int hashCode() {
        return ((kind.code * 31 + folded.hashCode()) * 31 + source.hashCode()) * 31 + stream.hashCode();
    }

    @Override
    public String toString() {
        return kind + " " + (isOthers ? "(others)" : source + " " + stream + " " + name);
    }
}
