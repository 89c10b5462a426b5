package io.sightlog.inspect;

import io.sightlog.event.ShownTime;
import io.sightlog.inspect.Symptom.Area;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.LockHolder;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Retention;
import io.sightlog.journal.Roll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is wrong around a journal, short of the events in it: looks at everything, changes nothing. */
public final class Diagnosis {
    private static final List<String> SHARED =
            List.of("sightlog.signal", "sightlog.writers", "sightlog.pruned", "sightlog.losses", "sightlog.id");

    private final List<Symptom> symptoms = new ArrayList<>();
    private final Path directory;
    private @Nullable Roll roll;
    private int cycles;
    private long diskBytes;
    private long framesDiskBytes;
    private final Map<String, StreamSeen> cameras = new TreeMap<>();

    /** Who may mend what a reader is told of, as the beginning of each remedy; empty: this user. */
    private final String whoMends;

    private Diagnosis(Path directory, String whoMends) {
        this.directory = directory;
        this.whoMends = whoMends;
    }

    /**
     * Takes a fifth of a second, and longer where there are many events that consumers have not read.
     *
     * @param clock what stamps are compared with
     * @throws JournalException when there is no journal
     */
    public static Diagnosis of(Journal journal, NanoClock clock) {
        return of(journal, clock, null);
    }

    /**
     * As above for those who are shown a journal: that this program cannot write it is none of their troubles, and where it cannot, each remedy
     * says who can. It does not look for cameras, for which the events of the last hour are read.
     *
     * @throws JournalException when there is no journal
     */
    public static Diagnosis forReaders(Journal journal, NanoClock clock) {
        Diagnosis diagnosis = new Diagnosis(journal.directory(), whoMends(journal.directory()));
        diagnosis.look(journal, clock);
        return diagnosis;
    }

    /**
     * As the first, and looks at cameras.
     *
     * @param maxAge how long ago each camera may have been seen last; null for ever
     */
    public static Diagnosis of(Journal journal, NanoClock clock, @Nullable Duration maxAge) {
        Diagnosis diagnosis = new Diagnosis(journal.directory(), "");
        diagnosis.look(journal, clock);
        diagnosis.attempt(() -> diagnosis.cameras(journal, clock.nanos(), maxAge));
        return diagnosis;
    }

    private static String whoMends(Path directory) {
        try {
            if (Files.isWritable(directory)) {
                return "";
            }
            return Files.getFileStore(directory).isReadOnly()
                    ? "where it can be written (here it is mounted read-only): "
                    : "user " + Files.getOwner(directory).getName() + ", whose journal it is, can: ";
        } catch (IOException | UnsupportedOperationException e) {
            return "whoever can write the journal can: ";
        }
    }

    /** Whether it is told to those who only read. */
    boolean isForReaders() {
        return !whoMends.isEmpty();
    }

    /** With a longest age, a journal in which no camera was seen lately is a finding, too. */
    private void cameras(Journal journal, long nowNanos, @Nullable Duration maxAge) {
        if (roll == null) {
            return;
        }
        Streams.lately(journal, nowNanos).forEach((name, seen) -> {
            if (seen.live()) {
                cameras.put(name, seen);
            }
        });
        if (maxAge == null) {
            return;
        }
        if (cameras.isEmpty()) {
            add(
                    Area.STREAMS,
                    "no camera has been looked at in the last hour",
                    "sightlog produce -q " + quoted() + " NAME=ADDRESS, or see why it has ended");
        }
        cameras.forEach((name, seen) -> {
            boolean isKnown = seen.seenNanos() != Long.MIN_VALUE;
            if (!isKnown || nowNanos - seen.seenNanos() > maxAge.toNanos()) {
                add(
                        Area.STREAMS,
                        "camera " + name
                                + (isKnown
                                        ? " was last seen " + ShownTime.of(seen.seenNanos())
                                        : " was not seen in the last hour")
                                + (seen.gone() == null ? "" : ": " + seen.gone()),
                        "look at the camera and its network; sightlog tail -q " + quoted() + " --stream " + name
                                + " shows what was said");
            }
        });
    }

    /** Cameras of the last hour, and when each was last seen, by their names. */
    public Map<String, StreamSeen> cameras() {
        return Collections.unmodifiableMap(cameras);
    }

    private void look(Journal journal, NanoClock clock) {
        List<String> headers = headers(journal);
        for (String finding : headers) {
            add(Area.FILES, finding, headerRemedy(finding));
        }
        try {
            roll = journal.roll();
        } catch (JournalException e) {
            if (headers.isEmpty()) {
                throw e;
            }
            return; // told already; without it nothing else can be read
        }
        if (roll == null) {
            throw new JournalException("no journal in " + directory + ": sightlog produce makes one");
        }
        Retention.Plan all = journal.retention().plan(Retention.Policy.KEEP_ALL);
        cycles = all.keptCycles();
        diskBytes = all.keptBytes();
        framesDiskBytes = all.keptFrames().diskBytes();
        lock(journal.lockHolder());
        attempt(() -> new ClockHealth(this, clock).look(journal));
        attempt(() -> new FilesHealth(this, clock).look(journal));
        attempt(() -> new FramesHealth(this).look(journal));
        attempt(() -> new ConsumersHealth(this, clock).look(journal));
    }

    /** A file that producers share is made anew by the next one; of any other, a copy is what is left. */
    private String headerRemedy(String finding) {
        for (String name : SHARED) {
            Path file = directory.resolve(name);
            if (finding.startsWith(file + " ")) {
                return "end all producers, and: rm -r " + quoted(file);
            }
        }
        return "sightlog recover -q " + quoted() + " --into NEW, which saves what is sound";
    }

    private List<String> headers(Journal journal) {
        try {
            return journal.headerFindings();
        } catch (FileAccessException e) {
            add(e);
            return List.of();
        }
    }

    private void add(FileAccessException e) {
        add(Area.FILES, String.valueOf(e.getMessage()), "see to that, then sightlog doctor -q " + quoted());
    }

    /** What cannot be looked at is a symptom, too. */
    private void attempt(Runnable look) {
        try {
            look.run();
        } catch (FileAccessException e) {
            add(e);
        } catch (JournalException e) {
            add(Area.FILES, String.valueOf(e.getMessage()), "sightlog verify -q " + quoted());
        }
    }

    private void lock(@Nullable LockHolder holder) {
        if (holder == null) {
            return;
        }
        long pid = holder.pid();
        String nextWriter = nextWriter();
        switch (holder.state()) {
            case RUNNING ->
                add(
                        Area.LOCK,
                        "process " + pid + " holds the write lock, and runs",
                        "wait for it, or end it: kill " + pid);
            case STOPPED ->
                add(Area.LOCK, "process " + pid + " holds the write lock, and is stopped", "kill -CONT " + pid);
            case DEAD ->
                add(
                        Area.LOCK,
                        "process " + pid + " held the write lock when it died; the next writer frees it",
                        nextWriter);
            case REPLACED ->
                add(
                        Area.LOCK,
                        "process " + pid + " held the write lock when it died, and another process has its number now",
                        nextWriter
                                + "; if that waits in vain, end all producers, and: printf '\\0\\0\\0\\0\\0\\0\\0\\200'"
                                + " | dd of=" + quoted(directory.resolve("metadata.cq4t")) + " bs=1 seek="
                                + holder.wordOffset() + " conv=notrunc");
            case ELSEWHERE ->
                add(
                        Area.LOCK,
                        "process " + pid + " of another container holds the write lock",
                        "look there whether it runs, and continue or end it");
            case UNKNOWN ->
                add(
                        Area.LOCK,
                        "process " + pid + " holds the write lock, or did when it died: who may only read cannot tell",
                        isReadOnly() && !isForReaders()
                                ? "look where it is written: here its file system is read-only"
                                : asOwner("sightlog doctor -q " + quoted()));
            default -> throw new AssertionError(holder);
        }
    }

    void add(Area area, String text, String remedy) {
        symptoms.add(new Symptom(area, text, whoMends + remedy));
    }

    /** What makes or mends what producers share. */
    String nextWriter() {
        return asOwner("sightlog append -q " + quoted() + " < /dev/null");
    }

    /** The command, as a user who may write here. */
    String asOwner(String command) {
        try {
            return isForReaders() || Files.isWritable(directory)
                    ? command
                    : "sudo -u " + Files.getOwner(directory).getName() + " " + command;
        } catch (IOException | UnsupportedOperationException e) {
            return command;
        }
    }

    /** Whether nobody can write here. */
    boolean isReadOnly() {
        try {
            return Files.getFileStore(directory).isReadOnly();
        } catch (IOException e) {
            return false;
        }
    }

    /** The journal's directory as a shell takes it. */
    String quoted() {
        return quoted(directory);
    }

    static String quoted(Path file) {
        String text = file.toString();
        return text.matches("[A-Za-z0-9_./,:@%+=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** What was found, the most urgent first within each area. */
    public List<Symptom> symptoms() {
        return List.copyOf(symptoms);
    }

    /** Absolute. */
    public Path directory() {
        return directory;
    }

    /** How it rolls; null when its metadata cannot be read. */
    public @Nullable Roll roll() {
        return roll;
    }

    public int cycles() {
        return cycles;
    }

    /** What its cycles take on disk. */
    public long diskBytes() {
        return diskBytes;
    }

    /** What its kept frames take on disk. */
    public long framesDiskBytes() {
        return framesDiskBytes;
    }
}
