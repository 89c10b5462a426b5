package io.sightlog.journal.audit;

import io.sightlog.event.Event;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.audit.Finding.Kind;
import io.sightlog.journal.internal.format.Catalogue;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.read.CycleFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Goes over all of a journal, files and all, with nothing believed before it is checked, and hands out every sound event and
 * every finding as it comes. It needs no metadata, and no headers of files, for that. Beside writers that append it gives no
 * false alarm; it writes nothing and locks nothing. What it keeps in memory does not grow with the journal. One thread.
 */
public final class Audit {
    /** Findings of one kind in one file that are reported; the rest is like them. */
    static final int MOST_ALIKE = 20;

    private final JournalDirectory directory;
    private final Sink sink;
    private final long firstIndex;
    private final long lastIndex;
    private final DirectoryAudit beside;
    private final FrameAudit frames;
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
        this.beside = new DirectoryAudit(this);
        this.frames = new FrameAudit(this, beside.knownRoll());
        this.event = new Event(new Catalogue(directory));
    }

    /** How many bytes there are to look at. */
    public long bytes() {
        Roll roll = roll();
        long bytes = isWhole() ? frames.bytes() : 0;
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

    /** The roll that the journal has, or had: from its metadata or, when that is gone, the names of its files. */
    public @Nullable Roll roll() {
        return beside.knownRoll();
    }

    /** Sound events that readers see. */
    public long events() {
        return events;
    }

    /** Sound events that readers do not see. */
    public long salvaged() {
        return salvaged;
    }

    /** Pictures that events point at and that are here and sound. */
    public long frames() {
        return frames.sound();
    }

    /** Pictures that events point at and that are not here, which is no damage. */
    public long framesNotHere() {
        return frames.notHere();
    }

    /** Pictures that no event points at; 0 when only a part of the journal was looked at. */
    public long orphanFrames() {
        return frames.orphans();
    }

    /** Files of cycles that were looked at. */
    public int files() {
        return files;
    }

    /** Does it. */
    public void run() {
        long signalBefore = beside.signalStamp();
        Roll roll = beside.metadataRoll();
        boolean complete = roll != null;
        beside.names(roll);
        beside.sharedFiles();
        if (roll == null) {
            roll = beside.guessedRoll();
        }
        if (roll != null) {
            int[] cycles = directory.cycles(roll);
            beside.beginning(roll, cycles);
            int newest = -1;
            for (int cycle : cycles) {
                if (isWantedCycle(cycle)) {
                    newest = audit(roll, cycle) ? cycle : newest;
                }
            }
            beside.highest(roll, newest);
        }
        if (lastIndex == Long.MAX_VALUE) {
            beside.signal(signalBefore);
        }
        beside.catalogue();
        beside.consumers(complete);
        frames.folder(isWhole());
        frames.close();
        event.unwrap();
    }

    /** Something that could not be read: not a word on what is in it. */
    void unread(String name, FileAccessException e) {
        lost = true; // as far as anybody can tell
        finding(new Finding(Kind.UNREAD, name, null, null, String.valueOf(e.getMessage())));
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
            unread(path.getFileName().toString(), e);
            return events + salvaged > before;
        } catch (JournalException e) { // no file
            finding(new Finding(
                    Kind.FILE_HEADER, path.getFileName().toString(), null, null, String.valueOf(e.getMessage())));
            return false;
        }
    }

    // For the parts of this walk

    /** Whether all of the journal is looked at. */
    private boolean isWhole() {
        return firstIndex == 0 && lastIndex == Long.MAX_VALUE;
    }

    JournalDirectory directory() {
        return directory;
    }

    boolean isWanted(long index) {
        return index >= firstIndex && index <= lastIndex;
    }

    boolean isWantedCycle(int cycle) {
        return cycle >= ExcerptIndex.cycle(firstIndex) && cycle <= ExcerptIndex.cycle(lastIndex);
    }

    /** Whether anything was found that is a loss. */
    boolean hasLost() {
        return lost;
    }

    /** When the newest event so far was appended. */
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
        frames.event(sound, readable);
        sink.event(sound, readable);
    }

    void finding(Finding finding) {
        lost |= finding.kind().weight() == Finding.Weight.LOSS;
        sink.finding(finding);
    }

    void progress(long bytes) {
        sink.progress(bytes);
    }
}
