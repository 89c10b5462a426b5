package io.sightlog.journal.internal.os;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What makes bytes outlast a loss of power. */
public interface Device {
    /** Returns when the content of a file, mapped writes included, and what leads to it are on the device. */
    void sync(RandomAccessFile file, Path path) throws IOException;

    /** Returns when the names in a directory are on the device. */
    void syncDirectory(Path directory) throws IOException;

    /** Likewise the content of a file by its name. */
    default void sync(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            sync(file, path);
        }
    }

    /** Asks the kernel. */
    Device REAL = new Device() {
        @Override
        public void sync(RandomAccessFile file, Path path) throws IOException {
            Disk.sync(file, path);
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
            if (Proc.LINUX) { // elsewhere directories cannot be opened, or need not be
                try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        }
    };

    /** Waits for nothing. */
    Device NONE = new Device() {
        @Override
        public void sync(RandomAccessFile file, Path path) {}

        @Override
        public void sync(Path path) {}

        @Override
        public void syncDirectory(Path directory) {}
    };
}
