package io.sightlog.bridge.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sightlog.bridge.InboxProgress;
import io.sightlog.event.Checkpoint;
import io.sightlog.event.JournalId;
import io.sightlog.event.Origin;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which record of each partition of a topic is the next one: what a receiver writes into its journal, and finds there. One thread.
 */
final class ReceivedOffsets implements InboxProgress {
    /** Of messages that carry nothing but offsets. */
    static final String TOPIC = "sightlog/kafka/offsets";

    /** After so many records they are written again. */
    private static final long EVERY = 10_000;

    private static final JsonFactory JSON = new JsonFactory();

    private final JournalId journal;
    private final Source source;
    private final Map<Integer, Long> next = new TreeMap<>();
    private long sinceWritten;

    /**
     * A topic, which another one of the same name is not.
     *
     * @param cluster its cluster's id
     * @param topicId its own
     */
    record Source(String cluster, String topic, String topicId) {
        /** Whether records of this topic are meant. */
        boolean is(Origin origin) {
            return origin.kind() == Origin.KAFKA
                    && origin.broker().equals(cluster)
                    && origin.topicId().equals(topicId)
                    && origin.partition() >= 0
                    && origin.offset() >= 0;
        }
    }

    /** What a checkpoint says. */
    record Read(Source source, Map<Integer, Long> next) {}

    ReceivedOffsets(JournalId journal, Source source) {
        this.journal = journal;
        this.source = source;
    }

    Source source() {
        return source;
    }

    /** The next offset of each partition that is known; a view. */
    Map<Integer, Long> next() {
        return next;
    }

    /** This record is the next one, whatever was before. */
    void set(int partition, long offset) {
        next.put(partition, offset);
    }

    @Override
    public void done(Origin from) {
        sinceWritten++;
        next.merge(from.partition(), from.offset() + 1, Math::max);
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public boolean isDue() {
        return sinceWritten >= EVERY;
    }

    /** Whether so much was left out since that it stands alone now. */
    boolean isOverdue() {
        return sinceWritten >= 10 * EVERY;
    }

    @Override
    public void written() {
        sinceWritten = 0;
    }

    @Override
    public Checkpoint checkpoint() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("bridge", "kafka");
            json.writeStringField("cluster", source.cluster);
            json.writeStringField("topic", source.topic);
            json.writeStringField("topicId", source.topicId);
            json.writeObjectFieldStart("next");
            for (Map.Entry<Integer, Long> one : next.entrySet()) {
                json.writeStringField(one.getKey().toString(), one.getValue().toString());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException(e); // a text takes everything
        }
        return new Checkpoint(journal, text.toString());
    }

    /** What the checkpoint of a journal says; null when it is none of Kafka's bridge, or cannot be read. */
    static @Nullable Read read(Checkpoint checkpoint) {
        Map<String, String> texts = new TreeMap<>();
        Map<Integer, Long> next = new TreeMap<>();
        try (JsonParser json = JSON.createParser(checkpoint.text())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (value == JsonToken.START_OBJECT && name.equals("next")) {
                    while (json.nextToken() == JsonToken.FIELD_NAME) {
                        int partition = Integer.parseInt(json.currentName());
                        json.nextToken();
                        next.put(partition, Long.parseLong(json.getText()));
                    }
                } else if (value == JsonToken.VALUE_STRING) {
                    texts.put(name, json.getText());
                } else {
                    json.skipChildren();
                }
            }
        } catch (IOException | NumberFormatException e) {
            return null; // a later version's, or damaged by who wrote it
        }
        boolean isKafkas = "kafka".equals(texts.get("bridge"));
        Source source = new Source(
                texts.getOrDefault("cluster", ""), texts.getOrDefault("topic", ""), texts.getOrDefault("topicId", ""));
        return isKafkas ? new Read(source, next) : null;
    }
}
