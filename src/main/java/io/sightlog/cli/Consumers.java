package io.sightlog.cli;

import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.JsonOption;
import io.sightlog.cli.options.Places;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.consume.Consumption;
import io.sightlog.event.ShownTime;
import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sightlog consumers}: who reads under a name, and how far. */
@Command(
        name = "consumers",
        description =
                "List the named consumers: their positions, how far they are behind, which process runs each, and what they keep from being pruned.",
        synopsisSubcommandLabel = "[VERB]",
        subcommands = {Consumers.Reset.class, Consumers.Delete.class},
        footer = {
            "",
            "KEEPS is how many cycles that could go by their age prune must keep for this consumer, as it has not read "
                    + "them yet. A name that nobody uses any more should be deleted: sightlog consumers delete NAME."
        })
final class Consumers implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException {
        Journal journal = queue.open();
        List<ConsumerStatus> consumers = journal.consumers();
        if (consumers.isEmpty()) {
            Consumption.checkExists(journal);
            Console.ERR.println("no named consumers in " + queue.directory + ": tail --as NAME makes one");
            return Exit.DONE;
        }
        Map<String, Integer> keeps = journal.retention().heldBack();
        if (json.json) {
            print(consumers, keeps);
        } else {
            table(consumers, keeps);
        }
        return Exit.of(consumers.stream().allMatch(consumer -> consumer.damage() == null));
    }

    private static void table(List<ConsumerStatus> consumers, Map<String, Integer> keeps) {
        Console.OUT.printf(
                "%-24s %-20s %10s %12s %8s %10s  %s%n", "NAME", "NEXT", "LAG", "BEHIND", "PID", "KEEPS", "LAST MOVE");
        for (ConsumerStatus consumer : consumers) {
            if (consumer.damage() != null) {
                Console.OUT.printf(
                        "%-24s %-20s %10s %12s %8s %10s%n",
                        consumer.name(), "damaged", "-", "-", "-", cycles(keeps.get(consumer.name())));
                Console.ERR.println(consumer.damage());
                continue;
            }
            Console.OUT.printf(
                    "%-24s %-20s %10d %12s %8s %10s  %s%n",
                    consumer.name(),
                    consumer.beyondEnd() ? "beyond the end" : consumer.next() == null ? "end" : consumer.next(),
                    consumer.lagEvents(),
                    Amounts.span(consumer.lagNanos()),
                    consumer.holderPid() == 0 ? "-" : consumer.holderPid(),
                    cycles(keeps.get(consumer.name())),
                    consumer.movedNanos() == 0 ? "never" : ShownTime.of(consumer.movedNanos()));
        }
    }

    private static String cycles(@Nullable Integer count) {
        return count == null ? "-" : Amounts.count(count, "cycle");
    }

    private static void print(List<ConsumerStatus> consumers, Map<String, Integer> keeps) throws IOException {
        try (Json json = new Json()) {
            for (ConsumerStatus consumer : consumers) {
                if (consumer.damage() != null) {
                    Console.ERR.println(consumer.damage());
                }
                json.line(line -> {
                    line.writeStringField("name", consumer.name());
                    line.writeStringField("state", state(consumer));
                    Json.textOrNull(line, "next", consumer.next());
                    line.writeNumberField("lagEvents", consumer.lagEvents());
                    Json.nanos(line, "lagNanos", consumer.lagNanos());
                    line.writeNumberField("pid", consumer.holderPid());
                    Json.time(line, "moved", consumer.movedNanos());
                    line.writeNumberField("keepsCycles", keeps.getOrDefault(consumer.name(), 0));
                    Json.textOrNull(line, "damage", consumer.damage());
                });
            }
        }
    }

    private static String state(ConsumerStatus consumer) {
        if (consumer.damage() != null) {
            return "damaged";
        }
        return consumer.beyondEnd() ? "beyond-end" : consumer.next() == null ? "end" : "behind";
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
                description = "start, end, -N, a position (0x...) or a time of append.")
        Start to = Start.OLDEST;

        @Option(names = "--execute", description = "Do it.")
        boolean execute;

        @Override
        public Integer call() {
            Journal journal = parent.queue.open();
            ConsumerStatus before = journal.consumer(name);
            if (before == null) {
                Consumption.checkExists(journal);
                throw UnknownConsumer.of(journal, name);
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
                    + "; " + Amounts.count(before.lagEvents(), "event") + " were ahead of it, "
                    + Amounts.count(ahead, "event") + " will be");
            if (execute) {
                journal.resetConsumer(name, to);
            } else {
                Console.OUT.println("nothing was changed: --execute does it");
            }
            return Exit.DONE;
        }
    }

    /** {@code sightlog consumers delete}: previews that a name is forgotten, and does it with {@code --execute}. */
    @Command(
            name = "delete",
            description =
                    "Forget a consumer that is not running, so that it holds back no pruning. Shows what it would do; "
                            + "--execute does it.",
            footer = {"", "Events stay as they are. Who reads under the name again begins anew, at the start."})
    static final class Delete implements Callable<Integer> {
        @ParentCommand
        Consumers parent = new Consumers();

        @Parameters(paramLabel = "NAME", description = "The consumer.")
        String name = "";

        @Option(names = "--execute", description = "Do it.")
        boolean execute;

        @Override
        public Integer call() {
            Journal journal = parent.queue.open();
            Integer keeps = journal.retention().heldBack().get(name);
            Console.OUT.println(name + ": " + where(journal) + "; prune "
                    + (keeps == null ? "keeps nothing" : "keeps " + Amounts.count(keeps, "cycle")) + " for it");
            if (execute) {
                journal.deleteConsumer(name);
                Console.OUT.println("deleted consumer " + name);
            } else {
                Console.OUT.println("nothing was changed: --execute deletes it");
            }
            return Exit.DONE;
        }

        private String where(Journal journal) {
            ConsumerStatus status = status(journal);
            if (status == null) {
                return "damaged, its place is not known";
            }
            if (status.holderPid() != 0) {
                throw new JournalException(
                        "consumer \"" + name + "\" is running, as process " + status.holderPid() + ": stop it first");
            }
            String next = status.beyondEnd()
                    ? "stands beyond the end"
                    : status.next() == null ? "has read everything" : "stands at " + status.next();
            return next + ", " + Amounts.count(status.lagEvents(), "event") + " not read, "
                    + (status.movedNanos() == 0 ? "never moved" : "last moved " + ShownTime.of(status.movedNanos()));
        }

        /** Null when it is damaged. */
        private @Nullable ConsumerStatus status(Journal journal) {
            ConsumerStatus status;
            try {
                status = journal.consumer(name);
            } catch (FileAccessException e) {
                throw e;
            } catch (JournalException e) {
                Console.ERR.println(e.getMessage());
                return null;
            }
            if (status == null) {
                Consumption.checkExists(journal);
                throw UnknownConsumer.of(journal, name);
            }
            return status;
        }
    }
}
