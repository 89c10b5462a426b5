package io.sightlog.sink.print;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.text.PrintFormat;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PrintSinkTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);

    private PrintSink sink(boolean flushEach, long limit) throws IOException {
        return new PrintSink(new BufferedOutputStream(written, 1 << 16), PrintFormat.NDJSON, flushEach, limit);
    }

    private Event event(EventDraft draft) {
        int bytes = draft.encodedBytes();
        draft.encode(Memory.addressOf(buffer), bytes, 1, 0, 5);
        Event event = new Event(LabelSource.NONE);
        event.wrap(Memory.addressOf(buffer), bytes);
        return event;
    }

    private Event frame(long number) {
        return event(new EventDraft().capturedNanos(0).frame(number, 0));
    }

    private long lines() {
        return written.toString(StandardCharsets.UTF_8).lines().count();
    }

    @Test
    void eachEventIsOutWhenItIsTakenWhereItsPositionIsSavedNext() throws IOException {
        try (PrintSink sink = sink(true, Long.MAX_VALUE)) {
            sink.accept(frame(1));
            assertThat(lines()).isEqualTo(1);
            assertThat(sink.outstanding()).isNull();
        }
    }

    @Test
    void elseEventsGoOutWhenThereAreNoMoreForNowAndAtTheEnd() throws IOException {
        try (PrintSink sink = sink(false, Long.MAX_VALUE)) {
            sink.accept(frame(1));
            assertThat(lines()).isZero();
            sink.caughtUp();
            assertThat(lines()).isEqualTo(1);
            sink.accept(frame(2));
            sink.finish();
            assertThat(lines()).isEqualTo(2);
            sink.accept(frame(3));
        }
        assertThat(lines()).isEqualTo(3);
    }

    @Test
    void hasEnoughAtItsLimit() throws IOException {
        assertThat(sink(false, 0).done()).isTrue();
        try (PrintSink sink = sink(false, 2)) {
            sink.accept(frame(1));
            assertThat(sink.done()).isFalse();
            sink.accept(frame(2));
            assertThat(sink.done()).isTrue();
        }
    }

    @Test
    void remembersWhichLabelsItDidNotHave() throws IOException {
        try (PrintSink sink = sink(false, Long.MAX_VALUE)) {
            sink.accept(event(
                    new EventDraft().capturedNanos(0).frame(1, 0).labelSet(77).detection(3, 0.5f, 1, 2, 3, 4, 0)));
            assertThat(sink.missingLabelSets()).containsExactly(77L);
        }
    }
}
