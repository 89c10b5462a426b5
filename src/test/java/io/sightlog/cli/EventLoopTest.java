package io.sightlog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.cli.terminal.Exit;
import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Start;
import io.sightlog.journal.audit.Finding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EventLoopTest {
    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft().capturedNanos(0);

    private Journal journal() {
        return Journal.open(temp.resolve("q"));
    }

    private void append(EventDraft event) {
        try (JournalWriter writer = journal().writer()) {
            writer.append(event);
        }
    }

    /** No draft lets such labels in; another program's writer might. */
    private void appendWithLabelsWithoutId() {
        draft.clear().capturedNanos(0).frame(2, 0).ownLabels("model", "7\tfirst\n");
        int bytes = draft.encodedBytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        long at = Memory.addressOf(buffer);
        draft.encode(at, bytes, 1, 0, 0);
        for (int i = EventLayout.HEADER_BYTES; i < bytes; i++) {
            if (buffer.get(i) == '7') {
                buffer.put(i, (byte) 'd');
            }
        }
        Memory.putInt(at, new Crc32c().of(at + 4, bytes - 4));
        Event event = new Event(LabelSource.NONE);
        event.wrap(at, bytes);
        try (JournalWriter writer = journal().writer()) {
            writer.append(event, true);
        }
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void followingToTheEndEndsThere() throws IOException {
        append(draft.clear().capturedNanos(0).frame(1, 0));
        Selection selection = new Selection();
        selection.to = Start.END;
        List<Long> frames = new ArrayList<>();
        int code = new EventLoop(journal(), selection, null, true, IdleStrategy.Mode.PARK)
                .run(Start.OLDEST, event -> frames.add(event.frame()));
        assertThat(frames).containsExactly(1L);
        assertThat(code).isEqualTo(Exit.DONE);
    }

    @Test
    void anEventWhoseTextIsNoUtf8IsToldAndPassedAndNeverPrintedAsSomethingElse() throws IOException {
        draft.clear().capturedNanos(0).frame(2, 0).source("ab");
        int bytes = draft.encodedBytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        long at = Memory.addressOf(buffer);
        draft.encode(at, bytes, 1, 0, 0);
        for (int i = EventLayout.HEADER_BYTES; i < bytes - 1; i++) {
            if (buffer.get(i) == 'a' && buffer.get(i + 1) == 'b') {
                buffer.putShort(i, (short) 0xc0af); // "/", longer than need be
            }
        }
        Memory.putInt(at, new Crc32c().of(at + 4, bytes - 4));
        Event odd = new Event(LabelSource.NONE);
        odd.wrap(at, bytes);
        assertThat(odd.hasGoodTexts()).isFalse();
        try (JournalWriter writer = journal().writer()) {
            writer.append(odd, true);
        }
        append(draft.clear().capturedNanos(0).frame(3, 0).source("good"));
        List<Long> frames = new ArrayList<>();
        int code = new EventLoop(journal(), new Selection()).run(Start.OLDEST, event -> frames.add(event.frame()));
        assertThat(frames).containsExactly(3L);
        assertThat(code).isEqualTo(Exit.DONE_WITH_LOSS);
        List<Finding> findings = new ArrayList<>();
        new Verification(journal(), null, null, findings::add, read -> {}).run();
        assertThat(findings).extracting(Finding::kind).contains(Finding.Kind.TEXT);
    }

    @Test
    void anEventWhoseOwnLabelsAreNoneIsToldAndPassed() throws IOException {
        append(draft.clear().capturedNanos(0).frame(1, 0));
        appendWithLabelsWithoutId();
        append(draft.clear().capturedNanos(0).frame(3, 0));
        List<Long> frames = new ArrayList<>();
        EventLoop loop = new EventLoop(journal(), new Selection(), "alarm", false, IdleStrategy.Mode.PARK);
        int code = loop.run(Start.OLDEST, event -> {
            event.labels();
            frames.add(event.frame());
        });
        assertThat(frames).containsExactly(1L, 3L);
        assertThat(loop.damaged()).isEqualTo(1);
        assertThat(code).isEqualTo(Exit.DONE_WITH_LOSS);
    }

    @Test
    void aRangeEndsAtAPlaceThatIsOne() {
        for (String bad : new String[] {"start", "-2"}) {
            assertThatThrownBy(() -> tail().parseArgs("--to", bad)).hasMessageContaining("bad end \"" + bad + "\"");
        }
        assertThat(tail().parseArgs("--to", "end").hasMatchedOption("--to")).isTrue();
    }

    private static CommandLine tail() {
        return new CommandLine(new Tail()).setCaseInsensitiveEnumValuesAllowed(true);
    }
}
