package io.sightlog.shm;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a segment that others map and copy whenever they like, knowing nothing of us.
 *
 * <p>Such a reader looks at as many boxes as the count says. So boxes behind it are written first, unseen; then the count and
 * all that was and stays visible in one copy, as far as it differs. A frame that only gains or only loses boxes at the end is
 * seen whole or not at all; in any other, a copy that falls into the few nanoseconds of ours is of both frames. One thread.
 */
public final class SegmentWriter implements AutoCloseable {
    private static final int TRIES = 100;

    private final SegmentName name;
    private final Set<PosixFilePermission> permissions;
    private final boolean foreign;
    private final SharedFrame there = new SharedFrame();
    private SegmentFile file;

    /**
     * Takes the segment of that name, and makes it when there is none.
     *
     * @param permissions of a new one
     * @param foreign whether one that is there may belong to another user, have other names, and be written by more users
     * @throws SegmentException when it is something else, may not be written, or is kept by another of these
     */
    public SegmentWriter(SegmentName name, Set<PosixFilePermission> permissions, boolean foreign) {
        this.name = name;
        this.foreign = foreign;
        this.permissions = Set.copyOf(permissions);
        this.file = open();
    }

    private SegmentFile open() {
        for (int i = 0; i < TRIES; i++) {
            SegmentFile opened = openOrMake();
            if (opened == null) {
                continue; // removed meanwhile
            }
            boolean done = false;
            try {
                if (!foreign) {
                    SegmentOwner.check(name);
                }
                if (!opened.isCurrent()) {
                    continue; // what was looked at is another one
                }
                if (!opened.tryLock()) {
                    throw new SegmentException("the shared memory " + name + " (" + name.file()
                            + ") is kept by another sightlog mirror; end that one, or give another name");
                }
                if (!opened.read(there)) {
                    opened.write(there.clear(), 0, SharedFrame.BYTES);
                }
                done = true;
                return opened;
            } finally {
                if (!done) {
                    opened.close();
                }
            }
        }
        throw new SegmentException("the shared memory " + name + " (" + name.file()
                + ") is removed again and again; end what does that, or give another name");
    }

    private @Nullable SegmentFile openOrMake() {
        SegmentFile opened = SegmentFile.open(
                name, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        if (opened == null) {
            make();
        }
        return opened;
    }

    /** Under another name first: who finds it may map all of it at once. */
    private void make() {
        Path draft = name.file().resolveSibling(".draft-" + UUID.randomUUID());
        try {
            try {
                Files.createFile(draft, PosixFilePermissions.asFileAttribute(permissions));
                Files.write(draft, new byte[SharedFrame.BYTES]);
                Files.setPosixFilePermissions(draft, permissions); // whatever the umask took away
                Files.createLink(name.file(), draft);
            } catch (FileAlreadyExistsException e) {
                // another was quicker
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw SegmentFile.failed("make", name, e);
        }
    }

    /**
     * Shows a frame. Does nothing when that is what is to be seen there.
     *
     * @return false when the segment had been removed by others, so that it was made anew
     */
    public boolean write(SharedFrame frame) {
        boolean current = file.isCurrent();
        if (!current) {
            file.close();
            file = open();
        }
        if (!file.read(there)) { // somebody has cut it
            file.write(there.clear(), 0, SharedFrame.BYTES);
        }
        if (frame.looksLike(there)) {
            return current;
        }
        int shown = there.visible();
        int count = frame.count();
        if (count > shown) {
            file.write(frame, SharedFrame.end(shown), SharedFrame.end(count));
        }
        int both = Math.min(shown, count);
        file.write(frame, 0, frame.sameBoxes(there, both) ? SharedFrame.COUNT_BYTES : SharedFrame.end(both));
        return current;
    }

    /** Removes the name. Programs that have mapped the segment keep what they have. */
    public void unlink() {
        if (file.isCurrent()) {
            try {
                Files.deleteIfExists(name.file());
            } catch (IOException e) {
                throw SegmentFile.failed("remove", name, e);
            }
        }
    }

    /** Leaves the segment as it is. */
    @Override
    public void close() {
        file.close();
    }
}
