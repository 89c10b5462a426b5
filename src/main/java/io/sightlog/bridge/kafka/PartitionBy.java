package io.sightlog.bridge.kafka;

import io.sightlog.bridge.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.kafka.common.utils.Utils;

/** What of an event chooses its partition. */
public enum PartitionBy {
    /** Its producer: the order of each, and its gaps, stay visible. */
    PRODUCER,
    STREAM,
    SOURCE,
    /** Nothing: all partitions by turns. */
    NONE;

    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] NO_KEY = {};

    /** The record's key; empty for none. */
    byte[] key(Envelope envelope) {
        return switch (this) {
            case PRODUCER -> HEX.toHexDigits(envelope.producer()).getBytes(StandardCharsets.US_ASCII);
            case STREAM -> envelope.stream().getBytes(StandardCharsets.UTF_8);
            case SOURCE -> envelope.source().getBytes(StandardCharsets.UTF_8);
            case NONE -> NO_KEY;
        };
    }

    /** Where Kafka's own client puts a key that is not empty. */
    static int partition(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    /** As the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
