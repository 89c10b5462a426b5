package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Event;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.audit.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What a journal has, event by event, after the processes of {@link KillChild} have worked on it in whatever language, held
 * against what they were promised.
 */
final class AppendedEvents {
    private static final int SEARCHES = 60;

    private final Path directory;
    private int count;
    private long[] index = new long[1 << 16];
    private long[] identity = new long[1 << 16];
    private long[] stamp = new long[1 << 16];
    /** By run, the index of each of its frames. */
    private final List<long[]> runs = new ArrayList<>();

    private final List<Integer> frames = new ArrayList<>();

    private void add(Event event) {
        if (count == index.length) {
            index = Arrays.copyOf(index, 2 * count);
            identity = Arrays.copyOf(identity, 2 * count);
            stamp = Arrays.copyOf(stamp, 2 * count);
        }
        index[count] = event.index();
        identity[count] = KillChild.identity(event);
        stamp[count] = event.appendedNanos();
        assertThat(count == 0 || stamp[count] >= stamp[count - 1])
                .as("stamps go forward")
                .isTrue();
        count++;
        int run = KillChild.check(event);
        while (runs.size() <= run) {
            runs.add(new long[16]);
            frames.add(0);
        }
        int frame = frames.get(run);
        if (event.frame() != frame || event.sequence() != frame) {
            throw new AssertionError("run " + run + " goes on with frame " + event.frame() + ", sequence "
                    + event.sequence() + " behind " + frame + " events");
        }
        if (frame == runs.get(run).length) {
            runs.set(run, Arrays.copyOf(runs.get(run), 2 * frame));
        }
        runs.get(run)[frame] = event.index();
        frames.set(run, frame + 1);
    }

    private Position position(int i) {
        return new Position(index[i], (int) (identity[i] & 0xffff));
    }

    private AppendedEvents(Path directory) {
        this.directory = directory;
    }

    /** Reads all of it; fails where an event is not as it was written, or runs and stamps do not go forward. */
    static AppendedEvents of(Path directory) {
        AppendedEvents events = new AppendedEvents(directory);
        try (JournalReader reader = Journal.open(directory).reader()) {
            while (reader.next()) {
                events.add(reader.event());
            }
        }
        return events;
    }

    int count() {
        return count;
    }

    /**
     * Whatever was acknowledged is there, at the index that was told.
     *
     * @param logs of the writers, by their runs
     * @return how many appends are there that nobody was told of
     */
    int unacknowledged(List<Path> logs) throws IOException {
        int unacknowledged = 0;
        for (int run = 0; run < logs.size(); run++) {
            long[] log = KillLog.read(logs.get(run));
            int there = run < frames.size() ? frames.get(run) : 0;
            int acknowledged = 0;
            for (int i = 0; i < log.length; i += 2) {
                int frame = (int) log[i + 1];
                assertThat(frame).isEqualTo(acknowledged);
                acknowledged += KillChild.eventsAt(frame);
                assertThat(there).as("events of run %d", run).isGreaterThanOrEqualTo(acknowledged);
                for (int k = frame; k < acknowledged; k++) {
                    if (runs.get(run)[k] != log[i]) {
                        throw new AssertionError("frame " + k + " of run " + run + " was acknowledged at 0x"
                                + Long.toHexString(log[i]) + " and is at 0x"
                                + Long.toHexString(runs.get(run)[k]));
                    }
                }
            }
            assertThat(there - acknowledged)
                    .as("what run %d has beside what was acknowledged: nothing, or one append", run)
                    .isIn(0, KillChild.eventsAt(acknowledged));
            unacknowledged += there > acknowledged ? 1 : 0;
        }
        return unacknowledged;
    }

    /**
     * A named consumer has got every event in order.
     *
     * @param logs of the processes that were this consumer, in order
     * @return how many events came twice, at most one for each of them
     */
    int repeated(String name, List<Path> logs) throws IOException {
        int repeated = 0;
        int[] at = {0};
        for (Path file : logs) {
            long[] log = KillLog.read(file);
            if (log.length > 0 && at[0] > 0 && isAt(at[0] - 1, log[0], log[1])) {
                at[0]--;
                repeated++;
            }
            for (int k = 0; k < log.length; k += 2) {
                expect(at[0]++, log[k], log[k + 1]);
            }
        }
        boolean[] first = {true};
        try (JournalReader rest = Journal.open(directory).reader(name)) {
            EventHandler handler = event -> {
                long is = KillChild.identity(event);
                if (first[0] && at[0] > 0 && isAt(at[0] - 1, event.index(), is)) {
                    at[0]--;
                }
                first[0] = false;
                expect(at[0]++, event.index(), is);
            };
            while (rest.poll(handler, 1000) > 0) {
                // goes on to the end
            }
        }
        assertThat(at[0]).as("events that %s saw", name).isEqualTo(count);
        return repeated;
    }

    private boolean isAt(int i, long atIndex, long is) {
        return i < count && index[i] == atIndex && identity[i] == is;
    }

    private void expect(int i, long atIndex, long is) {
        if (!isAt(i, atIndex, is)) {
            throw new AssertionError("a consumer got 0x" + Long.toHexString(atIndex) + " in place of event " + i);
        }
    }

    /** Positions, times and counts from the end lead to the right events. */
    void checkSearches(Random random) {
        Journal journal = Journal.open(directory);
        for (int i = 0; i < SEARCHES; i++) {
            int any = random.nextInt(count);
            assertFirst(journal, new Start.At(position(any)), any);
            assertFirst(journal, new Start.Time(stamp[any]), firstAt(stamp[any]));
            assertFirst(journal, new Start.Time(stamp[any] + 1), firstAt(stamp[any] + 1));
            int last = 1 + random.nextInt(Math.min(count, 1000));
            assertFirst(journal, new Start.Last(last), count - last);
        }
    }

    private int firstAt(long nanos) {
        int at = Arrays.binarySearch(stamp, 0, count, nanos);
        if (at < 0) {
            return -at - 1;
        }
        while (at > 0 && stamp[at - 1] == nanos) {
            at--;
        }
        return at;
    }

    private void assertFirst(Journal journal, Start start, int expected) {
        try (JournalReader reader = journal.reader(start)) {
            boolean is = reader.next();
            assertThat(is).as("%s", start).isEqualTo(expected < count);
            if (is) {
                assertThat(new Position(reader.event().index(), reader.event().place()))
                        .as("%s", start)
                        .isEqualTo(position(expected));
            }
        }
    }

    /** Sound for verify, with as many events, and no file of another name. */
    void checkFiles() throws IOException {
        List<Finding> damage = new ArrayList<>();
        Verification verification = new Verification(
                Journal.open(directory),
                null,
                null,
                finding -> {
                    if (finding.isDamage()) {
                        damage.add(finding);
                    }
                },
                bytes -> {});
        verification.run();
        assertThat(damage).isEmpty();
        assertThat(verification.events()).isEqualTo(count);
        assertThat(verification.salvageable()).isZero();
        try (var files = Files.list(directory)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.contains("discard"));
        }
    }
}
