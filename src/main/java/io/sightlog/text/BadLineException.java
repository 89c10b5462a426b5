package io.sightlog.text;

/**
 * A line that is no event. The message, one line of printable text, names the field and its value; the caller adds which
 * line it was.
 */
public final class BadLineException extends Exception {
    private static final long serialVersionUID = 1;

    private static final int SHOWN_CHARS = 80;

    public BadLineException(String message) {
        super(message);
    }

    /** A value as a message shows it: cut when long, and with what a terminal would act on replaced. */
    public static String shown(String value) {
        StringBuilder shown = new StringBuilder();
        int end = Math.min(value.length(), SHOWN_CHARS);
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            int type = Character.getType(c);
            boolean unseen = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            shown.append(unseen ? '?' : c);
        }
        return value.length() > end ? shown + "..." : shown.toString();
    }
}
