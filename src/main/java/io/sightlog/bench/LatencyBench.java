package io.sightlog.bench;

import io.sightlog.event.EventDraft;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs rounds of {@link LatencyProducer} and {@link LatencyConsumer}s, each in a new process. One thread, but {@link #stop}.
 *
 * <p>A child first says {@code ready} with its clock and what it knows; is told {@code go}; and says {@code done} with what it
 * measured. It ends by itself when its input does.
 */
public final class LatencyBench {
    /** What the cycle file and everything beside it may need, besides the events. */
    private static final long FIXED_BYTES = 192L << 20;

    private static final int BYTES_AROUND_EVENT = 8;
    private static final long LOOK_MILLIS = 100;
    private static final long PATIENCE_SECONDS = 120;
    /** A machine slower than this is not waited for. */
    private static final double SLOWEST_EVENTS_PER_SECOND = 20_000;

    private final LatencyPlan plan;
    private final Launcher launcher;
    private final List<Child> children = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;

    /** Starts a verb of ours in a process of its own, with pipes for its input and output. */
    public interface Launcher {
        Process start(List<String> verb) throws IOException;
    }

    /** The name of the hidden verb that is a producer. */
    public static final String PRODUCER_VERB = "producer";

    /** The name of the hidden verb that is a consumer. */
    public static final String CONSUMER_VERB = "consumer";

    public LatencyBench(LatencyPlan plan, Launcher launcher) {
        this.plan = plan;
        this.launcher = launcher;
    }

    /** What that many rounds in one journal write to disk, roughly, and rather too much. */
    public static long neededBytes(LatencyPlan plan, int rounds) {
        int eventBytes =
                new SampleEvents(plan.detections()).fill(new EventDraft(), 0, 1).encodedBytes();
        return FIXED_BYTES + rounds * plan.totalEvents() * (eventBytes + BYTES_AROUND_EVENT);
    }

    /**
     * Runs all rounds.
     *
     * @param told after each
     * @throws IllegalStateException when a process fails, an event is lost, or it was stopped
     */
    public LatencyResult run(int rounds, Scratch scratch, Consumer<LatencyRound> told)
            throws IOException, InterruptedException {
        Machine machine = Machine.here(scratch.directory());
        List<LatencyRound> all = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            Path journal = scratch.temporary() ? scratch.directory().resolve("round-" + i) : scratch.directory();
            try {
                LatencyRound round = round(journal);
                all.add(round);
                told.accept(round);
            } finally {
                children.forEach(Child::close);
                children.clear();
            }
            if (scratch.temporary()) {
                Scratch.delete(journal);
            }
        }
        return new LatencyResult(plan, all, machine);
    }

    /** Ends the processes of the round at hand, from any thread: {@link #run} then throws. */
    public void stop() {
        stopped = true;
        children.forEach(Child::kill);
    }

    private LatencyRound round(Path journal) throws IOException, InterruptedException {
        long seconds =
                PATIENCE_SECONDS + (long) (plan.expectedSeconds() + plan.totalEvents() / SLOWEST_EVENTS_PER_SECOND);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        long epochOffset = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
        long before = System.nanoTime();
        List<Child> consumers = new ArrayList<>();
        for (int i = 0; i < plan.consumers(); i++) {
            consumers.add(start(CONSUMER_VERB, journal, epochOffset));
        }
        Child producer = start(PRODUCER_VERB, journal, epochOffset);
        for (Child consumer : consumers) {
            ready(consumer, before, deadline);
        }
        String[] said = ready(producer, before, deadline);
        for (Child consumer : consumers) {
            consumer.tell("go " + said[1]);
        }
        producer.tell("go");
        List<Measured> measured = new ArrayList<>();
        for (Child consumer : consumers) {
            measured.add(Measured.parse(hear(consumer, "done", deadline)));
        }
        long late = Long.parseLong(hear(producer, "done", deadline));
        return LatencyRound.of(measured, plan.measuredEvents(), Integer.parseInt(said[2]), late);
    }

    private Child start(String verb, Path journal, long epochOffset) throws IOException {
        List<String> words = new ArrayList<>(List.of("bench", verb));
        words.addAll(plan.options());
        words.add("--queue=" + journal);
        words.add("--epoch-offset=" + epochOffset);
        Child child = new Child(verb, launcher.start(words));
        children.add(child);
        if (stopped) {
            child.kill();
        }
        return child;
    }

    /** What a child says when it is ready; its clock is compared with ours. */
    private String[] ready(Child child, long before, long deadline) throws InterruptedException {
        String[] words = hear(child, "ready", deadline).split(" ", -1);
        long its = Long.parseLong(words[0]);
        long after = System.nanoTime();
        if (its < before || its > after) {
            throw new IllegalStateException("the clocks of two processes differ: between " + before + " and " + after
                    + " here, the other showed " + its + "; latency cannot be measured between them");
        }
        return words;
    }

    private String hear(Child child, String word, long deadline) throws InterruptedException {
        while (true) {
            String said = child.hear(word, LOOK_MILLIS);
            if (said != null) {
                return said;
            }
            if (stopped) {
                throw new IllegalStateException("stopped");
            }
            for (Child other : children) {
                other.check();
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the round is not done after all this time; ask for a lower --rate");
            }
        }
    }
}
