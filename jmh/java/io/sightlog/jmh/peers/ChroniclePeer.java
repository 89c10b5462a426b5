package io.sightlog.jmh.peers;

import io.sightlog.event.Memory;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.threads.BusyPauser;
import net.openhft.chronicle.threads.Pauser;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * Chronicle Queue at its barest: bytes that were encoded once are copied into a document, and the consumer copies them out, or
 * reads two longs of them where they lie. No checksum, no stamp of the append, no check of what is read.
 */
final class ChroniclePeer {
    private ChroniclePeer() {}

    static ChronicleQueue open(Path directory) {
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
        System.setProperty("chronicle.disk.monitor.disable", "true");
        return ChronicleQueue.singleBuilder(directory.resolve("queue"))
                .rollCycle(RollCycles.FAST_HOURLY)
                .build();
    }

    /**
     * Spinning, or what the library offers beside it. {@link Pauser#busy} would sleep 500 microseconds at a time on a machine
     * with two cores, and so would {@link Pauser#balanced} if {@link Session} did not set {@code pauser.minProcessors}.
     */
    static Pauser pauser(WaitKind wait) {
        return wait == WaitKind.SPIN ? BusyPauser.INSTANCE : Pauser.balanced();
    }

    static final class Producer implements Sender {
        private final Frames frames = new Frames();
        private final ChronicleQueue queue;
        private final ExcerptAppender appender;

        Producer(Path directory) {
            queue = open(directory);
            appender = queue.createAppender();
        }

        @Override
        public void send(long number, long nanos) {
            long from = frames.with(number, nanos);
            int size = frames.size();
            try (DocumentContext document = appender.writingDocument()) {
                Bytes<?> bytes = document.wire().bytes();
                Memory.copy(from, bytes.addressForWrite(bytes.writePosition()), size);
                bytes.writeSkip(size);
            }
        }

        @Override
        public void close() {
            appender.close();
            queue.close();
        }
    }

    static final class Consumer implements Receiver {
        private final ChronicleQueue queue;
        private final ExcerptTailer tailer;
        private final Pauser pauser;
        private final boolean copies;
        private final Frames copy = new Frames();

        /** @param copies whether every byte is copied out, and the two longs are read from the copy */
        Consumer(Path directory, WaitKind wait, boolean copies) {
            this.copies = copies;
            queue = open(directory);
            tailer = queue.createTailer();
            pauser = pauser(wait);
        }

        @Override
        public void poll(Arrivals arrivals) {
            try (DocumentContext document = tailer.readingDocument()) {
                if (document.isPresent()) {
                    Bytes<?> bytes = document.wire().bytes();
                    long at = bytes.addressForRead(bytes.readPosition());
                    at = copies ? copy.of(at) : at;
                    arrivals.onEvent(Frames.number(at), Frames.nanos(at));
                    pauser.reset();
                    return;
                }
            }
            pauser.pause();
        }

        @Override
        public void close() {
            tailer.close();
            queue.close();
        }
    }
}
