package io.sightlog.journal.internal.frames;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much room there is on a journal's device, and how much of it is reserved for events: where less is left, no frames are kept.
 *
 * @param usableBytes what this user may still use
 * @param reserveBytes what is left to events
 */
public record FrameRoom(long usableBytes, long reserveBytes) {
    private static final long LEAST_RESERVE = 1L << 30;
    private static final int SHARE = 20;
    private static final int MORE_TO_GO_ON = 10;

    /** Looks. */
    public interface Look {
        FrameRoom room() throws IOException;
    }

    /** Looks at the device that a folder is on; a twentieth of it is reserved, and 1 GiB at least. */
    public static Look at(Path folder) throws IOException {
        FileStore store = Files.getFileStore(folder);
        return () -> new FrameRoom(store.getUsableSpace(), Math.max(LEAST_RESERVE, store.getTotalSpace() / SHARE));
    }

    /** Whether the reserve is touched. */
    public boolean isShort() {
        return usableBytes < reserveBytes;
    }

    /** Whether there is enough again, so that it does not begin and stop at every frame. */
    public boolean isEnoughToGoOn() {
        return usableBytes >= reserveBytes + reserveBytes / MORE_TO_GO_ON;
    }
}
