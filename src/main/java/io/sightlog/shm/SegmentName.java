package io.sightlog.shm;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Name of a POSIX shared memory segment.
 *
 * @param name without the slash that {@code shm_open} wants in front of it
 */
public record SegmentName(String name) {
    /** Where Linux keeps what {@code shm_open} opens. */
    static final Path FOLDER = Path.of("/dev/shm");

    private static final int MAX_BYTES = 255;

    /**
     * As people type it, with or without the slash in front.
     *
     * @throws IllegalArgumentException when no segment can have that name
     */
    public static SegmentName parse(String text) {
        String name = text.startsWith("/") ? text.substring(1) : text;
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.codePoints().anyMatch(Character::isISOControl)
                || name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException("\"" + text + "\" is no name of shared memory: up to " + MAX_BYTES
                    + " bytes without a slash are needed (one in front may be left out), e.g. ipc_dog_shm");
        }
        return new SegmentName(name);
    }

    /** The file that is the segment. */
    public Path file() {
        return FOLDER.resolve(name);
    }

    /** As {@code shm_open} takes it. */
    @Override
    public String toString() {
        return "/" + name;
    }
}
