package io.sightlog.text;

/** Texts as a terminal may have them: nothing in them moves the cursor, changes colours or the order of letters, or hides. */
public final class Visible {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Visible() {}

    /**
     * A text with control and format characters, line separators, half surrogate pairs and what has no shape as {@code \}u escapes.
     * Not to be read back: a backslash stays what it is.
     */
    public static String of(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        append(shown, text);
        return shown.toString();
    }

    /** Likewise, behind what is there. */
    static void append(StringBuilder line, String text) {
        int before = ' ';
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (harmless(c, before)) {
                line.appendCodePoint(c);
            } else {
                line.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
            }
            before = c;
            i += Character.charCount(c);
        }
    }

    private static boolean harmless(int c, int before) {
        if (c < 0x7F) {
            return c >= ' ';
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                false;
            case Character.FORMAT -> joins(c, before);
            default -> !hasNoShape(c);
        };
    }

    /** The joiners are part of words in several scripts, and of emoji; elsewhere they only hide. */
    private static boolean joins(int c, int before) {
        return (c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER)
                && before > 0x7F
                && Character.getType(before) != Character.FORMAT;
    }

    /** What is no format character by its kind and is seen as little: joiners of graphemes, fillers, tags to be. */
    private static boolean hasNoShape(int c) {
        return c == 0x034F
                || c == 0x115F
                || c == 0x1160
                || c == 0x17B4
                || c == 0x17B5
                || c == 0x3164
                || c == 0xFFA0
                || (c >= 0xFFF0 && c <= 0xFFF8)
                || (c >= 0xE0000 && c <= 0xE0FFF);
    }
}
