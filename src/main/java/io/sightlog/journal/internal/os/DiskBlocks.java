package io.sightlog.journal.internal.os;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.sightlog.journal.JournalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** How much room a file takes on its disk, which for a sparse one is less than its size. */
public final class DiskBlocks {
    private static final long BLOCK_BYTES = 512;

    private DiskBlocks() {}

    /** Bytes; its size where there is no such call (elsewhere than on Linux); 0 when the file is not there. */
    public static long bytes(Path file) {
        long blocks = "Linux".equals(System.getProperty("os.name")) ? blocks(file) : -1;
        try {
            return blocks >= 0 ? blocks * BLOCK_BYTES : Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new JournalException("cannot ask the size of " + file + ": " + IoReason.of(e), e);
        }
    }

    private static long blocks(Path file) {
        try {
            return Call.blocks(file);
        } catch (LinkageError e) {
            return -1; // a C library without statx
        }
    }

    /** Bound when somebody first asks, not before. */
    private static final class Call {
        private static final int CURRENT_DIRECTORY = -100;
        private static final int WANT_BLOCKS = 0x400;
        private static final int STATX_BYTES = 256;
        private static final int BLOCKS = 48;

        static {
            CLibrary.bind(Call.class);
        }

        private Call() {}

        static long blocks(Path file) {
            byte[] path = (file + "\0").getBytes(StandardCharsets.UTF_8);
            try (Memory found = new Memory(STATX_BYTES)) {
                found.clear();
                return statx(CURRENT_DIRECTORY, path, 0, WANT_BLOCKS, found) == 0 ? found.getLong(BLOCKS) : -1;
            }
        }

        private static native int statx(int directory, byte[] path, int flags, int mask, Pointer result);
    }
}
