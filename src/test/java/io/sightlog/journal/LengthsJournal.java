package io.sightlog.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Journals whose lengths are worth damaging: 150 excerpts of many sizes in one cycle, four of them batches. */
public final class LengthsJournal {
    static final int EXCERPTS = 150;
    private static final int BATCH_EVERY = 40;
    private static final int LONGEST_SECTION = 400;
    /** Seeds of those that were recorded under {@code src/test/resources/cases}, by their names. */
    public static final List<Recorded> ALL = List.of(
            new Recorded("lengths-a", 2_175_346_799_409L), new Recorded("lengths-b", 1), new Recorded("lengths-c", 12));

    /** A journal that was recorded with a seed. */
    public record Recorded(String name, long seed) {}

    private LengthsJournal() {}

    /** Byte for byte the same for the same random numbers. */
    public static void record(Path into, Random random) throws IOException {
        try (Recording to = new Recording(into, Roll.MINUTELY)) {
            for (int i = 0; i < EXCERPTS; i++) {
                if (i % BATCH_EVERY == BATCH_EVERY / 2) {
                    to.excerpt(Recording.batch(List.of(
                            to.bytes(Recording.ALICE, to.draft().frame(i, 0)),
                            to.bytes(Recording.BOB, to.draft().frame(i, 1)))));
                } else {
                    int size = i % 3 == 0 ? 0 : random.nextInt(LONGEST_SECTION);
                    to.append(Recording.ALICE, to.draft().frame(i, 0).section(40_000, new byte[size]));
                }
            }
        }
    }
}
