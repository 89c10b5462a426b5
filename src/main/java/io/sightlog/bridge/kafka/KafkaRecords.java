package io.sightlog.bridge.kafka;

import io.sightlog.bridge.Arrival;
import io.sightlog.bridge.Headers;
import io.sightlog.bridge.kafka.ReceivedOffsets.Source;
import io.sightlog.event.Origin;
import io.sightlog.event.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** What is taken of a record: its value, where it is, and the headers that a bridge may have written. */
final class KafkaRecords {
    private static final String OURS = "sightlog-";
    private static final long NANOS_PER_MILLI = 1_000_000;

    private KafkaRecords() {}

    /** A record without a value has none of its bytes. Its timestamp is when it was captured, unless a header says it. */
    static Arrival arrival(Source source, ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        long millis = record.timestamp();
        if (millis >= 0 && millis <= Long.MAX_VALUE / NANOS_PER_MILLI) {
            headers.put(Headers.CAPTURED, Long.toString(millis * NANOS_PER_MILLI));
        }
        for (Header header : record.headers()) {
            byte[] value = header.value();
            boolean isWanted = header.key().startsWith(OURS) || header.key().equals(Headers.TYPE);
            if (isWanted && value != null && Utf8.firstBad(value, 0, value.length) < 0) {
                headers.put(header.key(), new String(value, StandardCharsets.UTF_8));
            }
        }
        Origin from = new Origin(
                Origin.KAFKA,
                source.cluster(),
                source.topic(),
                source.topicId(),
                "",
                record.partition(),
                record.offset(),
                List.of(),
                0,
                0,
                0);
        byte[] value = record.value();
        return new Arrival(from, source.topic(), headers, value == null ? new byte[0] : value);
    }
}
