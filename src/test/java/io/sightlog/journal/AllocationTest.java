package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Once warm, neither side of a journal leaves anything to the garbage collector. */
@Tag("alone")
class AllocationTest {
    private static final int ROUND = 20_000;
    private static final int MOST_ROUNDS = 60;

    @TempDir
    Path temp;

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final EventBatch batch = new EventBatch();
    private final byte[] content = new byte[300];
    private final byte[] into = new byte[300];
    private final ByteBuffer direct = ByteBuffer.allocateDirect(100);
    private long sum;

    private long allocated() {
        return threads.getCurrentThreadAllocatedBytes();
    }

    @ParameterizedTest(name = "{0} in an excerpt")
    @ValueSource(ints = {1, 32})
    void appendAndPollAllocateNothingOnceWarm(int inBatch) {
        Journal journal = Journal.open(temp.resolve("q"));
        try (JournalWriter writer = journal.writer(Roll.DAILY);
                JournalReader reader = journal.reader("named")) {
            TreeMap<Integer, String> labels = new TreeMap<>();
            for (int i = 0; i < 10; i++) {
                labels.put(i, "label " + i);
            }
            long labelSet = writer.publish(new LabelSet(LabelSet.Model.named("m"), labels));
            EventDraft draft = new EventDraft().capturedNanos(0);
            String[] sources = {"/photos/a.jpg", "/photos/b.jpg", "/photos/ü.jpg"};
            long appending = 1;
            long polling = 1;
            // Warm is when the compiler is done; how many rounds that takes is its business.
            for (int round = 0; round < MOST_ROUNDS && appending + polling > 0; round++) {
                long before = allocated();
                long nothing = allocated() - before;
                before = allocated();
                append(writer, draft, labelSet, sources, inBatch);
                appending = (allocated() - before - nothing) / ROUND;
                before = allocated();
                poll(reader, ROUND);
                polling = (allocated() - before - nothing) / ROUND;
            }
            assertThat(appending).as("bytes for each append").isZero();
            assertThat(polling).as("bytes for each poll").isZero();
            assertThat(sum).isNotZero();
        }
    }

    @ParameterizedTest(name = "{0} in an excerpt")
    @ValueSource(ints = {1, 32})
    void messagesAllocateNothingOnceWarm(int inBatch) {
        Journal journal = Journal.open(temp.resolve("q"));
        try (JournalWriter writer = journal.writer(Roll.DAILY);
                JournalReader reader = journal.reader("named")) {
            EventDraft draft = new EventDraft().capturedNanos(0);
            long appending = 1;
            long polling = 1;
            for (int round = 0; round < MOST_ROUNDS && appending + polling > 0; round++) {
                long before = allocated();
                long nothing = allocated() - before;
                before = allocated();
                send(writer, draft, inBatch);
                appending = (allocated() - before - nothing) / ROUND;
                before = allocated();
                pollMessages(reader);
                polling = (allocated() - before - nothing) / ROUND;
            }
            assertThat(appending).as("bytes for each append").isZero();
            assertThat(polling).as("bytes for each poll").isZero();
            assertThat(sum).isNotZero();
        }
    }

    private void send(JournalWriter writer, EventDraft draft, int inBatch) {
        for (int i = 0; i < ROUND; i++) {
            content[i % 300] = (byte) (i & 0x7f); // never the same, and good UTF-8
            draft.clear().capturedNanos(i);
            switch (i & 3) {
                case 0 -> draft.message("door", "opened");
                case 1 -> draft.textMessage("door", content, 0, i % 300);
                case 2 -> draft.message("door", content, 0, i % 300);
                default -> draft.message("door", direct.clear());
            }
            if (inBatch == 1) {
                writer.append(draft);
                continue;
            }
            batch.add(draft);
            if (batch.count() == inBatch) {
                writer.append(batch);
                batch.clear();
            }
        }
    }

    private void pollMessages(JournalReader reader) {
        EventHandler handler = this::readMessage;
        int read = 0;
        while (read < ROUND) {
            read += reader.poll(handler, 64);
        }
        assertThat(read).isEqualTo(ROUND);
    }

    private void readMessage(Event event) {
        sum += event.topic().length() + event.contentBytes() + event.content(into, 0) + (event.isBinary() ? 1 : 0);
    }

    private void append(JournalWriter writer, EventDraft draft, long labelSet, String[] sources, int inBatch) {
        for (int i = 0; i < ROUND; i++) {
            draft.clear().source(sources[i % sources.length]).stream("line 1")
                    .size(640, 480)
                    .labelSet(labelSet)
                    .frame(i, i * 40_000_000L)
                    .capturedNanos(i);
            for (int d = 0; d < 10; d++) {
                draft.detection(d, 0.5f, d, d, 10, 10, 0);
            }
            if (inBatch == 1) {
                writer.append(draft);
                continue;
            }
            if ((i & 1) == 0) {
                batch.add(draft);
            } else {
                batch.add(draft, 77, i); // as bridges have them
            }
            if (batch.count() == inBatch) {
                if (writer.appendInSameCycle(batch) < 0) {
                    writer.append(batch);
                }
                batch.clear();
            }
        }
    }

    private void poll(JournalReader reader, int count) {
        EventHandler handler = this::readAll;
        int read = 0;
        while (read < count) {
            read += reader.poll(handler, 64);
        }
        assertThat(read).isEqualTo(count);
    }

    private void readAll(Event event) {
        sum += event.index() + event.place() + event.kind().code() + event.producer() + event.sequence();
        sum += event.appendedNanos() + event.capturedNanos() + event.positionNanos() + event.frame();
        sum += event.digest() + event.width() + event.height() + event.decodeNanos() + event.inferNanos();
        sum += event.source().length()
                + event.stream().length()
                + event.reason().length();
        for (int i = 0; i < event.detectionCount(); i++) {
            sum += event.classId(i) + event.trackId(i);
            sum += (long) (event.confidence(i) + event.x(i) + event.y(i) + event.w(i) + event.h(i));
            sum += event.label(i).length();
        }
        sum += event.sees("Label 7", 0.4f) ? 1 : 0;
    }
}
