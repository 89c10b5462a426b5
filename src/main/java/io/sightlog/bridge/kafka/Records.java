package io.sightlog.bridge.kafka;

import io.sightlog.bridge.Envelope;
import io.sightlog.bridge.Form;
import io.sightlog.bridge.Headers;
import io.sightlog.bridge.Outlet.Bridge;
import io.sightlog.event.JournalId;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Makes records of envelopes: partition, key, headers. No time of ours is in them: one of long ago would let the broker delete the
 * record at once. One thread.
 */
final class Records {
    /** So many records without a key go to one partition in a row, so that they share batches. */
    private static final int RUN = 500;

    private static final HexFormat HEX = HexFormat.of();

    private final String topic;
    private final PartitionBy by;
    private final byte[] bridge;
    private int partitions;

    private int runPartition;
    private int runLeft;
    private List<JournalId> lastPath = List.of();
    private byte[] lastPathText = {};
    private String lastType = "";
    private byte[] lastTypeText = {};

    Records(String topic, PartitionBy by, Bridge bridge, int partitions) {
        this.topic = topic;
        this.by = by;
        this.bridge = ascii(mark(bridge));
        this.partitions = partitions;
        this.runPartition = new SplittableRandom().nextInt(partitions);
    }

    /** What {@link Headers#BRIDGE} says. */
    static String mark(Bridge bridge) {
        return bridge.name() + "/" + bridge.resets();
    }

    int partitions() {
        return partitions;
    }

    void partitions(int newPartitions) {
        partitions = newPartitions;
    }

    ProducerRecord<byte[], byte[]> of(Envelope envelope) {
        byte[] key = by.key(envelope);
        int partition = key.length == 0 ? next() : PartitionBy.partition(key, partitions);
        RecordHeaders headers = new RecordHeaders();
        headers.add(Headers.ID, ascii(HEX.toHexDigits(envelope.producer()) + "-" + envelope.sequence()));
        headers.add(Headers.POSITION, ascii(envelope.position().toString()));
        headers.add(Headers.CAPTURED, ascii(Long.toString(envelope.capturedNanos())));
        headers.add(Headers.PATH, path(envelope.path()));
        headers.add(Headers.BRIDGE, bridge);
        headers.add(Headers.TYPE, type(envelope.contentType()));
        return new ProducerRecord<>(topic, partition, key.length == 0 ? null : key, envelope.body(), headers);
    }

    private int next() {
        if (runLeft-- <= 0) {
            runLeft = RUN;
            runPartition = (runPartition + 1) % partitions;
        }
        return Math.min(runPartition, partitions - 1);
    }

    /** A label set, for one partition. */
    ProducerRecord<byte[], byte[]> ofLabels(long hash, byte[] content, int partition) {
        byte[] name = ascii(Headers.labels(hash));
        RecordHeaders headers = new RecordHeaders();
        headers.add(Headers.LABELS, name);
        headers.add(Headers.TYPE, ascii(Form.LABELS_TYPE));
        return new ProducerRecord<>(topic, partition, name, content, headers);
    }

    private byte[] path(List<JournalId> path) {
        if (!path.equals(lastPath)) {
            lastPath = path;
            lastPathText = ascii(path.stream().map(JournalId::toString).collect(Collectors.joining(",")));
        }
        return lastPathText;
    }

    private byte[] type(String type) {
        if (!type.equals(lastType)) {
            lastType = type;
            lastTypeText = ascii(type);
        }
        return lastTypeText;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
