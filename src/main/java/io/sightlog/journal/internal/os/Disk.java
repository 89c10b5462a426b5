package io.sightlog.journal.internal.os;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalFullException;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * Blocks and permissions of files. Uses {@link RandomAccessFile}, whose descriptor an interrupt does not close. Names of system
 * errors come out as the reason of the exception.
 */
public final class Disk {
    public static final String NO_FILE = "it is a link, or no file";

    private static final int EINTR = 4;
    private static final int EIO = 5;
    private static final int ENODEV = 19;
    private static final int EINVAL = 22;
    private static final int EFBIG = 27;
    private static final int ENOSPC = 28;
    private static final int EROFS = 30;
    private static final int ENOSYS = 38;
    private static final int EOPNOTSUPP = 95;
    private static final int EDQUOT = 122;

    private static final String NO_SPACE = "No space left on device";
    private static final String NO_QUOTA = "Disk quota exceeded";
    private static final int CHUNK = 64 << 10;

    private static final int CURRENT_DIRECTORY = -100;
    private static final int STATX_WANT_BLOCKS = 0x400;
    private static final int STATX_BYTES = 256;
    private static final int STATX_BLOCKS_AT = 48;
    private static final long BLOCK_BYTES = 512;

    private Disk() {}

    /**
     * Makes sure that a part of a file has blocks, so that writing to a mapping of it cannot fail. What is there stays; from
     * {@code free} on there must be zeros that nobody writes to, since where the system has no call for it, they are written.
     */
    public static void allocate(RandomAccessFile file, Path path, long from, long free, long to) throws IOException {
        if (to <= from) {
            return;
        }
        int error = Proc.LINUX ? allocate(file.getFD(), from, to - from) : ENOSYS;
        switch (error) {
            case 0 -> {}
            case ENOSYS, EOPNOTSUPP, EINVAL, ENODEV -> writeZeros(file, Math.max(from, free), to);
            default -> throw new FileSystemException(path.toString(), null, name(error));
        }
    }

    private static int allocate(FileDescriptor descriptor, long from, long bytes) {
        try {
            int number = (int) Call.FD.get(descriptor);
            int error;
            do {
                error = Call.posix_fallocate(number, from, bytes);
            } while (error == EINTR);
            return error;
        } catch (IllegalAccessException | LinkageError e) {
            return ENOSYS;
        }
    }

    private static void writeZeros(RandomAccessFile file, long from, long to) throws IOException {
        byte[] zeros = new byte[(int) Math.min(CHUNK, to - from)];
        file.seek(from);
        for (long at = from; at < to; at += zeros.length) {
            file.write(zeros, 0, (int) Math.min(zeros.length, to - at));
        }
    }

    /** Returns when its content is on the device. */
    static void sync(RandomAccessFile file, Path path) throws IOException {
        int error = Proc.LINUX ? sync(file.getFD()) : ENOSYS;
        if (error == ENOSYS) {
            file.getFD().sync();
        } else if (error != 0) {
            throw new FileSystemException(path.toString(), null, name(error));
        }
    }

    private static int sync(FileDescriptor descriptor) {
        try {
            int number = (int) Call.FD.get(descriptor);
            return Call.fdatasync(number) == 0 ? 0 : Native.getLastError();
        } catch (IllegalAccessException | LinkageError e) {
            return ENOSYS;
        }
    }

    private static String name(int error) {
        return switch (error) {
            case ENOSPC -> NO_SPACE;
            case EDQUOT -> NO_QUOTA;
            case EIO -> "Input/output error";
            case EROFS -> "Read-only file system";
            case EFBIG -> "File too large";
            default -> "system error " + error;
        };
    }

    /**
     * A file that may be opened: to open a pipe would wait for whoever is at its other end.
     *
     * @throws IOException when something else is there than a file
     */
    public static Path regular(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(NO_FILE);
        }
        return file;
    }

    /** Whether that is what {@link #regular} says: something about what is there, and not about the system. */
    public static boolean isNoFile(IOException e) {
        return NO_FILE.equals(e.getMessage());
    }

    /**
     * Whether there is something of this name. What cannot be asked is not "not there".
     *
     * @throws FileAccessException when it cannot be asked
     */
    public static boolean isThere(Path path) {
        try {
            Files.readAttributes(path, BasicFileAttributes.class);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            if (e instanceof FileSystemException failure && "Not a directory".equals(failure.getReason())) {
                return false;
            }
            throw FileAccessException.of("cannot look at " + path, e);
        }
    }

    /** Gives a complete file its name, unless one of that name is there already: then that one is as good. */
    public static void publish(Path draft, Path file) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            // another was quicker
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.move(draft, file); // there are no links here; never over one that is there
        }
    }

    /** What to throw for an exception of the file system. */
    public static JournalException failure(String what, IOException e) {
        String reason = IoReason.of(e);
        if (reason.contains(NO_SPACE) || reason.contains(NO_QUOTA)) {
            return new JournalFullException(what + ": " + reason + "; make room", e);
        }
        return new JournalException(what + ": " + reason, e);
    }

    /** As {@code chmod} counts them. */
    public static int bits(Set<PosixFilePermission> permissions) {
        int bits = 0;
        PosixFilePermission[] all = PosixFilePermission.values(); // from the owner's read bit down
        for (int i = 0; i < all.length; i++) {
            bits |= permissions.contains(all[i]) ? 0400 >> i : 0;
        }
        return bits;
    }

    /**
     * How much room a file takes on its disk, which for a sparse one is less than its size.
     *
     * @return bytes; its size where there is no such call (elsewhere than on Linux); 0 when the file is not there
     */
    public static long bytesOnDisk(Path file) {
        long blocks = Proc.LINUX ? blocks(file) : -1;
        try {
            return blocks >= 0 ? blocks * BLOCK_BYTES : Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new JournalException("cannot ask the size of " + file + ": " + IoReason.of(e), e);
        }
    }

    private static long blocks(Path file) {
        if (!CLibrary.isThere()) { // asked before JNA is touched: it has to be loaded from our folder first
            return -1;
        }
        byte[] path = (file + "\0").getBytes(StandardCharsets.UTF_8);
        try (Memory found = new Memory(STATX_BYTES)) {
            found.clear();
            int error = Stat.statx(CURRENT_DIRECTORY, path, 0, STATX_WANT_BLOCKS, found);
            return error == 0 ? found.getLong(STATX_BLOCKS_AT) : -1;
        } catch (LinkageError e) {
            return -1; // a C library without statx
        }
    }

    /** Bound when somebody first asks, not before. */
    private static final class Call {
        static final Field FD;

        static {
            try {
                FD = FileDescriptor.class.getDeclaredField("fd");
                FD.setAccessible(true);
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new ExceptionInInitializerError(e);
            }
            CLibrary.bind(Call.class);
        }

        private Call() {}

        static native int posix_fallocate(int descriptor, long offset, long bytes);

        static native int fdatasync(int descriptor);
    }

    /** Apart from {@link Call}, since it needs nothing of the JDK's that a JVM without flags keeps closed. */
    private static final class Stat {
        static {
            CLibrary.bind(Stat.class);
        }

        private Stat() {}

        static native int statx(int directory, byte[] path, int flags, int mask, Pointer result);
    }
}
