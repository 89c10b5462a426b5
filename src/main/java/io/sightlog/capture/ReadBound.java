package io.sightlog.capture;

import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;

import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * How much FFmpeg reads of a file: until a time, and not too much without a packet in it, which FFmpeg would keep in memory. Owned by
 * the thread that reads.
 */
final class ReadBound implements AutoCloseable {
    /** FFmpeg asks before it reads 32 KiB, or more when it knows how much belongs to a packet. */
    private static final long MAX_READS = 4096;

    private static final int END_NANO_TIME = 0;
    private static final int READS_LEFT = 1;
    private static final AVIOInterruptCB.Callback_Pointer ASKED = new Asked();

    /** FFmpeg is given its address, and asks by it. */
    private final LongPointer state = new LongPointer(2);

    private static final class Asked extends AVIOInterruptCB.Callback_Pointer {
        private static final long serialVersionUID = 1;

        @Override
        public int call(Pointer opaque) {
            LongPointer state = new LongPointer(opaque);
            long left = state.get(READS_LEFT) - 1;
            state.put(READS_LEFT, left);
            return left < 0 || System.nanoTime() - state.get(END_NANO_TIME) >= 0 ? 1 : 0;
        }
    }

    /** @param nanoTime as {@link System#nanoTime} counts */
    ReadBound(long nanoTime) {
        until(nanoTime);
        packet();
    }

    void until(long nanoTime) {
        state.put(END_NANO_TIME, nanoTime);
    }

    /** There was a packet. */
    void packet() {
        state.put(READS_LEFT, MAX_READS);
    }

    /** An FFmpeg context that is about to open a file, and reads it no longer than this says; this stays as long as it. */
    AVFormatContext context() {
        AVFormatContext format = avformat_alloc_context();
        format.interrupt_callback().callback(ASKED).opaque(state);
        return format;
    }

    @Override
    public void close() {
        state.close();
    }
}
