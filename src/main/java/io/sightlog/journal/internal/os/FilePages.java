package io.sightlog.journal.internal.os;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether pages of a mapped file are in the kernel's memory, so that no device is needed to look at them. To ask that costs a
 * quarter of having them read again ({@link NullDevice}), and no native code of ours. One thread at a time.
 *
 * <p>Linux answers truly ({@code mincore}) only those who own the file or may write to it; to others everything is there.
 */
final class FilePages {
    /** How often it is not asked after a no: pages ahead of a writer, or on a cold device, are mostly not there. */
    static final int PAUSE = 7;

    private final Path file;
    /** Whether the answer is true; null while nobody has asked. */
    private @Nullable Boolean told;

    private int pause;

    FilePages(Path file) {
        this.file = file;
    }

    /** Whether all of them are; false as well when that cannot be known. */
    boolean areThere(MappedByteBuffer mapping, long from, long bytes) {
        if (told == null) {
            told = Proc.LINUX && Files.isWritable(file);
        }
        if (!told || pause-- > 0) {
            return false;
        }
        boolean there = areLoaded(mapping.slice((int) from, (int) bytes));
        pause = there ? 0 : PAUSE;
        return there;
    }

    private static boolean areLoaded(MappedByteBuffer part) {
        try {
            return answer(part);
        } catch (IOException e) {
            return false;
        }
    }

    /** @throws IOException when the kernel has no memory to answer, which the method in Java does not say */
    @SuppressWarnings("RedundantThrows")
    private static boolean answer(MappedByteBuffer part) throws IOException {
        return part.isLoaded();
    }
}
