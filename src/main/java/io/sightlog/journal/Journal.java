package io.sightlog.journal;

import io.sightlog.event.JournalId;
import io.sightlog.event.LabelSource;
import io.sightlog.journal.audit.Audit;
import io.sightlog.journal.audit.Recovery;
import io.sightlog.journal.internal.append.PreOpenCheck;
import io.sightlog.journal.internal.format.Catalogue;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalGeneration;
import io.sightlog.journal.internal.format.JournalIdFile;
import io.sightlog.journal.internal.format.Metadata;
import io.sightlog.journal.internal.format.Signal;
import io.sightlog.journal.internal.format.StrayFiles;
import io.sightlog.journal.internal.format.TaskLock;
import io.sightlog.journal.internal.frames.FrameRoom;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.Futex;
import io.sightlog.journal.internal.read.CycleFile;
import io.sightlog.journal.internal.read.EndedCycle;
import io.sightlog.journal.internal.read.FutexWait;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One journal: a directory of events, appended to by any number of writers and read by any number of readers, in any number
 * of processes.
 *
 * <p>Opening one creates nothing and locks nothing; the directory may not even exist yet. May be shared between threads;
 * what it hands out belongs to one thread each, and is closed by whoever asked for it.
 */
public final class Journal implements AutoCloseable {
    /** Other writers may append while we look. */
    private static final int MOST_AT_END = 1000;

    private final JournalDirectory directory;
    private final NanoClock clock;
    private final JournalGeneration generation;

    private Journal(JournalDirectory directory, NanoClock clock) {
        this.directory = directory;
        this.clock = clock;
        generation = new JournalGeneration(directory);
    }

    /**
     * The journal in a directory, which need not be there yet.
     *
     * @throws JournalException when something else is there: a file, or a directory with other things in it
     */
    public static Journal open(Path directory) {
        return open(directory, NanoClock.SYSTEM);
    }

    /**
     * One that may have lost its {@code metadata.cq4t}, for {@link Audit} and {@link Recovery}.
     *
     * @throws JournalException when nothing of a journal is there
     */
    public static Journal openDamaged(Path directory) {
        JournalDirectory files = new JournalDirectory(directory);
        if (!files.hasCycleFile() && !files.exists()) {
            throw new JournalException("no journal in " + files.path() + ": name the directory a producer wrote to");
        }
        return new Journal(files, NanoClock.SYSTEM);
    }

    /**
     * With another clock, for tests and for replays of time.
     *
     * @param clock by which its writers stamp events, and its retention knows what is old
     */
    public static Journal open(Path directory, NanoClock clock) {
        JournalDirectory files = new JournalDirectory(directory);
        files.exists();
        return new Journal(files, clock);
    }

    /** Its directory, as an absolute path. */
    public Path directory() {
        return directory.path();
    }

    /** Whether a producer has created it, completely. */
    public boolean exists() {
        if (!directory.exists()) {
            return false;
        }
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            return metadata != null;
        }
    }

    /**
     * Its random id, by which others refer to it wherever it is moved or copied to.
     *
     * @return null while nobody has needed one: see {@link #makeId}
     * @throws JournalException when what is there is no id, or cannot be read
     */
    public @Nullable JournalId id() {
        return JournalIdFile.read(directory);
    }

    /**
     * Its random id; one that has none is given one, and keeps it.
     *
     * @throws JournalException when there is no journal, or its id cannot be written, or is damaged
     */
    public JournalId makeId() {
        return JournalIdFile.make(directory);
    }

    /**
     * What tells it from a journal that takes its place in the directory: one that is made anew, put back from a copy, or moved there has
     * another one, also where its {@link #id} is the same. Pruning does not change it. It is known to this object alone, which keeps two
     * files open from the first call until {@link #close}.
     *
     * @return 16 random hex digits; null while there is no journal
     * @throws FileAccessException when it cannot be known
     * @throws JournalReplacedException when it is being replaced; ask again
     */
    public @Nullable String generation() {
        return generation.id();
    }

    /**
     * A writer with {@link WriterOptions#DEFAULT}; creates the journal, rolling hourly, when there is none.
     *
     * @throws JournalException when it cannot be written
     */
    public JournalWriter writer() {
        return writer(WriterOptions.DEFAULT);
    }

    /**
     * A writer; creates the journal when there is none.
     *
     * @param roll how a new journal rolls; one that is there keeps its own
     * @throws JournalException when it cannot be written
     */
    public JournalWriter writer(Roll roll) {
        return writer(WriterOptions.DEFAULT.roll(roll));
    }

    /**
     * A writer; creates the journal when there is none, and sets it right when a writer or the machine has died.
     *
     * @return one that belongs to one thread at a time and is closed by the caller
     * @throws JournalException when it cannot be written, or another writer holds the write lock for longer than the options say
     */
    public JournalWriter writer(WriterOptions options) {
        return new JournalWriter(directory, options, clock);
    }

    /**
     * What is damaged at and after the newest events there are, a line each: what a producer that goes on there should
     * say. Damage farther back is for {@link Audit}.
     */
    public List<String> damageAtEnd() {
        List<String> damage = new ArrayList<>();
        if (exists()) {
            try (JournalReader reader = reader(new Start.Last(1))) {
                boolean more = true;
                for (int looked = 0; more && looked < MOST_AT_END; looked++) {
                    try {
                        more = reader.next();
                    } catch (DamageException e) {
                        damage.add(e.getMessage());
                        more = e.canGoOn();
                    }
                }
            }
        }
        return damage;
    }

    /** A reader without a name, at the oldest event: it leaves no trace. */
    public JournalReader reader() {
        return new JournalReader(directory, null, Start.OLDEST, clock);
    }

    /**
     * A reader without a name: it leaves no trace.
     *
     * @throws JournalException when the start is a position past the end of the journal
     */
    public JournalReader reader(Start start) {
        return new JournalReader(directory, null, start, clock);
    }

    /** As {@link #reader(String, Start)}; a new name begins at the oldest event. */
    public JournalReader reader(String name) {
        return reader(name, Start.OLDEST);
    }

    /**
     * A named reader: it goes on where that name stopped. Its position is kept in the journal, and the name held for as long as the
     * reader is open.
     *
     * @param start where a name that is not known yet begins
     * @throws JournalException when another process runs under that name, or its position cannot be written
     * @throws IllegalArgumentException when the name cannot be one
     */
    public JournalReader reader(String name, Start start) {
        return new JournalReader(directory, ConsumerFile.hold(directory, name, clock), start, clock);
    }

    /** Whether a named reader of this name has a position, where it will go on. */
    public boolean hasConsumer(String name) {
        ConsumerFile.State state = ConsumerFile.isName(name) ? ConsumerFile.read(directory, name) : null;
        return state != null && state.generation() > 0;
    }

    /**
     * Keeps other processes from doing the same to this journal, which is there, until it is closed.
     *
     * @param name of what is done: letters, digits and dashes
     * @param task for people, as "receiving topic t"
     * @throws JournalException when another process does it, which is named, or the journal may not be written
     */
    public JournalLock lock(String name, String task) {
        return new JournalLock(TaskLock.hold(directory, name, task));
    }

    /** How a reader of this journal waits; for one thread, closed by it. */
    public IdleStrategy idleStrategy(IdleStrategy.Mode mode) {
        return switch (mode) {
            case SPIN -> IdleStrategy.spinning();
            case PARK -> IdleStrategy.parking();
            case FUTEX -> Futex.AVAILABLE ? new FutexWait(directory) : IdleStrategy.parking();
        };
    }

    /** The pictures that are kept beside the events, as events say where; for one thread, closed by it. */
    public FrameReader frames() {
        return new FrameReader(directory);
    }

    /**
     * What the pictures take that are kept in it, also those that were kept beside another journal.
     *
     * @throws FileAccessException when they cannot be listed
     */
    public FrameUsage frameUsage() {
        return new FramesByCycle(directory).all();
    }

    /**
     * How it stands with these pictures, and with the room for more.
     *
     * @throws FileAccessException when that cannot be seen
     */
    public FrameStatus frameStatus() {
        Roll roll = roll();
        FramesByCycle frames = new FramesByCycle(directory, roll == null ? new int[0] : directory.cycles(roll));
        try {
            FrameRoom room = FrameRoom.at(directory.path()).room();
            return new FrameStatus(
                    frames.all(), frames.left(), frames.problems(), room.usableBytes(), room.reserveBytes());
        } catch (IOException e) {
            throw FileAccessException.of("cannot see how much room there is in " + directory.path(), e);
        }
    }

    /** The label sets of this journal; for one thread. */
    public LabelSource labels() {
        return catalogue();
    }

    Catalogue catalogue() {
        return new Catalogue(directory);
    }

    /**
     * The bytes of a label set, as {@link JournalWriter#publishFrom} takes them on.
     *
     * @return null when there is none of this hash
     * @throws JournalException when it is damaged
     * @throws FileAccessException when it cannot be read now
     */
    public byte @Nullable [] labelSetContent(long hash) {
        return catalogue().content(hash);
    }

    /** The hashes of all its label sets, ascending as unsigned numbers. */
    public List<Long> labelSets() {
        return new Catalogue(directory).all();
    }

    /**
     * The named consumers there are, by name.
     *
     * @throws FileAccessException when one cannot be read
     */
    public List<ConsumerStatus> consumers() {
        List<ConsumerStatus> consumers = new ArrayList<>();
        try (JournalReader reader = reader()) {
            for (String name : ConsumerFile.names(directory)) {
                ConsumerFile.State state;
                try {
                    state = ConsumerFile.read(directory, name);
                } catch (FileAccessException e) {
                    throw e;
                } catch (JournalException e) {
                    consumers.add(ConsumerStatus.damaged(name, String.valueOf(e.getMessage())));
                    continue;
                }
                if (state != null) {
                    consumers.add(ConsumerStatus.of(name, state, reader));
                }
            }
        }
        return consumers;
    }

    /**
     * What {@link #resetConsumer} would do.
     *
     * @return the consumer, or null when there is none of that name
     */
    public @Nullable ConsumerStatus consumer(String name) {
        ConsumerFile.State state = ConsumerFile.read(directory, name);
        if (state == null) {
            return null;
        }
        try (JournalReader reader = reader()) {
            return ConsumerStatus.of(name, state, reader);
        }
    }

    /**
     * Moves a consumer that is not running.
     *
     * @throws JournalException when it is running, naming its process, or there is none of that name
     */
    public void resetConsumer(String name, Start start) {
        if (ConsumerFile.read(directory, name) == null) {
            throw new JournalException("no consumer \"" + name + "\" in " + directory.path()
                    + ": sightlog consumers lists those there are");
        }
        try (ConsumerFile held = ConsumerFile.hold(directory, name, clock);
                JournalReader reader = reader(start)) { // without the name: it may stand where nothing is any more
            held.checkSame(); // of the journal in which it was found, and not of one that was made anew since
            held.countReset();
            reader.saveNext(held);
        }
    }

    /**
     * Forgets a consumer that is not running: its position is deleted, so that it holds back no pruning, and a reader that takes the
     * name again begins anew. Also one whose position is damaged.
     *
     * @throws JournalException when it is running, naming its process, or there is none of that name, or it cannot be deleted
     */
    public void deleteConsumer(String name) {
        ConsumerFile.delete(directory, name);
    }

    /**
     * What one of its files takes on disk, which for a sparse one is less than its size.
     *
     * @return bytes, 0 when it is not there
     */
    public long bytesOnDisk(Path file) {
        return Disk.bytesOnDisk(file);
    }

    /**
     * The position up to which it outlasts a loss of power, as far as writers with a {@link Durability} have seen to it.
     *
     * @return null when none has
     */
    public @Nullable Position durable() {
        long index = Signal.durable(directory);
        return index < 0 ? null : new Position(index, 0);
    }

    /** Which of its cycles may be deleted; for one thread. */
    public Retention retention() {
        return new Retention(directory, clock);
    }

    /**
     * What differs in the headers of its files from what Chronicle Queue makes: a writer refuses such files.
     *
     * @return a line each, naming file, byte and what stands there
     */
    public List<String> headerFindings() {
        return new PreOpenCheck(directory).findings();
    }

    /**
     * Who holds the write lock, when it stays held by the same one for a fifth of a second.
     *
     * @return null when nobody does
     */
    public @Nullable LockHolder lockHolder() {
        return LockHolder.of(directory);
    }

    /** Those of its files and folders that its owner cannot use, as root leaves them. */
    public List<Path> strayFiles() {
        return StrayFiles.of(directory);
    }

    /**
     * The command that gives all of it to its owner, which is that of its {@code metadata.cq4t}.
     *
     * @param quoted the directory as a shell takes it
     * @return a command for root; empty where files have no owners
     */
    public String ownersCommand(String quoted) {
        return StrayFiles.command(directory, quoted);
    }

    /** How it rolls, or null while it does not exist. */
    public @Nullable Roll roll() {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            return metadata == null ? null : metadata.roll();
        }
    }

    /** The files it consists of, cycles first, oldest first. */
    public List<Path> files() {
        List<Path> files = new ArrayList<>();
        Roll roll = roll();
        if (roll != null) {
            for (int cycle : directory.cycles(roll)) {
                files.add(directory.cycleFile(roll, cycle));
            }
            files.add(directory.metadata());
        }
        return files;
    }

    /** The cycles that have a file now, oldest first; none while the journal does not exist. */
    public List<CycleStatus> cycles() {
        List<CycleStatus> cycles = new ArrayList<>();
        Roll roll = roll();
        if (roll != null) {
            long seconds = roll.lengthMillis() / 1000;
            for (int cycle : directory.cycles(roll)) {
                cycles.add(new CycleStatus(cycle, directory.cycleFile(roll, cycle), cycle * seconds, seconds));
            }
        }
        return cycles;
    }

    /**
     * What the file of a cycle holds, in numbers: looks at its header, its index and its ends, and not at all that is between.
     *
     * @return null when the file is gone, was never completed, or has a header that cannot be read
     * @throws FileAccessException when it cannot be read now
     */
    public CycleStatus.@Nullable Content content(CycleStatus cycle) {
        try (CycleFile file = CycleFile.tryOpen(cycle.file(), cycle.number())) {
            return file == null ? null : EndedCycle.content(file);
        } catch (DamageException e) {
            return null; // verify tells
        } catch (InternalError e) {
            throw FileAccessException.fault("cannot read " + cycle.file(), e);
        }
    }

    /**
     * Where the index of its timeline is kept: files that are made from its events, and can be deleted.
     *
     * @param elsewhere a folder for a journal that is not written to; null: the journal's own
     */
    public DerivedFiles timelineFiles(@Nullable Path elsewhere) {
        return new DerivedFiles(directory, elsewhere == null ? directory.timeline() : elsewhere, elsewhere == null);
    }

    /** Readers and writers are closed by whoever asked for them. */
    @Override
    public void close() {
        generation.close();
    }
}
