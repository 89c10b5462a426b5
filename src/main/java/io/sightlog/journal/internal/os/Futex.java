package io.sightlog.journal.internal.os;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * Linux's futex: sleeping on a word of shared memory until another process wakes us. Not the private kind, since the word is
 * mapped by several processes.
 */
public final class Futex {
    /** Whether there is one, and we know its number. */
    public static final boolean AVAILABLE = "Linux".equals(System.getProperty("os.name")) && number() > 0;

    private static final int WAIT = 0;
    private static final int WAKE = 1;

    private Futex() {}

    private static int number() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> 202;
            case "aarch64" -> 98;
            default -> 0;
        };
    }

    /** Sleeps while the word is what is expected, at most that long. May return early. Only where it is callable. */
    public static void await(long address, int expected, long nanos) {
        Call.await(address, expected, nanos);
    }

    /** Whether it can be called, too; the first time, this looks for it. */
    public static boolean isCallable() {
        return AVAILABLE && Call.BOUND;
    }

    /** Wakes all that sleep on the word. Where that cannot be done, they wake up by themselves a little later. */
    public static void wakeAll(long address) {
        if (isCallable()) {
            Call.wakeAll(address);
        }
    }

    /** Bound when somebody first sleeps, not before. */
    private static final class Call {
        static final boolean BOUND = bind();

        private static final int NUMBER = number();
        private static final ThreadLocal<Memory> TIMEOUT = ThreadLocal.withInitial(() -> new Memory(16));

        private Call() {}

        private static boolean bind() {
            try {
                CLibrary.bind(Call.class);
                return true;
            } catch (LinkageError e) {
                return false;
            }
        }

        static void await(long address, int expected, long nanos) {
            Memory timeout = TIMEOUT.get();
            timeout.setLong(0, nanos / 1_000_000_000L);
            timeout.setLong(8, nanos % 1_000_000_000L);
            syscall(NUMBER, address, WAIT, expected, Pointer.nativeValue(timeout), 0, 0);
        }

        static void wakeAll(long address) {
            syscall(NUMBER, address, WAKE, Integer.MAX_VALUE, 0, 0, 0);
        }

        /** The result is not looked at: each way to return means looking again. */
        private static native long syscall(
                long number, long address, long operation, long value, long timeout, long address2, long value3);
    }
}
