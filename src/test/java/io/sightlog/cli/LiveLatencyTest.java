package io.sightlog.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LiveLatencyTest {
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong now = new AtomicLong(100 * SECOND);
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final LiveLatency live =
            new LiveLatency(now::get, new PrintStream(err, true, StandardCharsets.UTF_8)::println);

    private String told() {
        String text = err.toString(StandardCharsets.UTF_8);
        err.reset();
        return text;
    }

    @Test
    void tellsEverySecondWhatWasReadInIt() {
        now.addAndGet(1000);
        live.read(now.get() - 500);
        live.idle();
        assertThat(told()).isEmpty();
        now.addAndGet(SECOND);
        live.idle();
        assertThat(told()).startsWith("latency of 1 event:  50 % 500 ns  99 % 500 ns  slowest 500 ns");
        now.addAndGet(SECOND);
        live.idle();
        assertThat(told()).as("nothing came").isEmpty();
    }

    @Test
    void tellsAllOfItAtTheEnd() {
        for (int i = 1; i <= 100; i++) {
            now.addAndGet(1000);
            live.read(now.get() - i);
        }
        live.ended();
        assertThat(told()).contains("100 events", "50 %        50 ns", "slowest       100 ns");
    }

    @Test
    void leavesOutWhatWasAppendedBeforeItBegan() {
        live.read(99 * SECOND);
        live.ended();
        assertThat(told()).contains(" 0 events");
    }
}
