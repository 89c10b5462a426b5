package io.sightlog.journal.internal.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Where bytes go that nobody wants, but that have to be readable. Any thread. */
final class NullDevice {
    private static final int CHUNK = 64 << 10;

    private static volatile @Nullable FileChannel device;

    private NullDevice() {}

    /**
     * Reads a part of a file into the kernel's memory.
     *
     * @return how many bytes, 0 or less at its end
     * @throws IOException when the device of the file gives an error
     */
    static long give(FileChannel file, long position, long bytes) throws IOException {
        FileChannel into = open();
        return into == null
                ? file.read(ByteBuffer.allocateDirect((int) Math.min(CHUNK, bytes)), position)
                : file.transferTo(position, bytes, into);
    }

    /** Null where there is none. */
    private static @Nullable FileChannel open() {
        FileChannel opened = device;
        if (opened != null && opened.isOpen()) { // an interrupt may have closed it
            return opened;
        }
        if (!Proc.LINUX) {
            return null;
        }
        return reopened();
    }

    private static synchronized @Nullable FileChannel reopened() {
        FileChannel opened = device;
        if (opened == null || !opened.isOpen()) {
            try {
                opened = FileChannel.open(Path.of("/dev/null"), StandardOpenOption.WRITE);
            } catch (IOException e) {
                opened = null;
            }
            device = opened;
        }
        return opened;
    }
}
