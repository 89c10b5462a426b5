package io.sightlog.journal.internal.format;

/**
 * The four bytes in front of each document of a file: its length, and two flags. Documents begin at multiples of 4.
 *
 * <pre>
 *   0                      nothing is written here yet
 *   length                 an excerpt, which has a number
 *   METADATA | length      the library's own: a file's header, a page of its index; it has no number
 *   IN_PROGRESS | any      a writer is writing it, or died in it
 *   END_OF_CYCLE           no document follows in this file
 * </pre>
 */
public final class DocumentHeader {
    public static final int BYTES = 4;

    public static final int METADATA = 0x4000_0000;
    public static final int IN_PROGRESS = 0x8000_0000;
    public static final int END_OF_CYCLE = IN_PROGRESS | METADATA;
    /** The longest length there can be, and the bits it is in. */
    public static final int LENGTH = 0x3fff_ffff;

    private DocumentHeader() {}

    /** Whether a writer has finished what is here: an excerpt or metadata. */
    public static boolean isComplete(int header) {
        return header != 0 && !isInProgress(header);
    }

    /** Also true of {@link #END_OF_CYCLE}. */
    public static boolean isInProgress(int header) {
        return (header & IN_PROGRESS) != 0;
    }

    /** Also true of {@link #END_OF_CYCLE}. */
    public static boolean isMetadata(int header) {
        return (header & METADATA) != 0;
    }

    /** Whether it is that of a complete excerpt. */
    public static boolean isExcerpt(int header) {
        return header > 0 && !isMetadata(header);
    }

    /** Of the document, without its header. */
    public static int length(int header) {
        return header & LENGTH;
    }

    /** From one header to the next. */
    public static long step(int length) {
        return align4(BYTES + (long) length);
    }

    /** Byte at which the next header is. */
    public static long next(long position, int length) {
        return align4(position + BYTES + length);
    }

    private static long align4(long bytes) {
        return (bytes + 3) & ~3L;
    }
}
