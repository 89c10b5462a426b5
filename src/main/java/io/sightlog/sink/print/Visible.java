package io.sightlog.sink.print;

/** Texts as a terminal may have them: nothing in them moves the cursor, changes colours or the order of letters. */
final class Visible {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Visible() {}

    /** Appends a text with control and format characters, line separators and half surrogate pairs as {@code \}u escapes. */
    static void append(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (harmless(c)) {
                line.appendCodePoint(c);
            } else {
                line.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
            }
            i += Character.charCount(c);
        }
    }

    private static boolean harmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                false;
            // the joiners are part of words in several scripts, and of emoji
            case Character.FORMAT -> c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER;
            default -> true;
        };
    }
}
