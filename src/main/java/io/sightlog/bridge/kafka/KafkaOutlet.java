package io.sightlog.bridge.kafka;

import io.sightlog.bridge.Envelope;
import io.sightlog.bridge.Headers;
import io.sightlog.bridge.Outlet;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * Sends to Kafka with an idempotent producer: within one connection each event arrives once, in its order. After a death or a new
 * connection, what can be seen at the ends of the partitions is not sent again.
 */
final class KafkaOutlet implements Outlet {
    private final KafkaTopics topics;
    private final Sending sending;
    private final Set<Headers.Id> arrived;

    /**
     * Takes all of it over.
     *
     * @param arrived events that are there already
     */
    KafkaOutlet(KafkaTopics topics, Sending sending, Set<Headers.Id> arrived) {
        this.topics = topics;
        this.sending = sending;
        this.arrived = arrived;
    }

    @Override
    public boolean hasArrived(Position position, long producer, long sequence) {
        return !arrived.isEmpty() && arrived.contains(new Headers.Id(producer, sequence));
    }

    @Override
    public void send(Envelope envelope, Receipt receipt) throws IOException {
        sending.send(envelope, receipt);
    }

    @Override
    public void sendLabels(long hash, byte[] content) throws IOException {
        sending.sendLabels(hash, content);
    }

    @Override
    public void caughtUp() throws IOException {
        sending.look();
    }

    /** Receipts come by themselves: this only waits for them. */
    @Override
    public void finish(Duration most) throws IOException {
        sending.awaitAcks(most, most);
    }

    @Override
    public boolean isConnected() {
        return sending.isConnected();
    }

    @Override
    public void close() {
        sending.close();
        topics.close();
    }
}
