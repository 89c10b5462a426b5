package io.sightlog.journal.internal.format;

import io.sightlog.event.Memory;
import io.sightlog.journal.internal.os.Proc;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The 64 bytes of a slot of {@link WriterSlots}: who owns it.
 *
 * <pre>
 *  0  4  process id, 0 none
 *  4  4  0
 *  8  8  started: clock ticks since boot; ms since the epoch elsewhere than on Linux
 * 16  8  heldNanos: when it last took the write lock, since the epoch
 * 24  8  boot: first 8 bytes of the machine's boot id, 0 unknown
 * 32  8  pidNamespace: its inode, 0 unknown
 * 40 24  host's name, UTF-8, cut, padded with 0
 * </pre>
 */
public final class WriterRecord {
    static final int BYTES = 64;

    private static final int STARTED = 8;
    private static final int HELD_NANOS = 16;
    private static final int BOOT = 24;
    private static final int PID_NAMESPACE = 32;
    private static final int HOST = 40;
    private static final int HOST_BYTES = 24;

    private WriterRecord() {}

    /**
     * What a slot says of its owner.
     *
     * @param started as {@link Proc#started}
     * @param bootId 0 unknown
     * @param pidNamespace its inode, 0 unknown
     */
    public record Owner(long started, long bootId, long pidNamespace) {
        public boolean isOfThisBoot() {
            long here = Proc.bootId();
            return here == 0 || bootId == 0 || bootId == here;
        }

        public boolean isOfThisNamespace() {
            long here = Proc.pidNamespace();
            return here == 0 || pidNamespace == 0 || pidNamespace == here;
        }
    }

    /** What the copy of a slot says. */
    static Owner owner(ByteBuffer record) {
        return new Owner(record.getLong(STARTED), record.getLong(BOOT), record.getLong(PID_NAMESPACE));
    }

    /** For a writer of this process. */
    static void write(long record) {
        long pid = ProcessHandle.current().pid();
        Memory.putLong(record + STARTED, Proc.started(pid));
        Memory.putLong(record + HELD_NANOS, 0);
        Memory.putLong(record + BOOT, Proc.bootId());
        Memory.putLong(record + PID_NAMESPACE, Proc.pidNamespace());
        byte[] host = Arrays.copyOf(Proc.hostName().getBytes(StandardCharsets.UTF_8), HOST_BYTES);
        Memory.copy(host, 0, record + HOST, HOST_BYTES);
        Memory.putInt(record, (int) pid);
    }

    /** Nobody owns it any more. */
    static void clear(long record) {
        for (int i = 0; i < BYTES; i += 8) {
            Memory.putLong(record + i, 0);
        }
    }

    /** Its process id, 0 none. */
    static int pid(long record) {
        return Memory.getInt(record);
    }

    /** Its owner has taken the write lock at this time. */
    static void held(long record, long nanos) {
        Memory.putLong(record + HELD_NANOS, nanos);
    }

    /** When it last did, nanoseconds since the epoch; 0 never. */
    static long heldNanos(long record) {
        return Memory.getLong(record + HELD_NANOS);
    }

    /**
     * Whether the process in the record of a slot still runs, as far as can be seen from here: it may have lost its kernel lock,
     * because something in it opened and closed the file.
     */
    static boolean seemsAlive(long record) {
        int pid = Memory.getInt(record);
        return pid != 0
                && pid != ProcessHandle.current().pid()
                && isHere(record)
                && Proc.lives(pid)
                && Memory.getLong(record + STARTED) == Proc.started(pid);
    }

    /** Whether it is of this boot and PID namespace, so that its process id means something here. */
    static boolean isHere(long record) {
        return Memory.getLong(record + BOOT) == Proc.bootId()
                && Memory.getLong(record + PID_NAMESPACE) == Proc.pidNamespace();
    }

    static String host(long record) {
        byte[] host = new byte[HOST_BYTES];
        Memory.copy(record + HOST, host, 0, HOST_BYTES);
        return new String(host, StandardCharsets.UTF_8).replace("\0", "").replaceAll("\\p{Cntrl}", "?");
    }
}
