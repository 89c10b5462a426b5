package io.sightlog.bridge.kafka;

import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.Envelope;
import io.sightlog.bridge.Outlet.Bridge;
import io.sightlog.bridge.Outlet.Receipt;
import io.sightlog.bridge.UndeliverableException;
import io.sightlog.bridge.kafka.KafkaTopics.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer on its topic: what both ways of sending have in common. It looks at the topic again every now and then: label sets
 * go to partitions that were added, and a topic that was deleted or made anew ends it. One thread, but for {@link #isConnected}.
 */
final class Sending implements AutoCloseable {
    private static final String LOOK = "metadata.max.age.ms";
    /** How often the topic is looked at while nothing is acknowledged. */
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** What is on its way gets so long when it is to stop. */
    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /** Larger than what the bridge has on its way, with batches that are not full. */
    private static final String BUFFER_BYTES = Long.toString(96L << 20);

    /** As much as no acknowledgement that never comes can end. */
    private static final Map<String, Object> OWN = Map.of(
            "acks",
            "all",
            "enable.idempotence",
            "true",
            "retries",
            Integer.toString(Integer.MAX_VALUE),
            "delivery.timeout.ms",
            Integer.toString(Integer.MAX_VALUE),
            "max.block.ms",
            "2000",
            "buffer.memory",
            BUFFER_BYTES);

    private static final Map<String, Object> LIKED = Map.of(
            "linger.ms",
            "0",
            "batch.size",
            "65536",
            "max.request.size",
            Integer.toString(8 << 20),
            "request.timeout.ms",
            "15000",
            LOOK,
            "30000");

    private final KafkaTopics topics;
    private final BooleanSupplier stop;
    private final Records records;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Metric connections;
    /** How often the topic is looked at. */
    private final long lookNanos;

    private Topic topic;
    private final Map<Long, byte[]> labels = new LinkedHashMap<>();
    private @Nullable KafkaFuture<TopicDescription> asked;
    private boolean seenMissing;
    private long lookedNanos = System.nanoTime();
    private long onTheirWay;
    private long movedNanos = System.nanoTime();
    private volatile @Nullable IOException labelsFailed;

    /**
     * Makes it; nothing is sent.
     *
     * @param topics stays the caller's
     * @param more properties of the producer that the bridge needs
     */
    Sending(
            ClientProperties properties,
            KafkaTopics topics,
            Topic topic,
            PartitionBy by,
            Bridge bridge,
            Map<String, Object> more,
            BooleanSupplier stop)
            throws IOException {
        this.topics = topics;
        this.topic = topic;
        this.stop = stop;
        this.records = new Records(topic.name(), by, bridge, topic.partitions());
        Map<String, Object> own = new HashMap<>(OWN);
        own.putAll(more);
        Map<String, Object> liked = new HashMap<>(LIKED);
        liked.put("client.id", "sightlog-" + bridge.name());
        Map<String, Object> all = properties.producer(own, liked);
        this.lookNanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(String.valueOf(all.get(LOOK))));
        try {
            this.producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw KafkaErrors.of("cannot send to " + properties.brokers(), e);
        }
        this.connections = connections(producer);
    }

    private static Metric connections(KafkaProducer<byte[], byte[]> producer) {
        return producer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("connection-count")
                        && metric.getKey().group().equals("producer-metrics"))
                .map(metric -> (Metric) metric.getValue())
                .findAny()
                .orElseThrow(() -> new IllegalStateException("the client has no metric connection-count"));
    }

    KafkaProducer<byte[], byte[]> producer() {
        return producer;
    }

    Topic topic() {
        return topic;
    }

    /** Sends; the receipt comes later. */
    void send(Envelope envelope, Receipt receipt) throws IOException {
        look();
        send(records.of(envelope), receipt);
    }

    /** Sends what is no event, likewise. */
    void send(ProducerRecord<byte[], byte[]> record, Receipt receipt) throws IOException {
        count(1);
        try {
            var unused = producer.send(record, (metadata, failure) -> {
                count(-1);
                if (failure == null) {
                    receipt.acked();
                } else {
                    receipt.failed(KafkaErrors.ofRecord("topic \"" + record.topic() + "\"", failure));
                }
            });
        } catch (KafkaException | IllegalStateException e) { // the producer has failed before, or was fenced
            count(-1);
            throw KafkaErrors.ofCall("topic \"" + record.topic() + "\"", e);
        }
    }

    private synchronized void count(int change) {
        onTheirWay += change;
        if (change < 0 || onTheirWay == 1) {
            movedNanos = System.nanoTime();
        }
        if (onTheirWay == 0) {
            notifyAll();
        }
    }

    /** A label set, to every partition there is, and to all that will be. */
    void sendLabels(long hash, byte[] content) throws IOException {
        labels.put(hash, content);
        for (int partition = 0; partition < records.partitions(); partition++) {
            send(records.ofLabels(hash, content, partition), labelsReceipt());
        }
    }

    private Receipt labelsReceipt() {
        return new Receipt() {
            @Override
            public void acked() {
                // what comes after it in its partition is acknowledged later
            }

            @Override
            public void failed(IOException why) {
                labelsFailed = why instanceof UndeliverableException never && never.isOfOne()
                        ? UndeliverableException.ofAll("a label set: " + why.getMessage(), why)
                        : why;
            }
        };
    }

    /** For how long nothing was acknowledged although something is on its way, in nanoseconds; 0 when nothing is. */
    private synchronized long silentNanos() {
        return onTheirWay == 0 ? 0 : System.nanoTime() - movedNanos;
    }

    /**
     * Waits until nothing is on its way.
     *
     * @param most for how long, all in all; a few seconds from when it is to stop
     * @param mostSilent for how long while nothing is acknowledged
     * @return whether nothing is
     */
    synchronized boolean awaitAcks(Duration most, Duration mostSilent) throws IOException {
        long end = System.nanoTime() + most.toNanos();
        while (onTheirWay > 0) {
            if (stop.getAsBoolean()) {
                end = Math.min(end, System.nanoTime() + STOP_NANOS);
            }
            long left = Math.min(end - System.nanoTime(), mostSilent.toNanos() - silentNanos());
            if (left <= 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, ASK_NANOS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BrokerException("interrupted", e);
            }
        }
        return true;
    }

    /**
     * Called again and again: looks at the topic when it is time for that, and never waits.
     *
     * @throws IOException when there is no more to be sent on this one
     */
    void look() throws IOException {
        IOException failed = labelsFailed;
        if (failed != null) {
            throw failed;
        }
        KafkaFuture<TopicDescription> question = asked;
        if (question != null) {
            if (question.isDone()) {
                asked = null;
                answered(question);
            }
            return;
        }
        long silent = silentNanos();
        if (System.nanoTime() - lookedNanos > (silent > SILENT_NANOS ? Math.min(SILENT_NANOS, lookNanos) : lookNanos)) {
            asked = topics.ask(topic.name());
        }
    }

    private void answered(KafkaFuture<TopicDescription> question) throws IOException {
        lookedNanos = System.nanoTime();
        Topic now;
        try {
            now = topics.answer(topic.name(), question, stop);
        } catch (BrokerException e) {
            return; // away: what is on its way waits for it
        }
        if (now == null) {
            if (seenMissing) {
                throw UndeliverableException.ofAll("topic \"" + topic.name() + "\" was deleted", null);
            }
            seenMissing = true; // by a broker that has just started, perhaps
            asked = topics.ask(topic.name());
            return;
        }
        seenMissing = false;
        if (!now.id().equals(topic.id()) || now.partitions() < topic.partitions()) {
            throw new BrokerException("topic \"" + topic.name() + "\" was made anew", null);
        }
        for (int added = topic.partitions(); added < now.partitions(); added++) {
            for (Map.Entry<Long, byte[]> set : labels.entrySet()) {
                send(records.ofLabels(set.getKey(), set.getValue(), added), labelsReceipt());
            }
        }
        topic = now;
        records.partitions(now.partitions());
    }

    boolean isConnected() {
        return connections.metricValue() instanceof Number count && count.doubleValue() > 0;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
