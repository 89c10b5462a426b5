package io.sightlog.serve.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.inspect.Diagnosis;
import io.sightlog.inspect.Symptom;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Roll;
import io.sightlog.timeline.Timeline;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What there is, and how it is doing. A part that cannot be had is null, of symptoms none, and a problem says why. */
final class InfoEndpoint implements Endpoint {
    private static final long SIZES_AGE_NANOS = 3_000_000_000L;
    private static final long SYMPTOMS_AGE_NANOS = 10_000_000_000L;

    private final Journal journal;
    private final Timeline timeline;
    private final ServerFacts facts;
    private final Kept<Sizes> sizes;
    private final Kept<List<Symptom>> symptoms;

    InfoEndpoint(Journal journal, Timeline timeline, ServerFacts facts, ExecutorService beside) {
        this.journal = journal;
        this.timeline = timeline;
        this.facts = facts;
        sizes = new Kept<>(beside, SIZES_AGE_NANOS, this::measure);
        symptoms = new Kept<>(beside, SYMPTOMS_AGE_NANOS, this::diagnose);
    }

    private record Sizes(int cycles, long diskBytes, long framesDiskBytes) {}

    private Sizes measure() {
        List<Path> files = journal.files();
        long bytes = 0;
        for (Path file : files) {
            bytes += journal.bytesOnDisk(file);
        }
        long frames = journal.exists() ? journal.frameUsage().diskBytes() : 0;
        return new Sizes(Math.max(0, files.size() - 1), bytes, frames);
    }

    private List<Symptom> diagnose() {
        return journal.exists()
                ? Diagnosis.forReaders(journal, NanoClock.SYSTEM).symptoms()
                : List.of();
    }

    @Override
    public void answer(Question question, Reply reply) throws IOException, Refusal {
        question.allowOnly(Set.of());
        Places.noPath(question, "info");
        Json.answer(reply, this::write);
    }

    private void write(JsonGenerator json) throws IOException {
        Problems problems = new Problems();
        Boolean exists = problems.attempt("whether there is a journal", journal::exists);
        boolean isThere = Boolean.TRUE.equals(exists);
        Roll roll = isThere ? problems.attempt("how it rolls", journal::roll) : null;
        Ends.End first = isThere ? problems.attempt("the first event", () -> Ends.first(journal)) : null;
        Ends.End last = isThere ? problems.attempt("the last event", () -> Ends.last(journal)) : null;
        Sizes size = problems.attempt("sizes", () -> known(sizes.get()));
        FileStore store = problems.attempt("room", this::store);
        json.writeStringField("version", facts.version());
        json.writeStringField("instance", facts.instance());
        json.writeStringField("journal", journal.directory().toString());
        Json.text(json, "id", isThere ? problems.attempt("the id", journal::id) : null);
        Json.text(json, "generation", isThere ? problems.attempt("its generation", journal::generation) : null);
        json.writeBooleanField("exists", isThere);
        Json.text(json, "roll", roll == null ? null : roll.text());
        Json.wide(json, "nowNanos", NanoClock.SYSTEM.nanos());
        end(json, "first", first);
        end(json, "last", last);
        Json.count(json, "cycles", size == null ? null : size.cycles());
        Json.count(json, "diskBytes", size == null ? null : size.diskBytes());
        Json.count(json, "framesDiskBytes", size == null ? null : size.framesDiskBytes());
        Json.count(json, "freeBytes", store == null ? null : problems.attempt("room", () -> bytes(store, true)));
        Json.count(json, "totalBytes", store == null ? null : problems.attempt("room", () -> bytes(store, false)));
        IndexJson.write(json, timeline);
        json.writeObjectFieldStart("live");
        Json.text(json, "problem", facts.liveProblem().get());
        json.writeEndObject();
        symptoms(json, problems.attempt("symptoms", () -> known(symptoms.get())));
        Json.texts(json, "problems", problems.lines);
    }

    private static <T> T known(@Nullable T looked) {
        if (looked == null) {
            throw new JournalException("this takes a while; ask again");
        }
        return looked;
    }

    private static void end(JsonGenerator json, String name, Ends.@Nullable End end) throws IOException {
        Json.text(json, name, end == null ? null : end.position());
        Json.wide(json, name + "AppendedNanos", end == null ? null : end.appendedNanos());
    }

    private static void symptoms(JsonGenerator json, @Nullable List<Symptom> symptoms) throws IOException {
        json.writeArrayFieldStart("symptoms");
        for (Symptom symptom : symptoms == null ? List.<Symptom>of() : symptoms) {
            json.writeStartObject();
            json.writeStringField("area", symptom.area().name().toLowerCase(Locale.ROOT));
            json.writeStringField("text", symptom.text());
            json.writeStringField("remedy", symptom.remedy());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** That of the journal, or of the nearest folder above it that is there. */
    private @Nullable FileStore store() {
        for (Path folder = journal.directory(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder)) {
                try {
                    return Files.getFileStore(folder);
                } catch (IOException e) {
                    throw new JournalException(String.valueOf(e.getMessage()), e);
                }
            }
        }
        return null;
    }

    private static long bytes(FileStore store, boolean isFree) {
        try {
            return isFree ? store.getUsableSpace() : store.getTotalSpace();
        } catch (IOException e) {
            throw new JournalException(String.valueOf(e.getMessage()), e);
        }
    }

    /** What could not be had. */
    private static final class Problems {
        final List<String> lines = new ArrayList<>();

        <T> @Nullable T attempt(String what, Supplier<? extends @Nullable T> part) {
            try {
                return part.get();
            } catch (JournalException e) {
                lines.add(what + ": " + e.getMessage());
                return null;
            }
        }
    }
}
