package io.sightlog.journal.internal.append;

import io.sightlog.journal.internal.os.CLibrary;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that has the kernel provide the pages a writer is going to write to, ahead of it: 8 MiB at once, and every 20 ms what
 * is missing of the next 8 MiB. Worth a core that has nothing else to do, and only then.
 *
 * <p>It works on the writer's own mapping and asks with {@code madvise(MADV_POPULATE_WRITE)}, which changes no byte and never
 * faults: beyond the file, in a block that was unmapped meanwhile, or on a kernel before 5.14, it does nothing. The writer's
 * thread calls {@link #at}, whoever owns the writer {@link #close}.
 */
final class PreTouchThread implements AutoCloseable {
    /** Whether there is such a call here. */
    static final boolean AVAILABLE = "Linux".equals(System.getProperty("os.name"));

    static final long AHEAD_BYTES = 8 << 20;

    private static final long SLICE_BYTES = 256 << 10;
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int MADV_POPULATE_WRITE = 23;
    /** A multiple of every size a page may have. */
    private static final long ALIGNMENT = 64 << 10;

    private static final VarHandle AT;

    static {
        try {
            AT = MethodHandles.lookup().findVarHandle(PreTouchThread.class, "at", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Thread thread = new Thread(this::run, "pre-toucher");
    private volatile boolean closed;

    /** Address of the newest event; stored after {@link #limit}. */
    @SuppressWarnings("UnusedVariable") // through the handle
    private long at;

    /** Address after the block it is in. */
    private volatile long limit;

    private long block = -1;

    PreTouchThread() {
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The writer is here now. Costs a store, but at a change of block.
     *
     * @param address of what it writes
     * @param position of the same in its file
     */
    void at(long address, long position) {
        long newBlock = address - position + position / CycleTrimmer.BLOCK * CycleTrimmer.BLOCK;
        if (newBlock != block) {
            block = newBlock;
            limit = newBlock + CycleTrimmer.BLOCK;
            AT.setRelease(this, address);
            LockSupport.unpark(thread);
        } else {
            AT.setRelease(this, address);
        }
    }

    private void run() {
        try {
            keepAhead();
        } catch (LinkageError | OutOfMemoryError e) {
            // no way to ask the kernel here: the writer faults its pages in by itself
        }
    }

    private void keepAhead() {
        long touched = 0;
        while (!closed) {
            long now = (long) AT.getAcquire(this);
            long end = limit;
            if (now > 0 && now < end) {
                long from = end - (end - now + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
                long to = Math.min(from + AHEAD_BYTES, end);
                boolean known = touched >= from && touched <= to; // else it is far behind, or of another block
                touched = populate(known ? touched : from, to);
            }
            LockSupport.parkNanos(this, EVERY_NANOS);
        }
    }

    /** In slices, since the kernel holds a lock that the writer's page faults need, too. */
    private long populate(long from, long to) {
        long at = from;
        while (at < to && !closed) {
            long bytes = Math.min(SLICE_BYTES, to - at);
            if (Call.madvise(at, bytes, MADV_POPULATE_WRITE) != 0) {
                return at; // not there yet, or not any more
            }
            at += bytes;
        }
        return at;
    }

    /** Returns when the thread has ended. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Call {
        static {
            CLibrary.bind(Call.class);
        }

        private Call() {}

        static native int madvise(long address, long bytes, int advice);
    }
}
