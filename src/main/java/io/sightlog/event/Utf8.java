package io.sightlog.event;

/** UTF-8 into an array that is there already, which {@link String#getBytes} cannot. */
final class Utf8 {
    private Utf8() {}

    /**
     * Encodes a text; half a pair of surrogates becomes a question mark, as everywhere in the JDK.
     *
     * @param into at least three bytes for each char, or what is known to be enough
     * @return how many bytes were written
     */
    static int encode(String text, byte[] into) {
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                into[at++] = (byte) c;
            } else if (c < 0x800) {
                into[at++] = (byte) (0xc0 | c >> 6);
                into[at++] = (byte) (0x80 | (c & 0x3f));
            } else if (!Character.isSurrogate(c)) {
                into[at++] = (byte) (0xe0 | c >> 12);
                into[at++] = (byte) (0x80 | (c >> 6 & 0x3f));
                into[at++] = (byte) (0x80 | (c & 0x3f));
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                into[at++] = (byte) (0xf0 | point >> 18);
                into[at++] = (byte) (0x80 | (point >> 12 & 0x3f));
                into[at++] = (byte) (0x80 | (point >> 6 & 0x3f));
                into[at++] = (byte) (0x80 | (point & 0x3f));
            } else {
                into[at++] = '?';
            }
        }
        return at;
    }
}
