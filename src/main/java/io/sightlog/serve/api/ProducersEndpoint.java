package io.sightlog.serve.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.inspect.ProducerSeen;
import io.sightlog.inspect.ProducerWatch;
import io.sightlog.inspect.SequenceCheck;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Who appends. */
final class ProducersEndpoint implements Endpoint {
    private static final long AGE_NANOS = 1_000_000_000L;
    /** So long one question may read. */
    private static final long LOOK_NANOS = 1_000_000_000L;

    private static final double DECIMALS = 100;

    private final ProducerWatch watch;
    private final AtomicLong nextTicks = new AtomicLong(System.nanoTime());

    ProducersEndpoint(ProducerWatch watch) {
        this.watch = watch;
    }

    @Override
    public void answer(Question question, Reply reply) throws IOException, Refusal {
        question.allowOnly(Set.of());
        Places.noPath(question, "producers");
        long begun = System.nanoTime();
        long next = nextTicks.get();
        if (begun - next >= 0 && nextTicks.compareAndSet(next, begun + AGE_NANOS)) {
            watch.refresh(() -> System.nanoTime() - begun >= LOOK_NANOS || reply.isOver());
        }
        ProducerWatch.Seen seen = watch.seen();
        Json.answer(reply, json -> write(json, seen));
    }

    private static void write(JsonGenerator json, ProducerWatch.Seen seen) throws IOException {
        Json.wide(json, "sinceNanos", seen.sinceNanos() == 0 ? null : seen.sinceNanos());
        Json.wide(json, "nowNanos", seen.nowNanos());
        json.writeBooleanField("complete", seen.isComplete());
        json.writeArrayFieldStart("producers");
        for (ProducerSeen producer : seen.producers()) {
            write(json, producer);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, ProducerSeen producer) throws IOException {
        json.writeStartObject();
        json.writeStringField("producer", HexFormat.of().toHexDigits(producer.producer()));
        Json.texts(json, "streams", producer.streams());
        Json.texts(json, "sources", producer.sources());
        json.writeNumberField("events", producer.events());
        json.writeNumberField("frames", producer.frames());
        json.writeNumberField("skips", producer.skips());
        json.writeNumberField("messages", producer.messages());
        json.writeNumberField("framesPerSecond", Math.rint(producer.framesPerSecond() * DECIMALS) / DECIMALS);
        Json.text(json, "lastPosition", producer.last());
        Json.wide(json, "lastAppendedNanos", producer.lastAppendedNanos());
        Json.wide(json, "lastCapturedNanos", producer.lastCapturedNanos());
        json.writeNumberField("missing", producer.missing());
        json.writeArrayFieldStart("gaps");
        for (SequenceCheck.Range gap : producer.gaps()) {
            json.writeStartObject();
            Json.wide(json, "first", gap.first());
            Json.wide(json, "last", gap.last());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("repeated", producer.repeated());
        json.writeNumberField("reordered", producer.reordered());
        json.writeNumberField("dropped", producer.dropped());
        Json.wide(json, "decodeP50Nanos", producer.decodeP50Nanos());
        Json.wide(json, "inferP50Nanos", producer.inferP50Nanos());
        json.writeEndObject();
    }
}
