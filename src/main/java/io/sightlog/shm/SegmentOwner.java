package io.sightlog.shm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * Whose a segment is that is there already. In a folder where everybody may make files, somebody else may have made it before us:
 * he could change what readers take for ours, and would see frames that are not for him.
 */
final class SegmentOwner {
    private static final int LOOKS = 20;
    private static final long PAUSE_NANOS = 5_000_000;

    private SegmentOwner() {}

    /**
     * Looks whether a segment is ours. Who else may write to it is then our own doing.
     *
     * @throws SegmentException when it belongs to another user, or has another name, too
     */
    static void check(SegmentName name) {
        Path file = name.file();
        try {
            Map<String, Object> status = Files.readAttributes(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            Object owner = Objects.requireNonNull(status.get("uid"));
            if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                throw refused(name, "belongs to user " + Files.getOwner(file, LinkOption.NOFOLLOW_LINKS));
            }
            if (isLinked(file)) {
                throw refused(name, "has another name, too: it is a hard link");
            }
        } catch (NoSuchFileException e) {
            // removed meanwhile: it is looked for again
        } catch (IOException e) {
            throw SegmentFile.failed("look at", name, e);
        }
    }

    /** Whether it has more than one name, and not for the moment in which one of ours is made. */
    private static boolean isLinked(Path file) throws IOException {
        for (int look = 0; look < LOOKS; look++) {
            Object names = Objects.requireNonNull(Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS));
            if (((Number) names).intValue() == 1) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    private static SegmentException refused(SegmentName name, String why) {
        return new SegmentException("the shared memory " + name + " (" + name.file() + ") " + why
                + "; remove it, give another name, or use it all the same with --foreign");
    }
}
