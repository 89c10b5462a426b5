package io.sightlog.cli;

import io.sightlog.bench.LatencyBench;
import io.sightlog.bench.LatencyConsumer;
import io.sightlog.bench.Measured;
import io.sightlog.cli.terminal.Exit;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A consumer of {@code sightlog bench latency}. */
@Command(name = LatencyBench.CONSUMER_VERB, hidden = true)
final class BenchConsumer implements Callable<Integer> {
    @Mixin
    BenchChild child = new BenchChild();

    @Override
    public Integer call() throws IOException {
        Measured measured;
        try (LatencyConsumer consumer =
                new LatencyConsumer(child.queue.open(), child.options.plan(), child.epochOffsetNanos)) {
            measured = consumer.run(Long.parseLong(child.ready()));
        }
        child.done(measured.text());
        return Exit.DONE;
    }
}
