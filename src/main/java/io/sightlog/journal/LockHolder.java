package io.sightlog.journal;

import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.LockWord;
import io.sightlog.journal.internal.format.Metadata;
import io.sightlog.journal.internal.format.Signal;
import io.sightlog.journal.internal.format.WriterRecord;
import io.sightlog.journal.internal.format.WriterSlots;
import io.sightlog.journal.internal.os.Proc;
import java.nio.file.Files;
import java.nio.file.Path;
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
        /** It cannot be seen, and who may only read cannot know more. */
        UNKNOWN
    }

    static @Nullable LockHolder of(JournalDirectory directory) {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            long word = metadata == null ? LockWord.FREE : metadata.writeLock();
            for (int look = 0; look < LOOKS && metadata != null && word != LockWord.FREE; look++) {
                LockSupport.parkNanos(PAUSE_NANOS);
                if (metadata.writeLock() != word) {
                    return null;
                }
            }
            return metadata == null || word == LockWord.FREE
                    ? null
                    : new LockHolder(LockWord.pid(word), state(directory, word), metadata.writeLockOffset());
        }
    }

    private static State state(JournalDirectory directory, long word) {
        long pid = LockWord.pid(word);
        int slot = LockWord.slot(word);
        if (slot >= 0 && pid != ProcessHandle.current().pid()) {
            WriterRecord.Owner owner = WriterSlots.owner(directory, slot);
            if (owner != null && !owner.isOfThisBoot()) {
                return State.DEAD;
            }
            if (owner != null && !owner.isOfThisNamespace()) {
                return State.ELSEWHERE;
            }
            if (owner != null && Proc.lives(pid) && owner.started() != Proc.started(pid)) {
                return State.REPLACED;
            }
        }
        if (!Proc.lives(pid)) {
            return slot >= 0 && isHidden(directory.writers()) ? State.UNKNOWN : State.DEAD;
        }
        if (slot < 0 && startedAfterLastAppend(directory, pid)) {
            return State.REPLACED;
        }
        char letter = Proc.state(pid);
        return letter == 'T' || letter == 't' ? State.STOPPED : State.RUNNING;
    }

    private static boolean isHidden(Path file) {
        return Files.exists(file) && !Files.isReadable(file);
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
}
