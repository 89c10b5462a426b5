package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages in a journal: appended alone and in batches, read, found and printed. */
class MessagesTest {
    @TempDir
    Path temp;

    @ParameterizedTest(name = "{0} in an excerpt")
    @ValueSource(ints = {1, 7})
    void areReadAsTheyWereAppendedAmongFrames(int inBatch) {
        Journal journal = Journal.open(temp.resolve("q"));
        EventDraft draft = new EventDraft().capturedNanos(0);
        EventBatch batch = new EventBatch();
        byte[] bytes = new byte[100];
        try (JournalWriter writer = journal.writer()) {
            for (int i = 0; i < 700; i++) {
                draft.clear().capturedNanos(0);
                switch (i % 3) {
                    case 0 -> draft.message("text", "number " + i);
                    case 1 -> draft.message("bytes", bytes, 0, i % 100);
                    default -> draft.frame(i, 0).detection(1, 1, 0, 0, 1, 1, 0);
                }
                assertThat(batch.add(draft)).isTrue();
                if (batch.count() == inBatch) {
                    writer.append(batch);
                    batch.clear();
                }
            }
        }
        int i = 0;
        try (JournalReader reader = journal.reader()) {
            for (; reader.next(); i++) {
                Event event = reader.event();
                assertThat(event.sequence()).isEqualTo(i);
                switch (i % 3) {
                    case 0 -> assertThat(event.topic() + ": " + event.text()).isEqualTo("text: number " + i);
                    case 1 -> assertThat(event.topic() + event.content().length).isEqualTo("bytes" + i % 100);
                    default -> assertThat(event.frame()).isEqualTo(i);
                }
            }
        }
        assertThat(i).isEqualTo(700);
    }

    @Test
    void theLargestFillBatchesOfWhichOneAfterTheOtherIsFull() {
        Journal journal = Journal.open(temp.resolve("q"));
        byte[] most = new byte[EventLayout.MAX_CONTENT_BYTES];
        EventDraft draft = new EventDraft().capturedNanos(0);
        EventBatch batch = new EventBatch();
        int excerpts = 1;
        try (JournalWriter writer = journal.writer()) {
            for (int i = 0; i < 40; i++) {
                most[most.length - 1] = (byte) i;
                draft.message("t", most, 0, most.length);
                if (!batch.add(draft)) {
                    assertThat(batch.count()).isEqualTo(15);
                    writer.append(batch);
                    batch.clear();
                    excerpts++;
                    assertThat(batch.add(draft)).isTrue();
                }
            }
            writer.append(batch);
        }
        assertThat(excerpts).isEqualTo(3);
        byte[] read = new byte[most.length];
        try (JournalReader reader = journal.reader()) {
            for (int i = 0; i < 40; i++) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.event().content(read, 0)).isEqualTo(most.length);
                assertThat(read[most.length - 1]).isEqualTo((byte) i);
            }
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void arePrintedInEveryFormat() throws IOException {
        assertThat(printed(PrintFormat.TEXT)).contains("  door: open \"now\"", "  ключ/1: 3 bytes\n");
        assertThat(printed(PrintFormat.YAML))
                .contains(
                        "topic: \"door\"\ntext: \"open \\\"now\\\"\\u000a🚪\"", "topic: \"ключ/1\"\nbase64: \"++9B\"");
        assertThat(printed(PrintFormat.NDJSON))
                .contains("\"topic\":\"door\",\"text\":\"\"}", "\"topic\":\"ключ/1\",\"base64\":\"++9B\"}");
        assertThat(printed(PrintFormat.CSV))
                .contains(",door,\"open \"\"now\"\"\n🚪\",,,,,\r\n", ",ключ/1,,++9B,,,,\r\n");
    }

    private static String printed(PrintFormat format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventPrinter printer = format.printer(out);
        try (JournalReader reader = Journal.open(Goldens.MESSAGES.journal()).reader()) {
            while (reader.next()) {
                printer.print(reader.event());
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
