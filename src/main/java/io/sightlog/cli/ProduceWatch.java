package io.sightlog.cli;

import io.sightlog.capture.live.CameraState;
import io.sightlog.cli.options.MetricsOption;
import io.sightlog.journal.Journal;
import io.sightlog.metrics.Liveness;
import io.sightlog.metrics.MetricsServer;
import io.sightlog.metrics.Readiness;
import io.sightlog.produce.ProduceMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Metrics and health of a producer, for who asks by HTTP. It lives while its loop goes round, and is ready when the model is loaded and,
 * where cameras are looked at, one of them delivers.
 */
final class ProduceWatch implements Readiness {
    /** One frame through a large model, or loading that model. */
    private static final Duration LONGEST_ROUND = Duration.ofMinutes(2);

    private final Liveness liveness = new Liveness(LONGEST_ROUND);
    private final ProduceMetrics metrics = new ProduceMetrics();
    private volatile boolean isLoaded;
    private volatile Supplier<List<CameraState>> cameras = List::of;

    private ProduceWatch() {}

    /** What a verb does, watched or not. */
    @FunctionalInterface
    interface Loop {
        /** @param watch null when nobody asks */
        int run(@Nullable ProduceWatch watch) throws InterruptedException;
    }

    /** Runs the loop on this thread, and serves what is watched meanwhile if that is wanted. */
    static int over(MetricsOption option, Loop loop) throws InterruptedException {
        if (!option.isWanted()) {
            return loop.run(null);
        }
        ProduceWatch watch = new ProduceWatch();
        MetricsServer server = Objects.requireNonNull(option.start(watch.metrics.metrics(), watch.liveness, watch));
        try (server) {
            return loop.run(watch);
        }
    }

    /** Asked by the loop, it shows that it lives. */
    static BooleanSupplier watched(@Nullable ProduceWatch watch, BooleanSupplier stop) {
        return watch == null ? stop : watch.liveness.beatsWith(stop);
    }

    /** All that is needed is open: frames are looked at from now on. */
    ProduceMetrics began(Journal journal) {
        metrics.add(journal);
        isLoaded = true;
        return metrics;
    }

    /** Likewise, for cameras. */
    ProduceMetrics began(Journal journal, Supplier<List<CameraState>> states) {
        metrics.add(states);
        cameras = states;
        return began(journal);
    }

    @Override
    public @Nullable String whyNot() {
        if (!isLoaded) {
            return "the model is being loaded";
        }
        List<CameraState> states = cameras.get();
        if (states.isEmpty() || states.stream().anyMatch(state -> state.phase() == CameraState.Phase.LIVE)) {
            return null;
        }
        return "no camera delivers: "
                + states.stream()
                        .map(state -> state.stream() + (state.reason() == null ? "" : " (" + state.reason() + ")"))
                        .collect(Collectors.joining(", "));
    }
}
