package io.sightlog.journal;

import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which cycles named consumers have still to read. */
final class ConsumerNeeds {
    static final ConsumerNeeds NONE = new ConsumerNeeds(List.of());

    private final List<Need> needs;

    /** The oldest cycle from which a consumer has still to read. */
    private record Need(String name, int cycle, String where) {}

    private ConsumerNeeds(List<Need> needs) {
        this.needs = needs;
    }

    /**
     * Asks all of them.
     *
     * @param ignored names of those that are not waited for
     * @throws FileAccessException when one cannot be read
     */
    static ConsumerNeeds of(JournalDirectory directory, Set<String> ignored, NanoClock clock) {
        List<Need> needs = new ArrayList<>();
        try (JournalReader reader = new JournalReader(directory, null, Start.OLDEST, clock)) {
            for (String name : ConsumerFile.names(directory)) {
                if (!ignored.contains(name)) {
                    needs.add(need(directory, name, reader));
                }
            }
        }
        return new ConsumerNeeds(needs);
    }

    private static Need need(JournalDirectory directory, String name, JournalReader reader) {
        ConsumerFile.State state;
        try {
            state = ConsumerFile.read(directory, name);
        } catch (FileAccessException e) {
            throw e;
        } catch (JournalException e) {
            return new Need(name, 0, String.valueOf(e.getMessage()));
        }
        if (state == null) {
            return new Need(name, Integer.MAX_VALUE, "");
        }
        try {
            if (!reader.seek(state) || !reader.peek()) {
                return new Need(name, Integer.MAX_VALUE, ""); // has read everything
            }
            Position next = reader.nextPosition();
            return new Need(name, ExcerptIndex.cycle(next.index()), "it stands at " + next);
        } catch (DamageException e) {
            Position at = e.position();
            return new Need(name, ExcerptIndex.cycle(at.index()), "it is before damage at " + at);
        }
    }

    /**
     * How many of some cycles each of them has still to read, by its name; those that need none are left out.
     *
     * @param cycles their numbers
     */
    SortedMap<String, Integer> count(int... cycles) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (Need need : needs) {
            for (int cycle : cycles) {
                if (need.cycle() <= cycle) {
                    counts.merge(need.name(), 1, Integer::sum);
                }
            }
        }
        return counts;
    }

    /**
     * Whether one of them has still to read a cycle.
     *
     * @param obstacles what says so, a line each, is added to these
     */
    boolean keep(Retention.Cycle cycle, int number, List<String> obstacles) {
        boolean needed = false;
        for (Need need : needs) {
            if (need.cycle() <= number) {
                needed = true;
                obstacles.add(cycle.file().getFileName() + " stays: consumer \"" + need.name() + "\" has not read it ("
                        + need.where() + "); if nobody uses that name any more: sightlog consumers delete "
                        + need.name());
            }
        }
        return needed;
    }
}
