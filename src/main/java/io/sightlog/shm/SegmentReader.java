package io.sightlog.shm;

import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies frames out of a segment that others write. It may be opened before the segment is there, and goes on with a new one
 * when it was removed and made again. One thread.
 */
public final class SegmentReader implements AutoCloseable {
    /** What was just appended to a segment that is removed at once is still read so many times. */
    private static final int READS_WHEN_REMOVED = 3;
    /** How often it is asked whether the name still leads to the same segment, which takes longer than to copy a frame. */
    private static final long ASK_AGAIN_NANOS = 10_000_000;

    private final SegmentName name;
    private @Nullable SegmentFile file;
    private long askedNanos;
    private boolean current;
    private int readsLeft;
    private int opened;

    /** What a read has found. */
    public enum State {
        /** A copy of a frame, which may be torn. */
        FRAME,
        /** No segment of that name. */
        ABSENT,
        /** It has fewer bytes than a frame: who makes it has not come further yet, or it is something else's. */
        SHORT
    }

    public SegmentReader(SegmentName name) {
        this.name = name;
    }

    public SegmentName name() {
        return name;
    }

    /** How many segments were opened: another number means another segment. */
    public int opened() {
        return opened;
    }

    /**
     * Copies what is there.
     *
     * @throws SegmentException when it may not be read, or is no shared memory
     */
    public State read(SharedFrame into) {
        if (file != null && !isCurrent(file) && --readsLeft < 0) {
            close();
        }
        if (file == null) {
            file = SegmentFile.open(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            if (file == null) {
                return State.ABSENT;
            }
            askedNanos = System.nanoTime();
            current = true;
            readsLeft = READS_WHEN_REMOVED;
            opened++;
        }
        return file.read(into) ? State.FRAME : State.SHORT;
    }

    private boolean isCurrent(SegmentFile opened) {
        if (current && System.nanoTime() - askedNanos >= ASK_AGAIN_NANOS) {
            current = opened.isCurrent();
            askedNanos = System.nanoTime();
        }
        return current;
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
