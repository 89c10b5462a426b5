package io.sightlog.jmh.peers;

import io.sightlog.journal.IdleStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs every peer, in rounds, and writes what came out. */
@Command(
        name = "jmh/peers",
        description = "Sends the same event from one process to another through Sightlog and its peers, in rounds.",
        sortOptions = false)
final class Peers implements Callable<Integer> {
    /** What a tmpfs or a disk must have beside the events themselves: files grow by blocks. */
    private static final long SPARE_BYTES = 512L << 20;

    @Option(names = "--rounds", paramLabel = "N", description = "rounds, 5 when left out")
    private int rounds = 5;

    @Option(names = "--seconds", paramLabel = "S", description = "for each rate of each peer, 0.5 when left out")
    private double seconds = 0.5;

    @Option(names = "--warm-up", paramLabel = "S", description = "before them, 0.6 when left out")
    private double warmUp = 0.6;

    @Option(names = "--rates", paramLabel = "N,N", split = ",", description = "events a second; flat out follows")
    private List<Long> rates = List.of(10_000L, 100_000L);

    @Option(names = "--max-events", paramLabel = "N", description = "at most, flat out; 500,000 when left out")
    private long maxEvents = 500_000;

    @Option(
            names = "--peers",
            paramLabel = "NAME,NAME",
            split = ",",
            description = "only these, as the results name them")
    private List<String> only = List.of();

    @Option(names = "--dir", paramLabel = "DIR", description = "for their files; /dev/shm, or that for temporary files")
    private Path directory =
            Path.of(Files.isDirectory(Path.of("/dev/shm")) ? "/dev/shm" : System.getProperty("java.io.tmpdir"));

    @Option(names = "--pin", description = "keeps producers on the first core and consumers on the second (taskset)")
    private boolean pinned;

    @Option(names = "--smoke", description = "runs every peer for an instant; keeps no results without --results")
    private boolean smoke;

    @Option(names = "--one-wait", description = "each peer with the first of its ways to wait only")
    private boolean oneWait;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            description = "for RESULTS.md and results/peers.json; jmh, or target/jmh with --peers")
    private @Nullable Path results;

    @Option(names = "--help", usageHelp = true, description = "shows this")
    private boolean help;

    @Option(names = "--c", hidden = true)
    private @Nullable Path c;

    @Option(names = "--python", hidden = true)
    private @Nullable String python;

    @Option(names = "--home", hidden = true)
    private Path home = Path.of("");

    @Option(names = "--command", hidden = true)
    private String command = "jmh/peers";

    private record Entry(Peer peer, WaitKind waits) {}

    public static void main(String[] args) {
        Peers peers = new Peers();
        System.exit(new CommandLine(peers)
                .setOverwrittenOptionsAllowed(true)
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    if (!(e instanceof PeerException
                            || e instanceof IOException
                            || e instanceof UncheckedIOException)) {
                        throw e;
                    }
                    System.err.println("jmh/peers: " + e.getMessage());
                    return 1;
                })
                .execute(args));
    }

    @Override
    public Integer call() throws IOException {
        if (smoke) {
            rounds = 1;
            seconds = 0.05;
            warmUp = 0.05;
            maxEvents = 2_000;
        }
        check();
        Programs programs = new Programs(c, python, home.resolve("jmh/python/sightlog_peer.py"));
        List<Entry> entries = entries(programs);
        Path scratch = Files.createTempDirectory(directory, "peers-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
            if (Files.exists(scratch)) {
                Session.delete(scratch);
            }
        }));
        Plan plan = new Plan(seconds, warmUp, maxEvents, rates, scratch, programs, pinned);
        int eventBytes = new Frames().size();
        long needed = plan.logBytes(eventBytes) + SPARE_BYTES;
        if (Files.getFileStore(scratch).getUsableSpace() < needed) {
            throw new PeerException(String.format(
                    Locale.ROOT,
                    "%s has %d MiB left, %d are needed: use --dir, or a smaller --max-events",
                    directory,
                    Files.getFileStore(scratch).getUsableSpace() >> 20,
                    needed >> 20));
        }
        Environment environment = new Environment(plan, command, rounds, eventBytes);
        System.err.printf(
                Locale.ROOT,
                "peers: an event of %d bytes, %d rounds of %d peers, in %s (%s), load %s%n",
                eventBytes,
                rounds,
                entries.size(),
                directory,
                environment.fileSystem(),
                environment.load());
        List<Result> all = new ArrayList<>();
        int failures = runAll(plan, entries, all);
        if (!smoke || results != null) {
            write(all, environment);
        }
        if (failures > 0) {
            System.err.println("peers: " + failures + " failed, see above");
            return 1;
        }
        return 0;
    }

    private void check() {
        if (rounds < 1
                || seconds <= 0
                || warmUp <= 0
                || maxEvents < 1
                || rates.stream().anyMatch(rate -> rate < 1)) {
            throw new PeerException(String.format(
                    Locale.ROOT,
                    "--rounds=%d --seconds=%s --warm-up=%s --max-events=%d --rates=%s: all must be above 0",
                    rounds,
                    seconds,
                    warmUp,
                    maxEvents,
                    rates));
        }
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw new PeerException("cannot write to --dir=" + directory + ": a folder is needed");
        }
    }

    private List<Entry> entries(Programs programs) {
        for (String name : only) {
            if (!names().contains(name)) {
                throw new PeerException("no peer \"" + name + "\"; there are " + String.join(", ", names()));
            }
        }
        List<Entry> entries = new ArrayList<>();
        for (Peer peer : Peer.values()) {
            if ((only.isEmpty() || only.contains(peer.text())) && programs.has(peer)) {
                for (WaitKind wait : oneWait ? peer.waits().subList(0, 1) : peer.waits()) {
                    if (wait == WaitKind.FUTEX && IdleStrategy.Mode.byDefault() != IdleStrategy.Mode.FUTEX) {
                        System.err.println("peers: " + peer.text() + " cannot wait by futex here: left out");
                        continue;
                    }
                    entries.add(new Entry(peer, wait));
                }
            }
        }
        if (entries.isEmpty()) {
            throw new PeerException("nothing to run: --peers=" + String.join(",", only)
                    + " have a side in C or Python, and gcc or python3 is missing; install it");
        }
        return entries;
    }

    static List<String> names() {
        return List.of(Peer.values()).stream().map(Peer::text).toList();
    }

    /** Every peer once a round; each round begins with another one. A peer that fails is tried once more. */
    private int runAll(Plan plan, List<Entry> entries, List<Result> all) {
        int failures = 0;
        long start = System.nanoTime();
        int done = 0;
        for (int round = 1; round <= rounds; round++) {
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get((i + round - 1) % entries.size());
                Session session = new Session(plan, entry.peer(), entry.waits(), round);
                try {
                    all.addAll(tell(round, again(session)));
                } catch (PeerException e) {
                    failures++;
                    System.err.println("peers: FAILED: " + e.getMessage());
                }
                done++;
                long left = (System.nanoTime() - start) / done * ((long) rounds * entries.size() - done);
                if (i == entries.size() - 1 && left > 0) {
                    System.err.printf(Locale.ROOT, "peers: about %d s to go%n", left / 1_000_000_000);
                }
            }
        }
        return failures;
    }

    private static List<Result> again(Session session) {
        try {
            return session.run();
        } catch (PeerException e) {
            System.err.println("peers: once more: " + e.getMessage());
            return session.run();
        }
    }

    private List<Result> tell(int round, List<Result> session) {
        Result first = session.get(0);
        String rates = session.stream()
                .map(r -> String.format(
                        Locale.ROOT,
                        "%s p50 %.2f p90 %.2f us%s",
                        Result.rateText(r.rate()),
                        r.p50Nanos() / 1e3,
                        r.p90Nanos() / 1e3,
                        r.hasControl()
                                ? String.format(
                                        Locale.ROOT,
                                        " (control %.2f, %.2f)",
                                        r.controlBeforeNanos() / 1e3,
                                        r.controlAfterNanos() / 1e3)
                                : ""))
                .collect(Collectors.joining("; "));
        Result flat = session.get(session.size() - 1);
        String speed = String.format(Locale.ROOT, ", %.2f M/s", flat.eventsPerSecond() / 1e6);
        if (flat.appendPerSecond() > 0) {
            speed += String.format(
                    Locale.ROOT,
                    "; append %.2f M/s, replay %.2f M/s",
                    flat.appendPerSecond() / 1e6,
                    flat.replayPerSecond() / 1e6);
        }
        System.err.printf(
                "%d/%d %-26s%-6s%s%s%n",
                round, rounds, first.peer().text(), first.waits().text(), rates, speed);
        return session;
    }

    private void write(List<Result> all, Environment environment) throws IOException {
        Path to = results != null ? results : home.resolve(only.isEmpty() ? "jmh" : "target/jmh");
        Path json = to.resolve("results").resolve("peers.json");
        Files.createDirectories(json.getParent());
        Files.writeString(json, all.stream().map(Result::json).collect(Collectors.joining(",\n", "[\n", "\n]\n")));
        Path table = to.resolve("RESULTS.md");
        Report report = new Report(all, environment);
        Files.writeString(table, report.text());
        Path readme = to.resolve("results").resolve("readme-table.md");
        Files.writeString(readme, report.readmeTable());
        System.err.println("peers: written " + json + ", " + table + " and " + readme);
        if (results == null && only.isEmpty() && ReadmeTable.write(report.readmeTable(), home.resolve("README.md"))) {
            System.err.println("peers: written the table of README.md");
        }
    }
}
