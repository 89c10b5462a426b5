package io.sightlog.jmh;

import io.sightlog.bridge.kafka.KafkaBroker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's client without a bridge around it, set up as the bridge sets it up: sends records that a bridge has sent before. */
final class BareKafka {
    private static final int IN_TRANSACTION = 1_000;
    private static final long SECONDS = 120;

    private final KafkaBroker broker;

    BareKafka(KafkaBroker broker) {
        this.broker = broker;
    }

    private KafkaProducer<byte[], byte[]> producer(boolean transactions) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                broker.bootstrap(),
                "acks",
                "all",
                "enable.idempotence",
                "true",
                "delivery.timeout.ms",
                Integer.toString(Integer.MAX_VALUE),
                "linger.ms",
                "0",
                "batch.size",
                "65536",
                "buffer.memory",
                Integer.toString(96 << 20),
                "enable.metrics.push",
                "false"));
        if (transactions) {
            settings.put("transactional.id", "bare");
        }
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        if (transactions) {
            producer.initTransactions();
        }
        return producer;
    }

    private static ProducerRecord<byte[], byte[]> anew(ConsumerRecord<byte[], byte[]> record, String topic) {
        return new ProducerRecord<>(topic, record.partition(), record.key(), record.value(), record.headers());
    }

    /** Sends all as fast as it can, and returns records a second, from the first one that is sent to the last acknowledgement. */
    double rate(List<ConsumerRecord<byte[], byte[]>> records, String topic, boolean transactions)
            throws InterruptedException {
        try (KafkaProducer<byte[], byte[]> producer = producer(transactions)) {
            producer.partitionsFor(topic);
            CountDownLatch acks = new CountDownLatch(records.size());
            long began = System.nanoTime();
            int inTransaction = 0;
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (transactions && inTransaction == 0) {
                    producer.beginTransaction();
                }
                producer.send(anew(record, topic), (sent, failure) -> {
                    if (failure == null) {
                        acks.countDown();
                    }
                });
                if (transactions && ++inTransaction == IN_TRANSACTION) {
                    producer.commitTransaction();
                    inTransaction = 0;
                }
            }
            if (inTransaction > 0) {
                producer.commitTransaction();
            }
            Sample.check(acks.await(SECONDS, TimeUnit.SECONDS), acks.getCount() + " records were not acknowledged");
            return records.size() * 1e9 / (System.nanoTime() - began);
        }
    }

    /** Sends so many at a pace; returns for each the nanoseconds from the call to the acknowledgement. */
    long[] latencies(List<ConsumerRecord<byte[], byte[]>> records, String topic, int count, int perSecond)
            throws InterruptedException {
        long[] nanos = new long[count];
        CountDownLatch acks = new CountDownLatch(count);
        try (KafkaProducer<byte[], byte[]> producer = producer(false)) {
            producer.partitionsFor(topic);
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                awaitTurn(start, i, perSecond);
                int at = i;
                long sent = System.nanoTime();
                producer.send(anew(records.get(i % records.size()), topic), (done, failure) -> {
                    nanos[at] = System.nanoTime() - sent;
                    acks.countDown();
                });
            }
            Sample.check(acks.await(SECONDS, TimeUnit.SECONDS), acks.getCount() + " records were not acknowledged");
        }
        return nanos;
    }

    /** Returns when it is the turn of the {@code i}-th. */
    static void awaitTurn(long start, int i, int perSecond) {
        long due = start + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
        long early;
        while ((early = due - System.nanoTime()) > 0) {
            LockSupport.parkNanos(early);
        }
    }
}
