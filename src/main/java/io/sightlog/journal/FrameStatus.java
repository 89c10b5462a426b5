package io.sightlog.journal;

import java.nio.file.Path;
import java.util.List;

/**
 * How it stands with the kept frames of a journal.
 *
 * @param all what they take, also those that were kept beside another journal
 * @param unneeded of these, what no event points at any more: the next prune deletes it
 * @param problems files whose pictures cannot be read, and that are never pruned: the file, and why
 * @param usableBytes what is free on the journal's device
 * @param reserveBytes what of it is left to events: where less is free, no frames are kept
 */
public record FrameStatus(
        FrameUsage all, FrameUsage unneeded, List<Problem> problems, long usableBytes, long reserveBytes) {
    /** A file, absolute, and what is wrong with it. */
    public record Problem(Path file, String text) {}

    /** Whether no frames are kept for want of room. */
    public boolean isShort() {
        return usableBytes < reserveBytes;
    }
}
