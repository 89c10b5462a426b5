package io.sightlog.text;

import io.sightlog.event.Digest;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stands for a journal with its catalogue: what is appended to it can be printed. */
final class Lines implements LabelSource, LabelPublisher {
    final Map<Long, LabelSet> catalogue = new LinkedHashMap<>();
    final long producer;
    long sequence;
    private final Event event = new Event(this);
    private ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 12);

    Lines(long producer) {
        this.producer = producer;
    }

    @Override
    public @Nullable LabelSet find(long hash) {
        return catalogue.get(hash);
    }

    @Override
    public long publish(LabelSet labels) {
        long hash = Digest.of(labels.toString().getBytes(StandardCharsets.UTF_8));
        catalogue.put(hash, labels);
        return hash;
    }

    Event append(EventDraft draft) {
        int size = draft.encodedBytes();
        if (bytes.capacity() < size) {
            bytes = ByteBuffer.allocateDirect(size);
        }
        draft.encode(
                Memory.addressOf(bytes), size, producer, sequence++, 1_700_000_000_000_000_000L + sequence * producer);
        event.wrap(Memory.addressOf(bytes), size);
        event.at(producer << 32 | sequence, (int) producer);
        return event;
    }

    String print(EventDraft draft) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            EventPrinter printer = PrintFormat.NDJSON.printer(out);
            printer.print(append(draft));
            return out.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The line without what an appended event gets anew; what it says of other events has fields of the same names, and stays. */
    static String lasting(String line) {
        String lasting = line;
        for (String name : List.of("index", "appendedNanos", "producer", "sequence")) {
            lasting = lasting.replaceFirst("\"" + name + "\":\"[^\"]*\",?", "");
        }
        return lasting.replaceFirst("\"place\":\\d+,", "");
    }
}
