package io.sightlog.bridge.kafka;

import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.Headers;
import io.sightlog.bridge.Outlet.Bridge;
import io.sightlog.bridge.kafka.KafkaTopics.Topic;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a bridge are at the ends of the partitions already, though it does not know: it died, or lost the connection,
 * before it was told. The set of their ids is exact however many partitions there were and are, and whatever became of the journal;
 * what still is on the wire while this reads is not in it.
 */
final class ReadBack {
    /** So many own records that are done with say that none that is not comes before them. */
    private static final int BEHIND = 1_000;
    /** Of a partition into which others write, too. */
    private static final int MOST_RECORDS = 200_000;

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final String mark;
    private final String journal;
    private final @Nullable Position handled;
    private final int window;
    private final Set<Headers.Id> arrived = new HashSet<>();

    private final long deadlineNanos = System.nanoTime() + MOST_NANOS;

    private int own;
    private int behind;
    private int all;

    private ReadBack(Bridge bridge, int window) {
        this.mark = Records.mark(bridge);
        this.journal = bridge.journal().toString();
        this.handled = bridge.handled();
        this.window = window;
    }

    /**
     * Reads it.
     *
     * @param window so many events may be on their way at once
     */
    static Set<Headers.Id> of(ClientProperties properties, Topic topic, Bridge bridge, int window, BooleanSupplier stop)
            throws IOException {
        ReadBack readBack = new ReadBack(bridge, window);
        try (Backwards backwards = new Backwards(properties, false, stop)) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = 0; i < topic.partitions(); i++) {
                partitions.add(new TopicPartition(topic.name(), i));
            }
            for (Map.Entry<TopicPartition, Long> end :
                    backwards.ends(partitions).entrySet()) {
                readBack.own = 0;
                readBack.behind = 0;
                readBack.all = 0;
                backwards.read(end.getKey(), end.getValue(), readBack::look);
            }
        } catch (BrokerException e) {
            throw new BrokerException("cannot see what has arrived: " + e.getMessage(), e);
        }
        return readBack.arrived;
    }

    private boolean look(ConsumerRecord<byte[], byte[]> record) {
        Position position = isOwn(record) ? position(record) : null;
        Headers.Id id = position == null ? null : id(record);
        if (position != null && id != null) {
            own++;
            if (handled != null && position.compareTo(handled) <= 0) {
                behind++;
            } else {
                arrived.add(id);
            }
        }
        return System.nanoTime() - deadlineNanos < 0
                && ++all < MOST_RECORDS
                && behind < BEHIND
                && own < window + BEHIND;
    }

    private boolean isOwn(ConsumerRecord<byte[], byte[]> record) {
        String path = text(record, Headers.PATH);
        return mark.equals(text(record, Headers.BRIDGE)) && path != null && path.endsWith(journal);
    }

    private static @Nullable Position position(ConsumerRecord<byte[], byte[]> record) {
        String text = text(record, Headers.POSITION);
        try {
            return text == null ? null : Position.parse(text);
        } catch (IllegalArgumentException e) {
            return null; // of somebody who only looks like us
        }
    }

    private static Headers.@Nullable Id id(ConsumerRecord<byte[], byte[]> record) {
        String text = text(record, Headers.ID);
        return text == null ? null : Headers.id(Map.of(Headers.ID, text));
    }

    private static @Nullable String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
