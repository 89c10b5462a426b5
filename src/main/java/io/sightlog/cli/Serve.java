package io.sightlog.cli;

import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.journal.Journal;
import io.sightlog.metrics.ListenAddress;
import io.sightlog.serve.PageServer;
import io.sightlog.serve.ServeOptions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sightlog serve}: a page over the journal. */
@Command(
        name = "serve",
        description = "Show the journal in a browser: what was seen when, with its pictures, past and live.")
final class Serve implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        Journal journal = queue.open();
        ServeOptions options = new ServeOptions(
                new ListenAddress("127.0.0.1", 7575),
                false,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                Console.ERR::println);
        Stop.whenBlocked(stop::countDown);
        Stop.listen();
        try (journal;
                PageServer server = PageServer.start(journal, options)) {
            Console.ERR.println("page at " + server.link());
            stop.await();
        }
        return Exit.of(true);
    }
}
