package io.sightlog.capture;

import org.jspecify.annotations.Nullable;

/** A picture, or a frame of a video, that cannot be had. The message is the reason, one line for people. */
public final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;

    private final long digest;

    UnreadableException(String reason, long digest, @Nullable Throwable cause) {
        super(oneLine(reason), cause);
        this.digest = digest;
    }

    UnreadableException(String reason) {
        this(reason, 0, null);
    }

    /** Digest of the file's bytes, 0 when not even those could be read. */
    public long digest() {
        return digest;
    }

    static String oneLine(@Nullable String text) {
        String line = String.valueOf(text).replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= 300 ? line : line.substring(0, 300) + "...";
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
