package io.sightlog.cli;

import io.sightlog.cli.options.Places;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.consume.Consumption;
import io.sightlog.event.ShownTime;
import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Start;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sightlog consumers}: who reads under a name, and how far. */
@Command(
        name = "consumers",
        description =
                "List the named consumers: their positions, how far they are behind, and which process " + "runs each.",
        subcommands = Consumers.Reset.class)
final class Consumers implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Override
    public Integer call() {
        Journal journal = queue.open();
        List<ConsumerStatus> consumers = journal.consumers();
        if (consumers.isEmpty()) {
            Consumption.checkExists(journal);
            Console.ERR.println("no named consumers in " + queue.directory + ": tail --as NAME makes one");
            return Exit.DONE;
        }
        int code = Exit.DONE;
        Console.OUT.printf("%-24s %-20s %10s %12s %8s  %s%n", "NAME", "NEXT", "LAG", "BEHIND", "PID", "LAST MOVE");
        for (ConsumerStatus consumer : consumers) {
            if (consumer.damage() != null) {
                Console.OUT.printf("%-24s %s%n", consumer.name(), "damaged");
                Console.ERR.println(consumer.damage());
                code = Exit.DONE_WITH_LOSS;
                continue;
            }
            Console.OUT.printf(
                    "%-24s %-20s %10d %12s %8s  %s%n",
                    consumer.name(),
                    consumer.beyondEnd() ? "beyond the end" : consumer.next() == null ? "end" : consumer.next(),
                    consumer.lagEvents(),
                    seconds(consumer.lagNanos()),
                    consumer.holderPid() == 0 ? "-" : consumer.holderPid(),
                    consumer.movedNanos() == 0 ? "never" : ShownTime.of(consumer.movedNanos()));
        }
        return code;
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
    }

    /** {@code sightlog consumers reset}: previews a move, and makes it with {@code --execute}. */
    @Command(
            name = "reset",
            description = "Move a consumer that is not running. Shows what it would do; --execute does it.")
    static final class Reset implements Callable<Integer> {
        @ParentCommand
        Consumers parent = new Consumers();

        @Parameters(paramLabel = "NAME", description = "The consumer.")
        String name = "";

        @Option(
                names = "--to",
                paramLabel = "WHERE",
                required = true,
                converter = Places.StartConverter.class,
                description = "start, end, -N, 0x<index>[:<place>] or a time of append.")
        Start to = Start.OLDEST;

        @Option(names = "--execute", description = "Do it.")
        boolean execute;

        @Override
        public Integer call() {
            Journal journal = parent.queue.open();
            ConsumerStatus before = journal.consumer(name);
            if (before == null) {
                Consumption.checkExists(journal);
                throw new JournalException("no consumer \"" + name + "\" in " + journal.directory()
                        + ": sightlog consumers lists those there are");
            }
            if (before.holderPid() != 0) {
                throw new JournalException(
                        "consumer \"" + name + "\" is running, as process " + before.holderPid() + ": stop it first");
            }
            String next;
            long ahead;
            try (JournalReader reader = journal.reader(to)) {
                next = reader.peek() ? reader.nextPosition().toString() : "the end";
                ahead = reader.remaining();
            }
            Console.OUT.println(name + ": from " + (before.next() == null ? "the end" : before.next()) + " to " + next
                    + "; " + events(before.lagEvents()) + " were ahead of it, " + events(ahead) + " will be");
            if (execute) {
                journal.resetConsumer(name, to);
            } else {
                Console.OUT.println("nothing was changed: --execute does it");
            }
            return Exit.DONE;
        }

        private static String events(long count) {
            return count + (count == 1 ? " event" : " events");
        }
    }
}
