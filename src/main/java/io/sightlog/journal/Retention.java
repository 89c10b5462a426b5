package io.sightlog.journal;

import io.sightlog.journal.internal.append.CycleDeletion;
import io.sightlog.journal.internal.append.OldestCycle;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.format.Metadata;
import io.sightlog.journal.internal.format.MetadataWords;
import io.sightlog.journal.internal.format.PrunedLog;
import io.sightlog.journal.internal.frames.FramePruning;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.read.CycleFile;
import io.sightlog.journal.internal.read.EndedCycle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Which cycles of a journal may go, and their going. Only whole cycles that have ended go, the oldest first, never the newest,
 * and never one from which a named consumer has still to read. Kept frames go with the last cycle whose events point at them. Safe beside
 * writers and readers: who has a file open reads it to its end. Label sets stay, and so do positions.
 *
 * <p>From {@link Journal#retention}. One thread at a time.
 */
public final class Retention {
    private final JournalDirectory directory;
    private final NanoClock clock;
    /** The journal that is looked at, from the first look on; a writer's own one. */
    private @Nullable JournalIdentity identity;

    Retention(JournalDirectory directory, NanoClock clock) {
        this(directory, clock, null);
    }

    /** @param identity of the journal that its writer has open */
    Retention(JournalDirectory directory, NanoClock clock, @Nullable JournalIdentity identity) {
        this.directory = directory;
        this.clock = clock;
        this.identity = identity;
    }

    /**
     * What is to be kept. A cycle goes when one of the three says so.
     *
     * @param keepFor cycles that ended longer ago go; null: none
     * @param keepBytes the oldest go while the cycles and kept frames take more room on disk, {@link Long#MAX_VALUE}: none
     * @param keepCycles the oldest go while there are more, {@link Integer#MAX_VALUE}: none
     * @param ignored consumers that are not waited for
     * @param dropUnread whether no consumer at all is waited for
     */
    public record Policy(
            @Nullable Duration keepFor, long keepBytes, int keepCycles, Set<String> ignored, boolean dropUnread) {
        /** Everything. */
        public static final Policy KEEP_ALL = new Policy(null, Long.MAX_VALUE, Integer.MAX_VALUE, Set.of(), false);

        public Policy {
            if (keepBytes < 0 || keepCycles < 1 || (keepFor != null && keepFor.isNegative())) {
                throw new IllegalArgumentException(
                        "keepFor and keepBytes must be 0 or more, keepCycles 1 or more; the newest cycle is always kept:"
                                + " keepFor=" + keepFor + " keepBytes=" + keepBytes + " keepCycles=" + keepCycles);
            }
            ignored = Set.copyOf(ignored);
        }

        /** Whether nothing ever goes. */
        public boolean keepsAll() {
            return keepFor == null && keepBytes == Long.MAX_VALUE && keepCycles == Integer.MAX_VALUE;
        }
    }

    /** Called when a writer has deleted old cycles, or could not. */
    @FunctionalInterface
    public interface Listener {
        /**
         * On the writer's thread, after the append that began a new cycle.
         *
         * @param plan what was to go, and what keeps the rest
         * @param failure null when it has gone
         */
        void pruned(Plan plan, @Nullable JournalException failure);
    }

    /**
     * A cycle that may go.
     *
     * @param file its file
     * @param diskBytes what it takes on disk
     * @param excerpts how many it has; each is one event or a batch of them
     * @param firstAppendedNanos since the epoch, 0 when it has none
     * @param lastAppendedNanos likewise
     * @param frames kept frames that go with it, in files of their own
     */
    public record Cycle(
            Path file,
            long diskBytes,
            long excerpts,
            long firstAppendedNanos,
            long lastAppendedNanos,
            FrameUsage frames) {}

    /**
     * What would go, and what keeps the rest.
     *
     * @param cycles what would go, oldest first
     * @param keptBytes what the cycles that stay take on disk
     * @param keptCycles how many stay
     * @param obstacles why something stays that the policy would have go, a line each
     * @param frames kept frames that would go: with these cycles, and such as no event points at any more
     * @param keptFrames kept frames that stay
     */
    public record Plan(
            List<Cycle> cycles,
            long keptBytes,
            int keptCycles,
            List<String> obstacles,
            FrameUsage frames,
            FrameUsage keptFrames) {
        /** What the cycles that would go take on disk, their kept frames aside. */
        public long diskBytes() {
            long bytes = 0;
            for (Cycle cycle : cycles) {
                bytes += cycle.diskBytes();
            }
            return bytes;
        }
    }

    /**
     * Looks, and changes nothing.
     *
     * @throws FileAccessException when a file cannot be read that says what may go: then nothing may
     */
    public Plan plan(Policy policy) {
        remember();
        Roll roll = roll();
        int[] cycles = roll == null ? new int[0] : directory.cycles(roll);
        long[] bytes = new long[cycles.length];
        long total = 0;
        for (int i = 0; i < cycles.length; i++) {
            bytes[i] = Disk.bytesOnDisk(directory.cycleFile(Objects.requireNonNull(roll), cycles[i]));
            total += bytes[i];
        }
        FramesByCycle framesByCycle = new FramesByCycle(directory, cycles);
        FrameUsage frames = policy.keepsAll() ? FrameUsage.NONE : framesByCycle.left();
        List<Cycle> going = new ArrayList<>();
        List<String> obstacles = new ArrayList<>();
        ConsumerNeeds needs = policy.keepsAll() || policy.dropUnread() || roll == null
                ? ConsumerNeeds.NONE
                : ConsumerNeeds.of(directory, policy.ignored(), clock);
        int kept = cycles.length;
        for (int i = 0; i < cycles.length - 1 && roll != null; i++) {
            long all = total + framesByCycle.all().diskBytes() - frames.diskBytes();
            if (!goes(policy, Cycles.startMillis(roll, cycles[i] + 1), all, kept)) {
                break;
            }
            Cycle cycle = closed(roll, cycles[i], bytes[i], framesByCycle.with(i), obstacles);
            if (cycle == null || needs.keep(cycle, cycles[i], obstacles)) {
                break;
            }
            going.add(cycle);
            frames = frames.plus(cycle.frames());
            total -= bytes[i];
            kept--;
        }
        return new Plan(
                going, total, kept, obstacles, frames, framesByCycle.all().minus(frames));
    }

    /**
     * Which named consumers hold back what may go: those with cycles to read that are older than the newest one.
     *
     * @return how many of these cycles each of them keeps, by its name
     * @throws FileAccessException when a consumer's position cannot be read
     */
    public SortedMap<String, Integer> heldBack() {
        Roll roll = roll();
        int[] cycles = roll == null ? new int[0] : directory.cycles(roll);
        return ConsumerNeeds.of(directory, Set.of(), clock)
                .count(Arrays.copyOf(cycles, Math.max(0, cycles.length - 1)));
    }

    private void remember() {
        if (identity == null) {
            identity = JournalIdentity.tryOpen(directory);
            if (identity != null) {
                identity.close(); // only to be compared with
            }
        }
    }

    /** @throws JournalReplacedException when what was planned was planned for another journal */
    private void checkSame() {
        if (identity != null) {
            identity.check();
        }
    }

    private boolean goes(Policy policy, long endMillis, long totalBytes, int cycles) {
        long nowMillis = Math.floorDiv(clock.nanos(), 1_000_000L);
        return cycles > policy.keepCycles()
                || totalBytes > policy.keepBytes()
                || (policy.keepFor() != null
                        && endMillis <= nowMillis - policy.keepFor().toMillis());
    }

    private @Nullable Roll roll() {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            return metadata == null ? null : metadata.roll();
        }
    }

    /** Null, and an obstacle, when it has not ended. */
    private @Nullable Cycle closed(Roll roll, int cycle, long diskBytes, FrameUsage frames, List<String> obstacles) {
        Path path = directory.cycleFile(roll, cycle);
        try (CycleFile file = CycleFile.tryOpen(path, cycle)) {
            if (file == null) {
                obstacles.add(path.getFileName() + " stays: it was never completed; the next writer mends it");
                return null;
            }
            PrunedLog.Entry entry = EndedCycle.entry(file, clock.nanos());
            if (entry == null) {
                obstacles.add(path.getFileName() + " stays: it has no end mark yet; the next writer adds it");
                return null;
            }
            return new Cycle(
                    path, diskBytes, entry.excerpts(), entry.firstAppendedNanos(), entry.lastAppendedNanos(), frames);
        } catch (FileAccessException e) {
            throw e; // not even whether it may go is known
        } catch (JournalException e) {
            obstacles.add(path.getFileName() + " stays: " + e.getMessage());
            return null;
        }
    }

    /**
     * Does what was planned. A death in the middle leaves a journal without some of its oldest cycles, and nothing half done; the kept
     * frames of these go with the next prune then.
     *
     * @return how many files of cycles were deleted; less than planned when another process was quicker
     * @throws JournalException when a file cannot be deleted, or a writer holds the write lock for seconds; what has gone by
     *     then has gone
     */
    public int execute(Plan plan) {
        if (plan.cycles().isEmpty() && plan.frames().files() == 0) {
            return 0;
        }
        remember();
        try (MetadataWords words = MetadataWords.open(directory, "prune")) {
            checkSame();
            List<Path> files = new ArrayList<>();
            for (Cycle cycle : plan.cycles()) {
                files.add(cycle.file());
            }
            int deleted = new CycleDeletion(directory, identity, words, clock).delete(files);
            int[] left = directory.cycles(words.roll());
            if (left.length > 0) {
                new FramePruning(directory, identity).delete(left[0]);
            }
            return deleted;
        }
    }

    /** For a writer whose disk is full. */
    OldestCycle oldestCycle() {
        return new OldestCycle() {
            @Override
            public @Nullable Path drop(boolean unreadToo) {
                Plan plan = planOldest(unreadToo);
                return plan.cycles().isEmpty() || execute(plan) == 0
                        ? null
                        : plan.cycles().get(0).file();
            }

            @Override
            public @Nullable Path file(boolean unreadToo) {
                Plan plan = planOldest(unreadToo);
                return plan.cycles().isEmpty() ? null : plan.cycles().get(0).file();
            }
        };
    }

    private Plan planOldest(boolean dropUnread) {
        Plan all = plan(Policy.KEEP_ALL);
        return all.keptCycles() < 2
                ? all
                : plan(new Policy(null, Long.MAX_VALUE, all.keptCycles() - 1, Set.of(), dropUnread));
    }
}
