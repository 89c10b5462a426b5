package io.sightlog.cli;

import io.sightlog.bench.LatencyBench;
import io.sightlog.bench.LatencyProducer;
import io.sightlog.cli.terminal.Exit;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The producer of {@code sightlog bench latency}. */
@Command(name = LatencyBench.PRODUCER_VERB, hidden = true)
final class BenchProducer implements Callable<Integer> {
    @Mixin
    BenchChild child = new BenchChild();

    @Override
    public Integer call() throws IOException {
        long late;
        try (LatencyProducer producer =
                new LatencyProducer(child.queue.open(), child.options.plan(), child.epochOffsetNanos)) {
            child.ready(producer.producer(), producer.eventBytes());
            late = producer.run();
        }
        child.done(late);
        return Exit.DONE;
    }
}
