package io.sightlog.produce.shm;

import io.sightlog.shm.SharedFrame;
import org.jspecify.annotations.Nullable;

/**
 * Tells frames from torn copies of them, by looking twice.
 *
 * <p>Who writes a segment takes its time, locks nothing, and says neither when it begins nor when it is done. A change is
 * therefore a frame when two looks in a row show the same, and what they show makes sense. What stands still and makes no
 * sense, or does not stand still, for {@link #PATIENCE_NANOS} and {@link #PATIENCE_LOOKS}, is told once and not as a frame. Nothing here reads a clock or
 * a segment. One thread.
 */
final class SegmentWatch {
    /** Between the stores of a frame even a writer that was interrupted needs no longer, as a rule. */
    static final long PATIENCE_NANOS = 20_000_000;
    /** It may be us who were interrupted. */
    static final int PATIENCE_LOOKS = 20;

    private final SharedFrame known = new SharedFrame();
    private final SharedFrame candidate = new SharedFrame();
    private boolean open;
    private boolean told;
    private long changedNanos;
    private int looks;
    private long candidateNanos;
    private @Nullable String flaw;

    /** What a look has shown. */
    public enum Seen {
        /** Nothing new, or nothing that can be told yet. */
        NOTHING,
        /** {@link #frame} is new. */
        FRAME,
        /** {@link #flaw} says why there is none. */
        FLAW
    }

    /** From now on this is what is known: only what differs from it is new. */
    void know(SharedFrame frame) {
        known.copy(frame);
        open = false;
        told = false;
    }

    /** @param nanos when it was copied, by any clock that goes forward */
    Seen look(SharedFrame copy, long nanos) {
        if (copy.looksLike(known)) {
            open = false;
            told = false;
            return Seen.NOTHING;
        }
        if (!open) {
            open = true;
            changedNanos = nanos;
            looks = 0;
            return begin(copy, nanos);
        }
        looks++;
        if (!copy.looksLike(candidate)) {
            begin(copy, nanos);
            if (told || looks < PATIENCE_LOOKS || nanos - changedNanos < PATIENCE_NANOS) {
                return Seen.NOTHING;
            }
            told = true;
            return flaw("it changed at every look for " + PATIENCE_NANOS / 1_000_000 + " ms");
        }
        String wrong = candidate.flaw();
        if (wrong == null) {
            know(candidate);
            return Seen.FRAME;
        }
        if (looks < PATIENCE_LOOKS || nanos - candidateNanos < PATIENCE_NANOS) {
            return Seen.NOTHING;
        }
        know(candidate);
        return flaw(wrong);
    }

    private Seen begin(SharedFrame copy, long nanos) {
        candidate.copy(copy);
        candidateNanos = nanos;
        return Seen.NOTHING;
    }

    private Seen flaw(String what) {
        flaw = what;
        return Seen.FLAW;
    }

    /** Whether a change was seen that was not told yet. */
    boolean isOpen() {
        return open;
    }

    /** What was seen last, as a frame. */
    SharedFrame frame() {
        return known;
    }

    /** When that was seen first. */
    long sinceNanos() {
        return candidateNanos;
    }

    /** Why there was no frame. */
    String flaw() {
        return String.valueOf(flaw);
    }
}
