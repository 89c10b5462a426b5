package io.sightlog.capture.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.bytedeco.opencv.opencv_core.Mat;

/** Cameras that do what a test says, in a time that a test makes. */
final class FakeCameras implements Feed.Opener {
    private static final long SECONDS = 60;

    /** What a camera is told to do. */
    sealed interface Order {}

    /** To be there. */
    record Open() implements Order {}

    /** To send a frame so long after the one before. */
    record Send(long stampNanos) implements Order {}

    record Damage(String reason) implements Order {}

    /** To be gone, or not to come. */
    record Go(String reason) implements Order {}

    /** To keep whoever reads it in native code, which asks nobody. */
    record Hang(BooleanSupplier until) implements Order {}

    private final Map<String, BlockingQueue<Order>> orders = new ConcurrentHashMap<>();
    final AtomicInteger unclosedShots = new AtomicInteger();
    final AtomicInteger opened = new AtomicInteger();
    final Clock clock = new Clock();

    /** Stands still, but for sleep. */
    static final class Clock implements LiveClock {
        private final AtomicLong nanos = new AtomicLong(1_000_000);

        void pass(long more) {
            nanos.addAndGet(more);
        }

        @Override
        public long nanoTime() {
            return nanos.get();
        }

        @Override
        public long epochNanos() {
            return 1_700_000_000_000_000_000L + nanos.get();
        }

        @Override
        public void sleep(long more, BooleanSupplier until) {
            if (!until.getAsBoolean()) {
                nanos.addAndGet(more);
            }
        }
    }

    void tell(String stream, Order... all) {
        for (Order order : all) {
            queue(stream).add(order);
        }
    }

    private BlockingQueue<Order> queue(String stream) {
        return orders.computeIfAbsent(stream, name -> new LinkedBlockingQueue<>());
    }

    /** Waits until every camera has done what it was told. */
    void finish() {
        await(() -> orders.values().stream().allMatch(BlockingQueue::isEmpty));
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Override
    public Feed open(LiveAddress address, LiveOptions options, Feed.Limits limits) throws FeedException {
        BlockingQueue<Order> mine = queue(address.stream());
        Order order = take(mine, limits);
        if (order instanceof Go go) {
            mine.remove();
            throw new FeedException(go.reason);
        }
        if (order instanceof Hang hang) {
            mine.remove();
            await(hang.until);
            throw new FeedException("it hung");
        }
        assertThat(order).isInstanceOf(Open.class);
        mine.remove();
        opened.incrementAndGet();
        return new FakeFeed(mine, limits);
    }

    /** Looks at the next order, and leaves it there until it is done. */
    private static Order take(BlockingQueue<Order> mine, Feed.Limits limits) throws FeedException {
        while (true) {
            Order order = mine.peek();
            if (order != null) {
                return order;
            }
            if (limits.isOver()) {
                throw new FeedException("silent");
            }
            Thread.onSpinWait();
        }
    }

    private final class FakeFeed implements Feed {
        private final BlockingQueue<Order> mine;
        private final Limits limits;
        private boolean done;

        FakeFeed(BlockingQueue<Order> mine, Limits limits) {
            this.mine = mine;
            this.limits = limits;
        }

        @Override
        public Next next() throws FeedException {
            if (done) {
                mine.remove();
                done = false;
            }
            Order order = take(mine, limits);
            limits.alive();
            done = true;
            if (order instanceof Send send) {
                return new Decoded(new FakeShot(), send.stampNanos);
            }
            if (order instanceof Damage damage) {
                return new Damaged(damage.reason);
            }
            mine.remove();
            done = false;
            throw new FeedException(order instanceof Go go ? go.reason : "told " + order);
        }

        @Override
        public void close() {}
    }

    private final class FakeShot implements Feed.Shot {
        FakeShot() {
            unclosedShots.incrementAndGet();
        }

        @Override
        public Mat picture() {
            return new Mat(2, 2, CV_8UC3);
        }

        @Override
        public void close() {
            unclosedShots.decrementAndGet();
        }
    }
}
