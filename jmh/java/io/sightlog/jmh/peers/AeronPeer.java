package io.sightlog.jmh.peers;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.sightlog.event.EventLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Aeron IPC: one exclusive publication, each event claimed in the log and copied there, bounds checks off.
 *
 * <p>The media driver runs beside the producer. In IPC it carries no message, only the flow control, so its threads are one,
 * and back off: on a machine with two cores a spinning driver would take one of the two that measure.
 */
final class AeronPeer {
    private static final String CHANNEL = "aeron:ipc?term-length=64m";
    private static final int STREAM = 1001;
    private static final int LIMIT = 256;
    private static final long CONNECT_NANOS = 20_000_000_000L;

    private AeronPeer() {}

    private static String home(Path directory) {
        return directory.resolve("aeron").toString();
    }

    static final class Producer implements Sender {
        private final Frames frames = new Frames();
        private final UnsafeBuffer bytes = new UnsafeBuffer(frames.buffer());
        private final BufferClaim claim = new BufferClaim();
        private final MediaDriver driver;
        private final Aeron aeron;
        private final ExclusivePublication publication;

        Producer(Path directory) {
            driver = MediaDriver.launch(new MediaDriver.Context()
                    .aeronDirectoryName(home(directory))
                    .threadingMode(ThreadingMode.SHARED)
                    .termBufferSparseFile(false)
                    .dirDeleteOnStart(true)
                    .dirDeleteOnShutdown(true));
            aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(home(directory)));
            publication = aeron.addExclusivePublication(CHANNEL, STREAM);
            long deadline = System.nanoTime() + CONNECT_NANOS;
            while (!publication.isConnected()) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("no Aeron consumer has come within 20 s");
                }
                Thread.onSpinWait();
            }
        }

        @Override
        public void send(long number, long nanos) {
            frames.with(number, nanos);
            int size = frames.size();
            long position = publication.tryClaim(size, claim);
            while (position < 0) {
                if (position != Publication.BACK_PRESSURED && position != Publication.ADMIN_ACTION) {
                    throw new IllegalStateException("Aeron: " + Publication.errorString(position));
                }
                Thread.onSpinWait();
                position = publication.tryClaim(size, claim);
            }
            claim.buffer().putBytes(claim.offset(), bytes, 0, size);
            claim.commit();
        }

        @Override
        public void close() {
            aeron.close();
            driver.close();
        }
    }

    static final class Consumer implements Receiver {
        private final Aeron aeron;
        private final Subscription subscription;
        private final IdleStrategy idle;
        private @Nullable Arrivals current;
        private final FragmentHandler handler = (buffer, offset, length, header) -> {
            if (current != null) {
                current.onEvent(
                        buffer.getLong(offset + EventLayout.FRAME, ByteOrder.LITTLE_ENDIAN),
                        buffer.getLong(offset + EventLayout.CAPTURED_NANOS, ByteOrder.LITTLE_ENDIAN));
            }
        };

        Consumer(Path directory, WaitKind wait) {
            aeron = Aeron.connect(
                    new Aeron.Context().aeronDirectoryName(home(directory)).driverTimeoutMs(20_000));
            subscription = aeron.addSubscription(CHANNEL, STREAM);
            idle = wait == WaitKind.SPIN ? new BusySpinIdleStrategy() : new BackoffIdleStrategy();
        }

        @Override
        public void poll(Arrivals arrivals) {
            current = arrivals;
            idle.idle(subscription.poll(handler, LIMIT));
        }

        @Override
        public void close() {
            aeron.close();
        }
    }
}
