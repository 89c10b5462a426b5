package io.sightlog.journal;

import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.Metadata;
import io.sightlog.journal.internal.format.Signal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Who holds the write lock of a journal, as far as this process can see.
 *
 * @param pid its process id, as it sees itself
 * @param state what has become of it
 * @param wordOffset where in {@code metadata.cq4t} the lock's word is
 */
public record LockHolder(long pid, State state, long wordOffset) {
    private static final int LOOKS = 20;
    private static final long PAUSE_NANOS = 10_000_000;

    /** What has become of a holder. */
    public enum State {
        /** It lives. */
        RUNNING,
        /** It lives, and was stopped by a signal or a debugger. */
        STOPPED,
        /** It is not there any more. */
        DEAD,
        /** It is not there any more, and another process has its number. */
        REPLACED,
        /** It may live in another PID namespace, where it cannot be seen from here. */
        ELSEWHERE,
        /** It cannot be seen, and who may only read is not told more. */
        UNKNOWN
    }

    static @Nullable LockHolder of(JournalDirectory directory) {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            long word = metadata == null ? Metadata.UNLOCKED : metadata.writeLock();
            for (int look = 0; look < LOOKS && metadata != null && word != Metadata.UNLOCKED; look++) {
                LockSupport.parkNanos(PAUSE_NANOS);
                if (metadata.writeLock() != word) {
                    return null;
                }
            }
            return metadata == null || word == Metadata.UNLOCKED
                    ? null
                    : new LockHolder(Metadata.pid(word), state(directory, word), metadata.writeLockOffset());
        }
    }

    private static State state(JournalDirectory directory, long word) {
        long pid = Metadata.pid(word);
        int slot = Metadata.slot(word);
        if (slot >= 0 && pid != ProcessHandle.current().pid()) {
            WriterRecord record = WriterRecord.read(directory, slot);
            if (record != null && !record.isOfThisBoot()) {
                return State.DEAD;
            }
            if (record != null && !record.isOfThisNamespace()) {
                return State.ELSEWHERE;
            }
            if (record != null && alive(pid) && record.startedTicks() != ticks(pid)) {
                return State.REPLACED;
            }
        }
        if (!alive(pid)) {
            return slot >= 0 && isHidden(directory.writers()) ? State.UNKNOWN : State.DEAD;
        }
        if (slot < 0 && startedAfterLastAppend(directory, pid)) {
            return State.REPLACED;
        }
        char letter = letter(pid);
        return letter == 'T' || letter == 't' ? State.STOPPED : State.RUNNING;
    }

    private static boolean isHidden(Path file) {
        return Files.exists(file) && !Files.isReadable(file);
    }

    private static boolean alive(long pid) {
        char letter = letter(pid);
        return letter != 'Z'
                && letter != 'X'
                && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    /** A holder without a slot took the lock before its last append was over; a process that began later is another. */
    private static boolean startedAfterLastAppend(JournalDirectory directory, long pid) {
        Instant started = ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .orElse(Instant.EPOCH);
        try (Signal signal = Signal.tryOpen(directory)) {
            long last = signal == null ? 0 : signal.lastAppendedNanos();
            // its start is known to a hundredth of a second, and who opens a journal holds the lock before it appends
            return last != 0 && started.isAfter(Instant.ofEpochSecond(1, last)) && started.isBefore(soon());
        }
    }

    private static Instant soon() {
        return Instant.now().minusSeconds(10);
    }

    private static char letter(long pid) {
        String[] stat = stat(pid);
        return stat.length == 0 || stat[0].isEmpty() ? '?' : stat[0].charAt(0);
    }

    private static long ticks(long pid) {
        String[] stat = stat(pid);
        return stat.length > 19 ? Long.parseLong(stat[19]) : 0;
    }

    /** Fields of {@code /proc/PID/stat} from the third on: the second, a name, may hold spaces and brackets. */
    private static String[] stat(long pid) {
        String text = text(Path.of("/proc/" + pid + "/stat"));
        int name = text.lastIndexOf(')');
        return name < 0 || name + 2 > text.length()
                ? new String[0]
                : text.substring(name + 2).strip().split(" ", -1);
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * A slot's record in {@code sightlog.writers}. Read by closing a handle of that file, which would cost a writer of this process
     * its slot: only for processes without one.
     */
    private record WriterRecord(long startedTicks, long bootId, long pidNamespace) {
        private static final int FIRST = 4096;
        private static final int BYTES = 64;
        private static final int MAX_SLOTS = 1 << 20;

        static @Nullable WriterRecord read(JournalDirectory directory, int slot) {
            if (slot >= MAX_SLOTS) {
                return null;
            }
            ByteBuffer record = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
            Path file = directory.path().resolve("sightlog.writers");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                if (channel.read(record, FIRST + (long) slot * BYTES) < BYTES) {
                    return null;
                }
            } catch (IOException e) {
                return null;
            }
            return new WriterRecord(record.getLong(8), record.getLong(24), record.getLong(32));
        }

        boolean isOfThisBoot() {
            String hex = text(Path.of("/proc/sys/kernel/random/boot_id")).replace("-", "");
            return hex.length() < 16 || bootId == 0 || bootId == Long.parseUnsignedLong(hex.substring(0, 16), 16);
        }

        boolean isOfThisNamespace() {
            try {
                String link =
                        Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
                return pidNamespace == 0 || pidNamespace == Long.parseLong(link.replaceAll("\\D", ""));
            } catch (IOException e) {
                return true;
            }
        }
    }
}
