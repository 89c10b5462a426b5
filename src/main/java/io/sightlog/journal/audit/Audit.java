package io.sightlog.journal.audit;

import io.sightlog.event.Digest;
import io.sightlog.event.Event;
import io.sightlog.event.LabelSource;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.audit.Finding.Kind;
import io.sightlog.journal.internal.format.Catalogue;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.Metadata;
import io.sightlog.journal.internal.format.Signal;
import io.sightlog.journal.internal.os.Listing;
import io.sightlog.journal.internal.read.CycleFile;
import io.sightlog.journal.internal.read.JournalCursor;
import io.sightlog.journal.internal.read.Seek;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Goes over all of a journal, files and all, with nothing believed before it is checked, and hands out every sound event and
 * every finding as it comes. It needs no metadata, and no headers of files, for that. Beside writers that append it gives no
 * false alarm; it writes nothing and locks nothing. What it keeps in memory does not grow with the journal. One thread.
 */
public final class Audit {
    /** Findings of one kind in one file that are told; the rest is like them. */
    static final int MOST_ALIKE = 20;

    /** How far clocks of machines may be apart. */
    private static final long FUTURE_NANOS = 24 * 3_600_000_000_000L;

    private static final long UNKNOWN = -2;

    private final JournalDirectory directory;
    private final Sink sink;
    private final long firstIndex;
    private final long lastIndex;
    private final Event event;
    private long lastStamp;
    private long events;
    private long salvaged;
    private int files;
    private boolean lost;

    /** Who wants to know. */
    public interface Sink {
        /**
         * A sound event.
         *
         * @param event valid until this returns
         * @param readable whether readers see it, too; else it lies where documents cannot be followed, and its position is not
         *     known but for its cycle
         */
        void event(Event event, boolean readable);

        /** Something that is not as it should be. */
        void finding(Finding finding);

        /** So many bytes were looked at since the last call. */
        default void progress(long bytes) {}
    }

    /**
     * All of a journal, or the excerpts from one position to another, and of its files those they are in.
     *
     * @param first null for the start
     * @param last null for the end; a batch counts as a whole
     */
    public Audit(Journal journal, @Nullable Position first, @Nullable Position last, Sink sink) {
        this.directory = new JournalDirectory(journal.directory());
        this.sink = sink;
        this.firstIndex = first == null ? 0 : first.index();
        this.lastIndex = last == null ? Long.MAX_VALUE : last.index();
        this.event = new Event(new Catalogue(directory));
    }

    /** How many bytes there are to look at. */
    public long bytes() {
        Roll roll = knownRoll();
        long bytes = 0;
        if (roll != null) {
            for (int cycle : directory.cycles(roll)) {
                if (isWantedCycle(cycle)) {
                    Path path = directory.cycleFile(roll, cycle);
                    long size = path.toFile().length();
                    try (CycleFile file = CycleFile.tryOpen(path, cycle)) {
                        bytes += file == null ? size : Math.min(size, Math.max(0, file.claimedPosition()));
                    } catch (JournalException e) {
                        bytes += size;
                    }
                }
            }
        }
        return bytes;
    }

    /** Sound events that readers see. */
    public long events() {
        return events;
    }

    /** Sound events that readers do not see. */
    public long salvaged() {
        return salvaged;
    }

    /** Files of cycles that were looked at. */
    public int files() {
        return files;
    }

    /** Does it. */
    public void run() {
        long signalBefore = signalStamp();
        Roll roll = metadataRoll();
        boolean complete = roll != null;
        names(roll);
        if (roll == null) {
            roll = guessedRoll();
        }
        if (roll != null) {
            int[] cycles = directory.cycles(roll);
            beginning(roll, cycles);
            int newest = -1;
            for (int cycle : cycles) {
                if (isWantedCycle(cycle)) {
                    newest = audit(roll, cycle) ? cycle : newest;
                }
            }
            highest(roll, newest);
        }
        if (lastIndex == Long.MAX_VALUE) {
            signal(signalBefore);
        }
        catalogue();
        consumers(complete);
        event.unwrap();
    }

    /** Something that could not be read: not a word on what is in it. */
    private void unread(String name, FileAccessException e) {
        lost = true; // as far as anybody can tell
        finding(new Finding(Kind.UNREAD, name, null, null, String.valueOf(e.getMessage())));
    }

    /** Below -1 when it cannot be read. */
    private long signalStamp() {
        try {
            return Signal.lastStamp(directory);
        } catch (FileAccessException e) {
            return UNKNOWN;
        }
    }

    private boolean audit(Roll roll, int cycle) {
        Path path = directory.cycleFile(roll, cycle);
        long before = events + salvaged;
        try {
            try {
                if (!new FileAudit(this, event, path, roll, cycle).run()) {
                    return false; // pruned meanwhile
                }
            } catch (InternalError e) {
                throw FileAccessException.fault("cannot read " + path, e);
            }
            files++;
            return events + salvaged > before;
        } catch (DamageException e) {
            throw e;
        } catch (FileAccessException e) {
            unread(name(path), e);
            return events + salvaged > before;
        } catch (JournalException e) { // no file
            finding(new Finding(Kind.FILE_HEADER, name(path), null, null, String.valueOf(e.getMessage())));
            return false;
        }
    }

    // For those that look at a file

    JournalDirectory directory() {
        return directory;
    }

    boolean isWanted(long index) {
        return index >= firstIndex && index <= lastIndex;
    }

    private boolean isWantedCycle(int cycle) {
        return cycle >= Roll.cycle(firstIndex) && cycle <= Roll.cycle(lastIndex);
    }

    long lastStamp() {
        return lastStamp;
    }

    void stamp(long nanos) {
        lastStamp = Math.max(lastStamp, nanos);
    }

    void event(Event sound, boolean readable) {
        if (readable) {
            events++;
        } else {
            salvaged++;
        }
        sink.event(sound, readable);
    }

    void finding(Finding finding) {
        lost |= finding.kind().weight() == Finding.Weight.LOSS;
        sink.finding(finding);
    }

    void progress(long bytes) {
        sink.progress(bytes);
    }

    // What is beside the files of cycles

    private @Nullable Roll knownRoll() {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            return metadata == null ? guessedRoll() : metadata.roll();
        } catch (JournalException e) {
            return guessedRoll();
        }
    }

    private @Nullable Roll metadataRoll() {
        String problem = "it is not there, or not complete";
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            if (metadata != null) {
                return metadata.roll();
            }
        } catch (FileAccessException e) {
            unread(name(directory.metadata()), e);
            return null;
        } catch (JournalException e) {
            problem = String.valueOf(e.getMessage());
        }
        metadata(problem);
        return null;
    }

    private void metadata(String text) {
        finding(new Finding(Kind.METADATA, name(directory.metadata()), null, null, text));
    }

    /** By the names of the files, which differ from roll to roll; null when they do not say. */
    private @Nullable Roll guessedRoll() {
        for (Roll roll : Roll.values()) {
            if (directory.cycles(roll).length > 0) {
                return roll;
            }
        }
        return null;
    }

    /** The roll that the journal has, or had: from its metadata or, when that is gone, the names of its files. */
    public @Nullable Roll roll() {
        return knownRoll();
    }

    private void names(@Nullable Roll roll) {
        try {
            int unknown = 0;
            for (Path file : Listing.of(directory.path())) {
                String name = name(file);
                boolean cycle = name.endsWith(JournalDirectory.CYCLE_SUFFIX);
                boolean known = name.startsWith(".")
                        || name.startsWith("sightlog.")
                        || name.equals(name(directory.metadata()))
                        || name.equals(name(directory.catalogue()))
                        || name.equals(name(directory.consumers()))
                        || (cycle && (roll == null || roll.cycleOf(name).isPresent()));
                if (!known && unknown++ < MOST_ALIKE) {
                    boolean was = name.contains(JournalDirectory.CYCLE_SUFFIX);
                    finding(new Finding(
                            was ? Kind.FILE_HEADER : Kind.FILE_UNKNOWN,
                            name,
                            null,
                            null,
                            was
                                    ? "this is not the name of a cycle's file in this journal: nobody reads what is in it"
                                    : "this file does not belong to the journal"));
                }
            }
        } catch (IOException e) {
            throw directory.cannotList(e);
        }
    }

    private void beginning(Roll roll, int[] cycles) {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            int lowest = metadata == null ? Integer.MAX_VALUE : metadata.lowestCycle();
            if (cycles.length == 0 || lowest == Integer.MAX_VALUE) {
                return;
            }
            if (lowest < 0 || lowest > cycles[0]) {
                metadata("it says that cycle " + lowest + " is the lowest, and there is " + roll.fileName(cycles[0]));
            } else if (lowest < cycles[0]) {
                finding(new Finding(
                        Kind.BEGINNING,
                        roll.fileName(lowest),
                        null,
                        null,
                        "the oldest file that was written is not there: it was pruned, or is lost"));
            }
        } catch (JournalException e) {
            // told
        }
    }

    /** @param newest the last cycle in which events were found, -1 none */
    private void highest(Roll roll, int newest) {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            if (metadata == null) {
                return;
            }
            int highest = metadata.highestCycle();
            if (newest >= 0 && highest < newest) {
                metadata("it says that cycle " + highest + " is the highest, and there are events in "
                        + roll.fileName(newest));
            } else if (highest >= 0 && isWantedCycle(highest)) {
                Path path = directory.cycleFile(roll, highest);
                if (Files.notExists(path)) {
                    finding(new Finding(
                            Kind.FILE_MISSING,
                            name(path),
                            new Position(Roll.index(highest, 0), 0),
                            null,
                            "it is not there, and the newest events were in it, or metadata.cq4t is damaged"));
                }
            }
        } catch (JournalException e) {
            // told
        }
    }

    private void signal(long before) {
        String name = name(directory.signal());
        if (Files.notExists(directory.signal())) {
            if (events > 0) {
                finding(new Finding(
                        Kind.UNFINISHED, name, null, null, "it is not there; the next writer makes it anew"));
            }
            return;
        }
        long after;
        try {
            after = Signal.lastStamp(directory);
        } catch (FileAccessException e) {
            unread(name, e);
            return;
        }
        if (after < 0) {
            finding(new Finding(
                    Kind.SIGNAL, name, null, null, "it is not what writers share; remove it while none runs"));
        } else if (before > NanoClock.SYSTEM.nanos() + FUTURE_NANOS) {
            finding(new Finding(
                    Kind.SIGNAL,
                    name,
                    null,
                    null,
                    "the last append was at " + instant(before)
                            + " by it, which is yet to come: no later event would be"
                            + " stamped before that; remove it while no producer runs"));
        } else if (after < lastStamp) {
            finding(new Finding(
                    Kind.UNFINISHED,
                    name,
                    null,
                    null,
                    "the last append was at " + after + " by it, and there is an event of " + lastStamp
                            + "; the next writer mends it"));
        } else if (before > lastStamp && before == after && !lost) {
            finding(new Finding(
                    Kind.UNFINISHED,
                    name,
                    null,
                    null,
                    "the last append began at " + instant(before) + ", and the newest event is of " + instant(lastStamp)
                            + ": a writer died in it, or newer events are missing"));
        }
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }

    private void catalogue() {
        Catalogue catalogue = new Catalogue(directory);
        for (long hash : catalogue.all()) {
            String name = "catalogue/" + Digest.hex(hash) + ".yaml";
            try {
                String problem = catalogue.problem(hash);
                if (problem != null) {
                    finding(new Finding(Kind.CATALOGUE, name, null, null, problem));
                }
            } catch (FileAccessException e) {
                unread(name, e);
            }
        }
        for (String name : catalogue.others()) {
            finding(new Finding(
                    Kind.FILE_UNKNOWN, "catalogue/" + name, null, null, "this is not the name of a label set"));
        }
    }

    /** @param complete whether there are readers of this journal at all */
    private void consumers(boolean complete) {
        for (String consumer : ConsumerFile.names(directory)) {
            String name = "consumers/" + consumer + ConsumerFile.SUFFIX;
            try {
                String problem = problem(consumer, complete);
                if (problem != null && problem(consumer, complete) != null) { // it may have moved while we looked
                    finding(new Finding(Kind.CONSUMER, name, null, null, problem));
                }
            } catch (FileAccessException e) {
                unread(name, e);
            }
        }
    }

    private @Nullable String problem(String consumer, boolean complete) {
        try {
            ConsumerFile.State state = ConsumerFile.read(directory, consumer);
            if (state == null || state.state() == ConsumerFile.AT_START) {
                return null;
            }
            if (state.index() < 0 || state.place() < 0) {
                return "its position cannot be one";
            }
            if (!complete) {
                return null;
            }
            try (JournalCursor cursor = new JournalCursor(directory, new Event(LabelSource.NONE))) {
                cursor.open();
                return !cursor.isOpen() || Seek.to(cursor, state)
                        ? null
                        : "it is at " + state.position() + ", past the end of the journal: events that it has read are"
                                + " gone; sightlog consumers reset " + consumer + " moves it";
            }
        } catch (FileAccessException e) {
            throw e;
        } catch (JournalException e) {
            return e.getMessage();
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
