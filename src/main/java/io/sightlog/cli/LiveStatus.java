package io.sightlog.cli;

import io.sightlog.capture.Captured;
import io.sightlog.capture.live.CameraState;
import io.sightlog.capture.live.LiveSources;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.StatusBoard;
import io.sightlog.cli.terminal.Terminal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How cameras are doing, while they are looked at: on a terminal a line for each, drawn anew each second; in a log a line for each once
 * a minute. Changes are said by whoever notices them.
 */
final class LiveStatus implements AutoCloseable {
    private static final long LOG_SECONDS = 60;

    private final LiveSources sources;
    private final @Nullable StatusBoard board;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "status");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Looked> looked = new HashMap<>();
    private final Map<String, Long> takenBefore = new HashMap<>();
    private long nanosBefore = System.nanoTime();

    /** What was seen last in a stream. */
    private record Looked(long ageNanos, int detections, long capturedNanos, long detectedNanos) {}

    private LiveStatus(LiveSources sources, boolean terminal) {
        this.sources = sources;
        this.board = terminal ? new StatusBoard() : null;
        long every = terminal ? 1 : LOG_SECONDS;
        var unused = timer.scheduleAtFixedRate(this::show, every, every, TimeUnit.SECONDS);
    }

    static LiveStatus begin(LiveSources sources) {
        return new LiveStatus(sources, Terminal.onStderr());
    }

    /** After each append. */
    void looked(Captured captured, int detections) {
        Captured.Live live = captured.live();
        if (live == null || captured instanceof io.sightlog.capture.Skip) {
            return;
        }
        synchronized (looked) {
            Looked before = looked.get(live.stream());
            long detected = detections > 0 ? captured.capturedNanos() : before == null ? 0 : before.detectedNanos;
            looked.put(
                    live.stream(),
                    new Looked(live.source().ageNanos(), detections, captured.capturedNanos(), detected));
        }
    }

    private void show() {
        try {
            List<String> lines = lines();
            if (board != null) {
                board.draw(lines);
            } else {
                lines.forEach(Console.ERR::println);
            }
        } catch (RuntimeException e) {
            // a status that cannot be shown hinders nobody
        }
    }

    private List<String> lines() {
        long now = System.nanoTime();
        double seconds = (now - nanosBefore) / 1e9;
        nanosBefore = now;
        List<CameraState> states = sources.states();
        int width =
                states.stream().mapToInt(state -> state.stream().length()).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (CameraState state : states) {
            long before = takenBefore.getOrDefault(state.stream(), 0L);
            takenBefore.put(state.stream(), state.taken());
            lines.add(line(state, width, (state.taken() - before) / seconds));
        }
        return lines;
    }

    private String line(CameraState state, int width, double framesPerSecond) {
        StringBuilder line = new StringBuilder();
        line.append(String.format(
                Locale.ROOT,
                "%-" + Math.max(1, width) + "s  %-7s %5.1f frames/s  %d dropped",
                state.stream(),
                state.phase().name().toLowerCase(Locale.ROOT),
                framesPerSecond,
                state.dropped()));
        Looked last;
        synchronized (looked) {
            last = looked.get(state.stream());
        }
        if (last != null) {
            line.append(String.format(Locale.ROOT, "  age %.0f ms", last.ageNanos / 1e6));
            line.append(
                    last.detectedNanos == 0
                            ? "  nothing seen yet"
                            : "  last detection " + io.sightlog.event.ShownTime.of(last.detectedNanos));
        }
        if (state.reason() != null) {
            line.append("  ").append(state.reason());
        }
        return line.toString();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            timer.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (board != null) {
            board.close();
        }
    }
}
