package io.sightlog.journal.audit;

import io.sightlog.event.Digest;
import io.sightlog.event.Event;
import io.sightlog.event.LabelSource;
import io.sightlog.event.ShownTime;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.audit.Finding.Kind;
import io.sightlog.journal.internal.format.Catalogue;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.Metadata;
import io.sightlog.journal.internal.format.Signal;
import io.sightlog.journal.internal.os.Listing;
import io.sightlog.journal.internal.read.JournalCursor;
import io.sightlog.journal.internal.read.Seek;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Looks at what is beside the files of cycles: metadata, names, the words that writers share, label sets, consumers. */
final class DirectoryAudit {
    /** How far clocks of machines may be apart. */
    private static final long FUTURE_NANOS = 24 * 3_600_000_000_000L;

    private static final long UNKNOWN = -2;

    /** Its header; a file that was made a moment ago has it already. */
    private static final int LEAST_WRITERS_BYTES = 64;

    private final Audit audit;
    private final JournalDirectory directory;

    DirectoryAudit(Audit audit) {
        this.audit = audit;
        this.directory = audit.directory();
    }

    /** Below -1 when it cannot be read. */
    long signalStamp() {
        try {
            return Signal.lastStamp(directory);
        } catch (FileAccessException e) {
            return UNKNOWN;
        }
    }

    @Nullable
    Roll knownRoll() {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            return metadata == null ? guessedRoll() : metadata.roll();
        } catch (JournalException e) {
            return guessedRoll();
        }
    }

    @Nullable
    Roll metadataRoll() {
        String problem = "it is not there, or not complete";
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            if (metadata != null) {
                return metadata.roll();
            }
        } catch (FileAccessException e) {
            audit.unread(name(directory.metadata()), e);
            return null;
        } catch (JournalException e) {
            problem = String.valueOf(e.getMessage());
        }
        metadata(problem);
        return null;
    }

    private void metadata(String text) {
        audit.finding(new Finding(Kind.METADATA, name(directory.metadata()), null, null, text));
    }

    /** By the names of the files, which differ from roll to roll; null when they do not say. */
    @Nullable
    Roll guessedRoll() {
        for (Roll roll : Roll.values()) {
            if (directory.cycles(roll).length > 0) {
                return roll;
            }
        }
        return null;
    }

    void names(@Nullable Roll roll) {
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
                        || name.equals(name(directory.frames()))
                        || name.equals(name(directory.timeline()))
                        || (cycle && (roll == null || Cycles.named(roll, name).isPresent()));
                if (!known && unknown++ < Audit.MOST_ALIKE) {
                    boolean was = name.contains(JournalDirectory.CYCLE_SUFFIX);
                    audit.finding(new Finding(
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

    void beginning(Roll roll, int[] cycles) {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            int lowest = metadata == null ? Integer.MAX_VALUE : metadata.lowestCycle();
            if (cycles.length == 0 || lowest == Integer.MAX_VALUE) {
                return;
            }
            if (lowest < 0 || lowest > cycles[0]) {
                metadata("it says that cycle " + lowest + " is the lowest, and there is "
                        + Cycles.fileName(roll, cycles[0]));
            } else if (lowest < cycles[0]) {
                audit.finding(new Finding(
                        Kind.BEGINNING,
                        Cycles.fileName(roll, lowest),
                        null,
                        null,
                        "the oldest file that was written is not there: it was pruned, or is lost"));
            }
        } catch (JournalException e) {
            // reported
        }
    }

    /** @param newest the last cycle in which events were found, -1 none */
    void highest(Roll roll, int newest) {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            if (metadata == null) {
                return;
            }
            int highest = metadata.highestCycle();
            if (newest >= 0 && highest < newest) {
                metadata("it says that cycle " + highest + " is the highest, and there are events in "
                        + Cycles.fileName(roll, newest));
            } else if (highest >= 0 && audit.isWantedCycle(highest)) {
                Path path = directory.cycleFile(roll, highest);
                if (Files.notExists(path)) {
                    audit.finding(new Finding(
                            Kind.FILE_MISSING,
                            name(path),
                            new Position(ExcerptIndex.of(highest, 0), 0),
                            null,
                            "it is not there, and the newest events were in it, or metadata.cq4t is damaged"));
                }
            }
        } catch (JournalException e) {
            // reported
        }
    }

    /** What producers share and no reader looks at. */
    void sharedFiles() {
        for (Path file : new Path[] {directory.writers(), directory.pruned()}) {
            boolean isFile = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && (!isFile || isCut(file))) {
                audit.finding(new Finding(
                        Kind.SHARED_FILE,
                        name(file),
                        null,
                        null,
                        (isFile ? "it was cut to " + file.toFile().length() + " bytes" : "it is a link, or no file")
                                + ": no producer can start; remove it while none runs"));
            }
        }
    }

    private boolean isCut(Path file) {
        return file.equals(directory.writers()) && file.toFile().length() < LEAST_WRITERS_BYTES;
    }

    void signal(long before) {
        String name = name(directory.signal());
        if (Files.notExists(directory.signal())) {
            if (audit.events() > 0) {
                audit.finding(new Finding(
                        Kind.UNFINISHED, name, null, null, "it is not there; the next writer makes it anew"));
            }
            return;
        }
        long after;
        try {
            after = Signal.lastStamp(directory);
        } catch (FileAccessException e) {
            audit.unread(name, e);
            return;
        }
        if (after < 0) {
            audit.finding(new Finding(
                    Kind.SIGNAL, name, null, null, "it is not what writers share; remove it while none runs"));
        } else if (before > NanoClock.SYSTEM.nanos() + FUTURE_NANOS) {
            audit.finding(new Finding(
                    Kind.SIGNAL,
                    name,
                    null,
                    null,
                    "the last append was at " + ShownTime.of(before)
                            + " by it, which is yet to come: no later event would be"
                            + " stamped before that; remove it while no producer runs"));
        } else if (after < audit.lastStamp()) {
            audit.finding(new Finding(
                    Kind.UNFINISHED,
                    name,
                    null,
                    null,
                    "the last append was at " + ShownTime.of(after) + " by it, and there is an event of "
                            + ShownTime.of(audit.lastStamp())
                            + "; the next writer mends it"));
        } else if (before > audit.lastStamp() && before == after && !audit.hasLost()) {
            audit.finding(new Finding(
                    Kind.UNFINISHED,
                    name,
                    null,
                    null,
                    "the last append began at " + ShownTime.of(before) + ", and the newest event is of "
                            + ShownTime.of(audit.lastStamp()) + ": a writer died in it, or newer events are missing"));
        }
    }

    void catalogue() {
        Catalogue catalogue = new Catalogue(directory);
        for (long hash : catalogue.all()) {
            String name = "catalogue/" + Digest.hex(hash) + ".yaml";
            try {
                String problem = catalogue.problem(hash);
                if (problem != null) {
                    audit.finding(new Finding(Kind.CATALOGUE, name, null, null, problem));
                }
            } catch (FileAccessException e) {
                audit.unread(name, e);
            }
        }
        for (String name : catalogue.others()) {
            audit.finding(new Finding(
                    Kind.FILE_UNKNOWN, "catalogue/" + name, null, null, "this is not the name of a label set"));
        }
    }

    /** @param complete whether there are readers of this journal at all */
    void consumers(boolean complete) {
        for (String consumer : ConsumerFile.names(directory)) {
            String name = "consumers/" + consumer + ConsumerFile.SUFFIX;
            try {
                String problem = problem(consumer, complete);
                if (problem != null && problem(consumer, complete) != null) { // it may have moved while we looked
                    audit.finding(new Finding(Kind.CONSUMER, name, null, null, problem));
                }
            } catch (FileAccessException e) {
                audit.unread(name, e);
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
