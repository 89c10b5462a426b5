package io.sightlog.jmh.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A pair of processes of the control beside a peer's: they wait while the peer is measured, and run right before and right after
 * it. What they take says in which state the machine is, which may change within seconds. One thread.
 */
final class Control implements AutoCloseable {
    private static final Peer PEER = Peer.C_COPY;

    private final Plan plan;
    private final @Nullable Child producer;
    private final @Nullable Child consumer;

    private Control(Plan plan, @Nullable Child producer, @Nullable Child consumer) {
        this.plan = plan;
        this.producer = producer;
        this.consumer = consumer;
    }

    /**
     * Starts both; none without a compiler.
     *
     * @param in the folder of the peer
     */
    static Control start(Plan plan, Path in) {
        if (!plan.programs().has(PEER)) {
            return new Control(plan, null, null);
        }
        try {
            Path own = Files.createDirectory(in.resolve("control"));
            int eventBytes = Session.writeEvent(own);
            Child consumer = child(plan, "consumer", own, eventBytes);
            Control started = new Control(plan, child(plan, "producer", own, eventBytes), consumer);
            started.begin();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + in, e);
        }
    }

    private static Child child(Plan plan, String role, Path in, int eventBytes) {
        return new Child(
                "the control's " + role,
                plan.pinned(
                        role,
                        plan.programs()
                                .foreign(
                                        PEER,
                                        WaitKind.SPIN,
                                        role,
                                        in,
                                        plan.controlBytes(eventBytes),
                                        plan.controlEvents())),
                in.resolve(role + ".log"));
    }

    private void begin() {
        boolean begun = false;
        try {
            if (producer != null && consumer != null) {
                consumer.answer("up", Plan.PATIENCE_SECONDS);
                producer.answer("up", Plan.PATIENCE_SECONDS);
                p50Nanos(Plan.WARM_UP_RATE);
            }
            begun = true;
        } finally {
            if (!begun) {
                kill();
            }
        }
    }

    /** Its p50 at this rate, now; 0 without a compiler. */
    long p50Nanos(long rate) {
        if (producer == null || consumer == null) {
            return 0;
        }
        consumer.say("receive");
        consumer.answer("ready", Plan.PATIENCE_SECONDS);
        producer.say("send " + rate + " " + plan.controlSeconds() + " " + plan.controlEvents());
        producer.answer("sent", Plan.PATIENCE_SECONDS);
        return Session.numbers(consumer.answer("received", Plan.PATIENCE_SECONDS))[4];
    }

    private void kill() {
        for (Child child : new @Nullable Child[] {producer, consumer}) {
            if (child != null) {
                child.kill();
            }
        }
        close();
    }

    @Override
    public void close() {
        for (Child child : new @Nullable Child[] {producer, consumer}) {
            if (child != null) {
                child.close();
            }
        }
    }
}
