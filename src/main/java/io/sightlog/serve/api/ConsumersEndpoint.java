package io.sightlog.serve.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** The named consumers, and how far behind they are. */
final class ConsumersEndpoint implements Endpoint {
    private static final long AGE_NANOS = 1_000_000_000L;

    private final Journal journal;
    private final Kept<List<Consumer>> consumers;

    /** @param holder the name of its process, null when that is not known */
    private record Consumer(ConsumerStatus status, @Nullable String holder) {}

    ConsumersEndpoint(Journal journal, ExecutorService beside) {
        this.journal = journal;
        consumers = new Kept<>(beside, AGE_NANOS, this::look);
    }

    private List<Consumer> look() {
        List<Consumer> found = new ArrayList<>();
        for (ConsumerStatus status : journal.exists() ? journal.consumers() : List.<ConsumerStatus>of()) {
            found.add(new Consumer(status, status.holderPid() == 0 ? null : command(status.holderPid())));
        }
        return found;
    }

    private static @Nullable String command(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .map(command -> String.valueOf(Path.of(command).getFileName()))
                .orElse(null);
    }

    @Override
    public void answer(Question question, Reply reply) throws IOException, Refusal {
        question.allowOnly(Set.of());
        Places.noPath(question, "consumers");
        List<Consumer> found = consumers.get();
        if (found == null) {
            throw new Refusal(503, "consumers are still being looked at; ask again");
        }
        Json.answer(reply, json -> {
            json.writeArrayFieldStart("consumers");
            for (Consumer consumer : found) {
                write(json, consumer);
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, Consumer consumer) throws IOException {
        ConsumerStatus status = consumer.status;
        json.writeStartObject();
        json.writeStringField("name", status.name());
        json.writeStringField("state", state(status));
        Json.text(json, "next", status.next());
        json.writeNumberField("lagEvents", status.lagEvents());
        Json.wide(json, "lagNanos", status.lagNanos());
        json.writeNumberField("pid", status.holderPid());
        Json.wide(json, "movedNanos", status.movedNanos());
        Json.text(json, "damage", status.damage());
        Json.text(json, "holder", consumer.holder);
        json.writeEndObject();
    }

    private static String state(ConsumerStatus status) {
        if (status.damage() != null) {
            return "damaged";
        }
        return status.beyondEnd() ? "beyond-end" : status.next() == null ? "end" : "behind";
    }
}
