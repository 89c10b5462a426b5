package io.sightlog.shm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file that a segment is, opened: no link is followed, and nothing but a regular file is used. */
final class SegmentFile implements AutoCloseable {
    private final SegmentName name;
    private final FileChannel channel;
    private final @Nullable Object key;

    private SegmentFile(SegmentName name, FileChannel channel, @Nullable Object key) {
        this.name = name;
        this.channel = channel;
        this.key = key;
    }

    /**
     * Null when there is none.
     *
     * @throws SegmentException when it is something else, or may not be opened that way
     */
    static @Nullable SegmentFile open(SegmentName name, Set<OpenOption> options) {
        Path file = name.file();
        BasicFileAttributes attributes = attributes(name);
        if (attributes == null) {
            return null;
        }
        if (!attributes.isRegularFile()) {
            throw new SegmentException("the shared memory " + name + " (" + file + ") is "
                    + (attributes.isDirectory() ? "a directory" : attributes.isSymbolicLink() ? "a link" : "no file")
                    + "; give another name");
        }
        try {
            FileChannel channel = FileChannel.open(file, options);
            BasicFileAttributes now = attributes(name);
            if (now == null
                    || (attributes.fileKey() != null && !attributes.fileKey().equals(now.fileKey()))) {
                channel.close(); // removed between the two
                return null;
            }
            return new SegmentFile(name, channel, attributes.fileKey());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw failed("open", name, e);
        }
    }

    /** Whether the name still leads to this file. */
    boolean isCurrent() {
        BasicFileAttributes now = attributes(name);
        return now != null && (key == null || key.equals(now.fileKey()));
    }

    /** Copies the frame; false when there is less than one. */
    boolean read(SharedFrame into) {
        try {
            ByteBuffer target = into.range(0, SharedFrame.BYTES);
            return channel.read(target, 0) == SharedFrame.BYTES;
        } catch (IOException e) {
            throw failed("read", name, e);
        }
    }

    /** In one call, which the kernel answers with one copy. */
    void write(SharedFrame from, int offset, int end) {
        try {
            channel.write(from.range(offset, end), offset);
        } catch (IOException e) {
            throw failed("write to", name, e);
        }
    }

    /**
     * Keeps others of our own out for as long as this is open; false when one is there. A lock of who may only read does not
     * count: then this one can keep out none.
     */
    boolean tryLock() {
        try {
            return channel.tryLock() != null || channel.tryLock(0, Long.MAX_VALUE, true) != null;
        } catch (IOException e) {
            throw failed("lock", name, e);
        }
    }

    private static @Nullable BasicFileAttributes attributes(SegmentName name) {
        try {
            return Files.readAttributes(name.file(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            if (!Files.isDirectory(SegmentName.FOLDER)) {
                throw new SegmentException(
                        "there is no " + SegmentName.FOLDER + " here: shared memory is reached through it, on Linux");
            }
            return null;
        } catch (IOException e) {
            throw failed("look at", name, e);
        }
    }

    static SegmentException failed(String what, SegmentName name, IOException e) {
        String reason = e instanceof AccessDeniedException
                ? "permission denied" + owner(name)
                : e instanceof FileSystemException file && file.getReason() != null
                        ? file.getReason()
                        : String.valueOf(e.getMessage());
        return new SegmentException(
                "cannot " + what + " the shared memory " + name + " (" + name.file() + "): " + reason, e);
    }

    private static String owner(SegmentName name) {
        try {
            return "; it belongs to "
                    + Files.getOwner(name.file(), LinkOption.NOFOLLOW_LINKS).getName();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed("close", name, e);
        }
    }
}
