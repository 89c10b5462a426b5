package io.sightlog.bridge;

import io.sightlog.journal.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A broker in memory, with partitions that are served in any order, on a thread of its own, and with the faults that brokers have.
 * All of it under its own monitor; receipts are given outside of it.
 */
final class FakeBroker implements Outlet.Opening, AutoCloseable {
    private static final int PARTITIONS = 4;

    /** What it has got. */
    record Got(Envelope envelope, int partition, int connection) {}

    /** A label set that it has got, before so many events. */
    record Labels(long hash, byte[] content, int before, int connection) {}

    private record Arrived(Position position, long producer, long sequence) {}

    /** Thrown out of whatever is called when the bridge is to die there. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private record Pending(Envelope envelope, Outlet.Receipt receipt, int connection) {}

    private final Random random;
    private final Thread server;
    final List<Got> got = new ArrayList<>();
    final List<Labels> labels = new ArrayList<>();
    final Set<Position> positions = new HashSet<>();
    final List<Outlet.Bridge> opened = new ArrayList<>();
    private final List<Deque<Pending>> partitions = new ArrayList<>();
    private int connection;
    private int failedOpenings;
    private int mostInFlight;
    private boolean closed;

    /** Set by tests, under its monitor or before it is used. */
    boolean isAway;

    boolean holdsAcks;
    boolean readsBack;
    /** Of a thousand that are served, so many end the connection, before or after the broker has them. */
    int failsOfThousand;

    Predicate<Envelope> isTooLarge = envelope -> false;
    boolean saysTooLargeLater;

    @Nullable
    UndeliverableException refusesAll;

    Runnable onSend = () -> {};

    FakeBroker(long seed) {
        random = new Random(seed);
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new ArrayDeque<>());
        }
        server = new Thread(this::serve, "fake broker");
        server.start();
    }

    synchronized void set(Runnable change) {
        change.run();
        notifyAll();
    }

    synchronized int connections() {
        return connection;
    }

    synchronized int failedOpenings() {
        return failedOpenings;
    }

    synchronized int mostInFlight() {
        return mostInFlight;
    }

    synchronized int inFlight() {
        return partitions.stream().mapToInt(Deque::size).sum();
    }

    synchronized int bytesInFlight() {
        return partitions.stream()
                .flatMap(Deque::stream)
                .mapToInt(one -> one.envelope.body().length)
                .sum();
    }

    synchronized int count() {
        return got.size();
    }

    synchronized boolean has(Position position) {
        return positions.contains(position);
    }

    synchronized List<Got> all() {
        return List.copyOf(got);
    }

    @Override
    public synchronized Outlet open(Outlet.Bridge bridge, BooleanSupplier stop) throws IOException {
        if (refusesAll != null) {
            throw refusesAll;
        }
        if (isAway) {
            failedOpenings++;
            throw new BrokerException("connection refused", null);
        }
        opened.add(bridge);
        connection++;
        return new FakeOutlet(connection, readsBack ? arrived() : Set.of());
    }

    private Set<Arrived> arrived() {
        Set<Arrived> arrived = new HashSet<>();
        got.forEach(one ->
                arrived.add(new Arrived(one.envelope.position(), one.envelope.producer(), one.envelope.sequence())));
        return arrived;
    }

    private void serve() {
        while (true) {
            List<Runnable> receipts = new ArrayList<>();
            synchronized (this) {
                while (!closed && (holdsAcks || inFlight() == 0)) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("nobody interrupts here", e);
                    }
                }
                if (closed) {
                    return;
                }
                serveOne(receipts);
            }
            receipts.forEach(Runnable::run);
        }
    }

    private void serveOne(List<Runnable> receipts) {
        int chosen = random.nextInt(PARTITIONS);
        while (partitions.get(chosen).isEmpty()) {
            chosen = (chosen + 1) % PARTITIONS;
        }
        Deque<Pending> partition = partitions.get(chosen);
        boolean fails = random.nextInt(1000) < failsOfThousand;
        if (fails && random.nextBoolean()) {
            failAll(receipts); // before it has it
            return;
        }
        Pending one = partition.remove();
        if (isTooLarge.test(one.envelope)) {
            receipts.add(() -> one.receipt.failed(UndeliverableException.ofOne("too large", null)));
            return;
        }
        got.add(new Got(one.envelope, chosen, one.connection));
        positions.add(one.envelope.position());
        if (fails) {
            receipts.add(() -> one.receipt.failed(new BrokerException("connection reset", null)));
            failAll(receipts); // after it has it
        } else {
            receipts.add(one.receipt::acked);
        }
    }

    /** Ends the connection. */
    void fail() {
        List<Runnable> receipts = new ArrayList<>();
        synchronized (this) {
            failAll(receipts);
        }
        receipts.forEach(Runnable::run);
    }

    private void failAll(List<Runnable> receipts) {
        for (Deque<Pending> partition : partitions) {
            partition.forEach(
                    one -> receipts.add(() -> one.receipt.failed(new BrokerException("connection reset", null))));
            partition.clear();
        }
        connection++; // what the old one sends is refused
    }

    @Override
    public void close() throws InterruptedException {
        set(() -> closed = true);
        server.join();
    }

    private final class FakeOutlet implements Outlet {
        private final int own;
        private final Set<Arrived> arrived;

        FakeOutlet(int own, Set<Arrived> arrived) {
            this.own = own;
            this.arrived = arrived;
        }

        @Override
        public boolean hasArrived(Position position, long producer, long sequence) {
            return arrived.contains(new Arrived(position, producer, sequence));
        }

        @Override
        public void send(Envelope envelope, Receipt receipt) throws IOException {
            onSend.run();
            synchronized (FakeBroker.this) {
                check();
                if (isTooLarge.test(envelope) && !saysTooLargeLater) {
                    throw UndeliverableException.ofOne("too large", null);
                }
                int partition = Math.floorMod(Long.hashCode(envelope.producer()), PARTITIONS);
                partitions.get(partition).add(new Pending(envelope, receipt, own));
                mostInFlight = Math.max(mostInFlight, inFlight());
                FakeBroker.this.notifyAll();
            }
        }

        @Override
        public void sendLabels(long hash, byte[] content) throws IOException {
            synchronized (FakeBroker.this) {
                check();
                labels.add(new Labels(hash, content, got.size() + inFlight(), own));
            }
        }

        private void check() throws BrokerException {
            if (own != connection) {
                throw new BrokerException("connection reset", null);
            }
        }

        @Override
        public void caughtUp() throws IOException {
            synchronized (FakeBroker.this) {
                check();
            }
        }

        @Override
        public void finish(Duration most) {
            long until = System.nanoTime() + most.toNanos();
            synchronized (FakeBroker.this) {
                while (own == connection && inFlight() > 0 && System.nanoTime() < until) {
                    try {
                        FakeBroker.this.wait(1);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("nobody interrupts here", e);
                    }
                }
            }
        }

        @Override
        public boolean isConnected() {
            synchronized (FakeBroker.this) {
                return own == connection && !isAway;
            }
        }

        @Override
        public void close() {
            synchronized (FakeBroker.this) {
                partitions.forEach(Deque::clear);
            }
        }
    }
}
