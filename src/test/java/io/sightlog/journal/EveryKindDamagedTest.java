package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.Memory;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bit of each byte of each kind of excerpt: a frame, a skip, messages, and a batch of them. */
@Tag("slow")
class EveryKindDamagedTest {
    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft();

    private EventDraft frame() {
        return begin().frame(1, 2).size(30, 40).detection(1, 0.5f, 1, 2, 3, 4, 5);
    }

    private EventDraft skip() {
        return begin().frame(3, 4).skip("too dark");
    }

    private EventDraft text() {
        return begin().message("door", "open");
    }

    private EventDraft binary() {
        return begin().message("door", new byte[] {1, 2, 3}, 0, 3);
    }

    private EventDraft begin() {
        return draft.clear().capturedNanos(7).stream("gate");
    }

    @Test
    void noReaderGetsADamagedEventOfAnyKind() throws IOException {
        Journal journal = Journal.open(temp.resolve("q"));
        try (JournalWriter writer = journal.writer(Roll.DAILY)) {
            writer.append(frame());
            writer.append(skip());
            writer.append(text());
            writer.append(binary());
            EventBatch batch = new EventBatch();
            batch.add(frame());
            batch.add(skip());
            batch.add(text());
            batch.add(binary());
            writer.append(batch);
            writer.append(frame());
        }
        Path path = journal.files().get(0);
        Map<String, byte[]> truth = new TreeMap<>();
        assertThat(read(journal, truth)).isEmpty();
        assertThat(truth).hasSize(9);
        long[] at = new long[6];
        int[] length = new int[6];
        try (CycleFile file = CycleFile.tryOpen(path, 0)) {
            CycleCursor cursor = file.start();
            for (int i = 0; i < at.length; i++) {
                cursor.to(i);
                at[i] = cursor.position() + 4;
                length[i] = cursor.length();
            }
        }
        byte[] sound = Files.readAllBytes(path);
        try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
            for (int i = 0; i < at.length; i++) {
                for (int n = 0; n < length[i]; n++) {
                    long flipped = at[i] + n;
                    out.seek(flipped);
                    out.write(sound[(int) flipped] ^ (1 << (n + i) % 8));
                    String what = "bit " + (n + i) % 8 + " of byte " + n + " of excerpt " + i;
                    Map<String, byte[]> got = new TreeMap<>();
                    assertThat(read(journal, got)).as(what).isNotEmpty();
                    assertThat(got).as(what).hasSizeLessThan(truth.size());
                    got.forEach((position, bytes) -> assertThat(bytes).as(what).isEqualTo(truth.get(position)));
                    out.seek(flipped);
                    out.write(sound[(int) flipped]);
                }
            }
        }
        Map<String, byte[]> again = new TreeMap<>();
        assertThat(read(journal, again)).isEmpty();
        assertThat(again).hasSize(9);
    }

    /** The bytes of what a reader gets, by position; returns what it is told. */
    private static List<String> read(Journal journal, Map<String, byte[]> events) {
        List<String> errors = new ArrayList<>();
        try (JournalReader reader = journal.reader()) {
            boolean more = true;
            while (more) {
                try {
                    more = reader.next();
                    if (more) {
                        Event event = reader.event();
                        byte[] bytes = new byte[event.totalBytes()];
                        Memory.copy(event.address(), bytes, 0, bytes.length);
                        events.put(new Position(event.index(), event.place()).toString(), bytes);
                    }
                } catch (DamageException e) {
                    errors.add(String.valueOf(e.getMessage()));
                }
            }
        }
        return errors;
    }
}
