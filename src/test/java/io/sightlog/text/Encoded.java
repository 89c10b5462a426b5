package io.sightlog.text;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Events made of drafts, and what printers print of them. */
final class Encoded {
    static final long ANIMALS = 7;
    static final LabelSource CATALOGUE = hash -> hash == ANIMALS
            ? new LabelSet(LabelSet.Model.named("ssd"), new TreeMap<>(Map.of(0, "cat", 3, "dog")))
            : null;

    private ByteBuffer bytes = ByteBuffer.allocateDirect(0);
    private final Event event = new Event(CATALOGUE);

    Event of(EventDraft draft) {
        int size = draft.encodedBytes();
        bytes = ByteBuffer.allocateDirect(size);
        draft.encode(Memory.addressOf(bytes), size, 0xfedcba9876543210L, 12, 1_800_000_000_123_456_789L);
        event.wrap(Memory.addressOf(bytes), size);
        event.at(0x4d0f00000012L, 0);
        return event;
    }

    static String print(PrintFormat format, EventDraft draft) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.printer(out).print(new Encoded().of(draft));
        return out.toString(StandardCharsets.UTF_8);
    }

    static EventDraft dog() {
        return new EventDraft()
                .source("/pictures/dog.jpg").stream("door")
                        .frame(9_007_199_254_740_991L, 40_000_000)
                        .capturedNanos(1_799_999_999_000_000_005L)
                        .took(1, Long.MAX_VALUE)
                        .size(768, 576)
                        .digest(0x0123456789abcdefL)
                        .labelSet(ANIMALS)
                        .detection(3, .7f, 125.25f, 212, 199.9f, 339, 0)
                        .detection(99, 1, 0, 1e-5f, 768, 576, Long.MAX_VALUE);
    }
}
