package io.sightlog.journal;

import io.sightlog.event.EventDraft;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.internal.frames.FrameFiles;
import io.sightlog.journal.internal.frames.FrameRoom;
import io.sightlog.journal.internal.os.IoReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pictures beside the events of a writer: first the picture, then the event that says where it is ({@link EventDraft#keptFrame}).
 *
 * <p>Events matter more. So pictures stop while less room is left on the device than a reserve, 1 GiB or a twentieth of the device,
 * whichever is more, and when they cannot be written for another reason; the {@link Listener} hears of it, events go on without them, and it
 * begins again when there is room.
 *
 * <p>From {@link JournalWriter#frames}, closed with the writer, and on its thread.
 */
public final class FrameWriter {
    private static final long LOOK_EVERY_NANOS = 1_000_000_000;
    private static final long TRY_AGAIN_NANOS = 10 * LOOK_EVERY_NANOS;
    private static final long LOOK_EVERY_BYTES = 16 << 20;

    private final FrameFiles files;
    private final FrameRoom.Look look;
    private final IntSupplier newestCycle;
    private final LongSupplier ticks;
    private final Listener listener;

    private boolean stopped;
    private long nextLook;
    private long bytesSinceLook;
    private long kept;
    private long keptBytes;
    private long notKept;

    /** Hears when pictures are not kept any more, and again. On the writer's thread. */
    public interface Listener {
        /**
         * Pictures are not kept from now on.
         *
         * @param why one line
         */
        void stopped(String why);

        /**
         * Pictures are kept again.
         *
         * @param notKept how many were not since it stopped
         */
        void resumed(long notKept);
    }

    /**
     * @param newestCycle that in which an event would be appended now
     * @param ticks nanoseconds since whenever
     */
    FrameWriter(FrameFiles files, FrameRoom.Look look, IntSupplier newestCycle, LongSupplier ticks, Listener listener) {
        this.files = files;
        this.look = look;
        this.newestCycle = newestCycle;
        this.ticks = ticks;
        this.listener = listener;
        this.nextLook = ticks.getAsLong();
    }

    /** As {@link #write(ByteBuffer, int, int, long)}, all of an array. */
    public @Nullable KeptFrame write(byte[] jpeg, int width, int height, long capturedNanos) {
        return write(ByteBuffer.wrap(jpeg), width, height, capturedNanos);
    }

    /**
     * Keeps a picture. With {@link Durability#EVERY_EVENT} it is on the device when this returns.
     *
     * @param jpeg its bytes between position and limit, 1 to 64 MiB; stays as it is
     * @param width in pixels, 0 unknown
     * @param height likewise
     * @param capturedNanos of the frame, since the epoch
     * @return for the event that is appended next, or soon: what is appended before a later cycle has come and gone is sure to keep its
     *     picture as long as itself. Null when pictures are not kept for now
     * @throws IllegalArgumentException when it is empty, or too large
     * @throws IllegalStateException when the writer is closed
     */
    public @Nullable KeptFrame write(ByteBuffer jpeg, int width, int height, long capturedNanos) {
        int bytes = jpeg.remaining();
        if (!FrameFiles.fits(bytes) || width < 0 || height < 0) {
            throw new IllegalArgumentException("a picture of " + bytes + " bytes, " + width + "x" + height
                    + ": 1 byte to 64 MiB, and sides of 0 or more, are needed");
        }
        KeptFrame frame = null;
        try {
            int cycle = newestCycle.getAsInt();
            String obstacle = obstacle(bytes);
            if (obstacle == null) {
                frame = files.append(jpeg, width, height, capturedNanos, cycle);
            } else {
                stop(obstacle);
            }
        } catch (IOException e) {
            failed(IoReason.of(e));
        } catch (JournalException e) {
            failed(String.valueOf(e.getMessage()));
        }
        count(frame, bytes);
        return frame;
    }

    /** Null when nothing is known that keeps it from being written; empty when there is the same as before. */
    private @Nullable String obstacle(int bytes) throws IOException {
        bytesSinceLook += bytes;
        boolean isDue = ticks.getAsLong() - nextLook >= 0 || (!stopped && bytesSinceLook > LOOK_EVERY_BYTES);
        if (!isDue) {
            return stopped ? "" : null;
        }
        nextLook = ticks.getAsLong() + LOOK_EVERY_NANOS;
        bytesSinceLook = 0;
        files.look();
        FrameRoom room = look.room();
        boolean isEnough = stopped ? room.isEnoughToGoOn() : !room.isShort();
        return isEnough
                ? null
                : String.format(
                        Locale.ROOT,
                        "%,d MB are free on its device, and %,d MB are reserved for events",
                        room.usableBytes() / 1_000_000,
                        room.reserveBytes() / 1_000_000);
    }

    private void failed(String why) {
        nextLook = ticks.getAsLong() + TRY_AGAIN_NANOS;
        stop(why);
    }

    private void stop(String why) {
        if (!stopped) {
            stopped = true;
            notKept = 0;
            listener.stopped(why);
        }
    }

    private void count(@Nullable KeptFrame frame, int bytes) {
        if (frame == null) {
            notKept++;
        } else {
            kept++;
            keptBytes += bytes;
            if (stopped) {
                stopped = false;
                listener.resumed(notKept);
            }
        }
    }

    /** Whether pictures are not kept for now. */
    public boolean isStopped() {
        return stopped;
    }

    /** How many were kept. */
    public long kept() {
        return kept;
    }

    /** What these have, in bytes. */
    public long keptBytes() {
        return keptBytes;
    }

    /** Under the write lock: an event that points to this frame is about to be there. */
    void points(@Nullable KeptFrame frame, int cycle) {
        if (frame != null) {
            files.points(frame, cycle);
        }
    }

    /** An event was appended. */
    void appended(int cycle) {
        try {
            files.appended(cycle);
        } catch (IOException e) {
            // a file that cannot be closed; it is not used any more
        }
    }

    void close() {
        try {
            files.close();
        } catch (IOException e) {
            // whoever prunes removes what is left
        }
    }
}
