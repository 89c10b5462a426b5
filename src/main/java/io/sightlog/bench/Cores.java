package io.sightlog.bench;

import io.sightlog.journal.IdleStrategy;
import org.jspecify.annotations.Nullable;

/** Whether the machine has enough processors for a question. */
public final class Cores {
    private Cores() {}

    /** As the other, for a producer and its consumers. */
    public static @Nullable String tooFew(LatencyPlan plan, int processors) {
        boolean spins = plan.waiting() == IdleStrategy.Mode.SPIN;
        String consumers = plan.consumers() == 1 ? "a spinning consumer" : plan.consumers() + " spinning consumers";
        return tooFew(
                1 + (spins ? plan.consumers() : 0), spins ? "a producer and " + consumers : "a producer", processors);
    }

    /**
     * @param busyThreads threads that never let go of their processor
     * @param what they are, for people
     * @param processors how many there are
     * @return one line that says so when they and the rest of the machine cannot all run at once, else null
     */
    public static @Nullable String tooFew(int busyThreads, String what, int processors) {
        if (busyThreads + 1 <= processors) {
            return null;
        }
        return "too few cores: " + what + " keep" + (busyThreads == 1 ? "s " : " ") + busyThreads
                + " busy and one more is needed for everything else, and there "
                + (processors == 1 ? "is 1" : "are " + processors)
                + ": the higher percentiles and the spread show the scheduler, not the journal";
    }
}
