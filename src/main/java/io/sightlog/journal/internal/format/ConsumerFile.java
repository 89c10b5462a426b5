package io.sightlog.journal.internal.format;

import io.sightlog.event.Memory;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReplacedException;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Position;
import io.sightlog.journal.WriterOptions;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.IoReason;
import io.sightlog.journal.internal.os.KernelLocks;
import io.sightlog.journal.internal.os.Listing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a named consumer stands, in {@code consumers/NAME.position}, held by a {@link NameLock} for the life of its holder. Its bytes are {@link ConsumerSlots}.
 */
public final class ConsumerFile implements AutoCloseable {
    /** Nothing was handled yet: begin at the start. */
    public static final int AT_START = 0;
    /** The event at the position was handled: go on after it. */
    public static final int BEHIND = 1;
    /** The event at the position is the next. */
    public static final int AT = 2;

    public static final String SUFFIX = ".position";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");

    /**
     * Files held by this process, by what they are and not how they are named: the kernel drops its lock when this process
     * closes any other handle of the same file. Whoever opens one does so under this map's monitor.
     */
    private static final Map<Object, ConsumerFile> HELD = new HashMap<>();

    private final Path file;
    private final SharedFile shared;
    private final NameLock lock;
    private final Object key;
    private final ConsumerSlots slots;
    private boolean closed;

    /**
     * What such a file says.
     *
     * @param state {@link #AT_START}, {@link #BEHIND} or {@link #AT}
     * @param movedNanos when it was last written, 0 never
     * @param resets how often it was moved on purpose, or back to an end that had been lost
     * @param holderPid process id of its last holder, 0 none
     * @param holderStartedMillis when that process started, so that a number used again is not taken for it
     */
    public record State(
            int state,
            long index,
            int place,
            long generation,
            long movedNanos,
            int resets,
            long createdNanos,
            long holderPid,
            long holderStartedMillis) {
        public Position position() {
            return new Position(Math.max(0, index), place);
        }

        /** Whether that holder still runs. */
        public boolean held() {
            return holderPid != 0
                    && ProcessHandle.of(holderPid)
                            .filter(ProcessHandle::isAlive)
                            .map(process -> startedMillis(process))
                            .filter(started ->
                                    started == 0 || holderStartedMillis == 0 || started == holderStartedMillis)
                            .isPresent();
        }
    }

    private ConsumerFile(Path file, SharedFile shared, NameLock lock, Object key) {
        this.file = file;
        this.shared = shared;
        this.lock = lock;
        this.key = key;
        this.slots = new ConsumerSlots(shared.address());
    }

    /** Whether it can be one. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** @throws IllegalArgumentException when it cannot be a file's name everywhere */
    static String checkedName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("bad consumer name \"" + name
                    + "\": 1 to 64 letters, digits, '.', '_' or '-' are needed, not beginning with '.' or '-'");
        }
        return name;
    }

    /**
     * Takes it, for the life of this process or until it is closed. A consumer of a new name begins {@link #AT_START}.
     *
     * @throws JournalException when another process holds it, naming that process, or it cannot be written
     */
    public static ConsumerFile hold(JournalDirectory journal, String name, NanoClock clock) {
        Path file = journal.consumers().resolve(checkedName(name) + SUFFIX);
        boolean interrupted = Thread.interrupted(); // which would close the channel, and with it drop the lock
        try {
            synchronized (HELD) {
                return hold(journal, file, name, clock);
            }
        } catch (IOException e) {
            throw new JournalException(
                    "cannot keep the position of consumer \"" + name + "\" in " + file + ": "
                            + IoReason.of(e)
                            + (Disk.NO_FILE.equals(IoReason.of(e))
                                    ? "; remove it, and the consumer begins anew"
                                    : "; read without a name, or get write permission"),
                    e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A link, in a journal from elsewhere, would have us write to somewhere else; a pipe would have us wait. */
    private static Path regular(Path file) throws IOException {
        Path directory = file.getParent();
        if (directory != null && Files.isSymbolicLink(directory)) {
            throw new IOException(Disk.NO_FILE);
        }
        return Disk.regular(file);
    }

    private static ConsumerFile hold(JournalDirectory journal, Path file, String name, NanoClock clock)
            throws IOException {
        regular(file);
        if (Files.exists(file) && HELD.containsKey(key(file))) {
            throw heldBy(name, ProcessHandle.current().pid());
        }
        if (!Files.exists(file)) {
            Ownership.check(journal, journal.consumers());
            NewFile.createFolder(journal, journal.path(), WriterOptions.DEFAULT.permissions());
            NewFile.createFolder(journal, journal.consumers(), WriterOptions.DEFAULT.permissions());
        }
        SharedFile shared = SharedFile.open(journal, file, SharedFile.BYTES, NewFile::create);
        ConsumerFile held = null;
        try {
            ConsumerFile locked = new ConsumerFile(file, shared, lock(journal, shared, name), key(file));
            locked.checkSame(); // it may have been deleted since it was opened
            locked.slots.begin(file, clock, startedMillis(ProcessHandle.current()));
            HELD.put(locked.key, locked);
            held = locked;
        } finally {
            if (held == null) {
                shared.close();
            }
        }
        return held;
    }

    /**
     * Deletes one that nobody holds, also when it is damaged.
     *
     * @throws JournalException when a process holds it, naming that process, or there is none, or it cannot be deleted
     */
    public static void delete(JournalDirectory journal, String name) {
        Path file = journal.consumers().resolve(checkedName(name) + SUFFIX);
        try {
            synchronized (HELD) {
                if (!Files.exists(regular(file))) {
                    throw new NoSuchFileException(file.toString());
                }
                if (HELD.containsKey(key(file))) {
                    throw heldBy(name, ProcessHandle.current().pid());
                }
                SharedFile shared = SharedFile.open(journal, file, SharedFile.BYTES, NewFile::create);
                NameLock lock = null;
                try {
                    lock = lock(journal, shared, name);
                    lock.deleteWith(file, journal.consumers().resolve(name + NameLock.SUFFIX));
                } finally {
                    shared.close();
                    if (lock != null) {
                        lock.close();
                    }
                }
            }
        } catch (IOException e) {
            throw new JournalException("cannot delete consumer \"" + name + "\": " + file + ": " + IoReason.of(e), e);
        }
    }

    /** What a file is, whatever it is called: links and, where names have no case, other spellings lead to the same one. */
    private static Object key(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file.toRealPath() : key;
    }

    private static NameLock lock(JournalDirectory journal, SharedFile shared, String name) throws IOException {
        Path file = regular(journal.consumers().resolve(name + NameLock.SUFFIX));
        try {
            NameLock lock = NameLock.tryLock(journal, file, shared.channel());
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            throw heldBy(name, ProcessHandle.current().pid());
        }
        long pid = ConsumerSlots.read(shared.address()).holderPid();
        KernelLocks.Holder locker = KernelLocks.of(file, 0);
        if (locker != null && locker.pid() != 0 && locker.pid() != pid) {
            throw new JournalException("consumer \"" + name + "\" cannot run: " + locker.describe() + " has locked "
                    + file + ": stop that one, or use another name");
        }
        throw heldBy(name, pid);
    }

    private static JournalException heldBy(String name, long pid) {
        return new JournalException("consumer \"" + name + "\" is running already, as process " + pid
                + ": stop that one, or use another name");
    }

    public State state() {
        return slots.state();
    }

    /**
     * That its name still leads to the file that is held.
     *
     * @throws JournalReplacedException when it does not: what is saved here is not there for who comes next
     */
    public void checkSame() {
        try {
            if (key(file).equals(key)) {
                return;
            }
            throw replaced("it is another file", null);
        } catch (NoSuchFileException e) {
            throw replaced("it is not there", e);
        } catch (IOException e) {
            throw new JournalException(
                    "cannot see whether " + file + " is the position that was opened: " + IoReason.of(e), e);
        }
    }

    private JournalReplacedException replaced(String what, @Nullable Throwable cause) {
        return new JournalReplacedException(
                "the position in " + file + " was replaced, moved or removed since it was opened (" + what
                        + " now): open it again",
                cause);
    }

    /** Whether a position was ever saved. */
    public boolean isNew() {
        return slots.generation() == 0;
    }

    /** The next {@link #save} moves it to where it was sent: what was done of what it reads from there on counts no more. */
    public void countReset() {
        slots.countReset();
    }

    /** Moves it. Allocates nothing. */
    public void save(int state, long index, int place, long nowNanos) {
        if (closed) {
            throw new IllegalStateException("the position in " + file + " cannot be saved: its reader is closed");
        }
        slots.save(state, index, place, nowNanos);
    }

    /** The names there are, in order. */
    public static List<String> names(JournalDirectory journal) {
        List<String> names = new ArrayList<>();
        try {
            for (Path file : Listing.of(journal.consumers(), SUFFIX)) {
                String name = file.getFileName().toString();
                name = name.substring(0, name.length() - SUFFIX.length());
                if (isName(name)) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return names; // nobody has read under a name yet
        } catch (IOException e) {
            throw FileAccessException.of("cannot list " + journal.consumers(), e);
        }
        names.sort(null);
        return names;
    }

    /**
     * Reads a position without holding it.
     *
     * @return null when there is none of that name
     * @throws JournalException when it is damaged
     * @throws FileAccessException when it cannot be read
     */
    static @Nullable public State read(JournalDirectory journal, String name) {
        Path file = journal.consumers().resolve(checkedName(name) + SUFFIX);
        ByteBuffer copy = ByteBuffer.allocateDirect(SharedFile.BYTES);
        try {
            byte[] content;
            synchronized (HELD) {
                ConsumerFile own = HELD.get(key(file));
                if (own != null) {
                    return own.state();
                }
                try (InputStream in = Files.newInputStream(regular(file))) {
                    content = in.readNBytes(SharedFile.BYTES);
                }
            }
            copy.put(content, 0, Math.min(content.length, SharedFile.BYTES));
            return ConsumerSlots.read(Memory.addressOf(copy), content.length, file);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw Disk.isNoFile(e)
                    ? new JournalException("cannot read " + file + ": " + e.getMessage(), e)
                    : FileAccessException.of("cannot read " + file, e);
        }
    }

    private static long startedMillis(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElse(0L);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        synchronized (HELD) {
            HELD.remove(key, this);
            slots.clearHolder();
            try {
                shared.close();
                lock.close();
            } catch (IOException e) {
                throw new JournalException("cannot close " + file + ": " + IoReason.of(e), e);
            }
        }
    }
}
