package io.sightlog.journal.audit;

import io.sightlog.event.Event;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.CopyTarget;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.Catalogue;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.PrunedLog;
import io.sightlog.journal.internal.frames.FrameCopy;
import io.sightlog.journal.internal.frames.FrameStore;
import io.sightlog.journal.internal.os.IoReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Copies what is sound in a damaged journal into a new one, event by event, as whoever goes over the old one finds them: in
 * their order, with producer, sequence, all times and unknown sections. The events of a batch become excerpts of their own. Of kept
 * frames those are copied that these events point at, and that are sound. The old journal is only read. One thread.
 *
 * <p>An event is appended at the time it was appended at first, so that times and files are as they were; where that would run
 * backwards, it gets the time of the event before it.
 */
public final class Recovery implements AutoCloseable {
    private final JournalDirectory from;
    private final JournalDirectory into;
    private final JournalWriter writer;
    private final FrameStore oldFrames;
    private final FrameCopy newFrames;
    private final List<Standing> consumers = new ArrayList<>();
    private long now;
    private int nextConsumer;
    private long lastIndex = -1;
    private long events;
    private long restamped;
    private long frames;
    private int labelSets;

    /** Where a consumer stands: after the event at a position or, when that is not handled yet, before it. */
    private record Standing(String name, ConsumerFile.State state) {
        boolean isBefore(Position position) {
            int order = state.position().compareTo(position);
            return state.state() == ConsumerFile.AT_START
                    || order < 0
                    || (order == 0 && state.state() == ConsumerFile.AT);
        }
    }

    /**
     * Makes the new journal, and copies the label sets.
     *
     * @param roll that of the damaged journal
     * @throws JournalException when the directory is there and not empty, lies in the damaged journal, or cannot be written
     */
    public Recovery(Journal damaged, Roll roll, Path directory) {
        this.from = new JournalDirectory(damaged.directory());
        this.into = new JournalDirectory(directory);
        check();
        this.writer = Journal.open(into.path(), () -> now).writer(roll);
        this.oldFrames = new FrameStore(from);
        this.newFrames = new FrameCopy(into);
        copyLabelSets();
        for (String name : ConsumerFile.names(from)) {
            try {
                ConsumerFile.State state = ConsumerFile.read(from, name);
                if (state != null && state.index() >= 0 && state.place() >= 0) {
                    consumers.add(new Standing(name, state));
                }
            } catch (JournalException e) {
                // whoever goes over the journal reports it, also when it could not be read
            }
        }
        consumers.sort(
                Comparator.comparing((Standing standing) -> standing.state().state() != ConsumerFile.AT_START)
                        .thenComparing(standing -> standing.state().position())
                        .thenComparing(standing -> standing.state().state() == ConsumerFile.BEHIND));
    }

    private void check() {
        CopyTarget.check("recover", from.path(), "the damaged journal", into.path());
        if (Files.notExists(into.path())) {
            return;
        }
        try (DirectoryStream<Path> content = Files.newDirectoryStream(into.path())) {
            if (content.iterator().hasNext()) {
                throw new JournalException(
                        "cannot recover into " + into.path() + ": it is not empty; name a new directory");
            }
        } catch (NotDirectoryException e) {
            throw new JournalException(
                    "cannot recover into " + into.path() + ": it is a file; name a new directory", e);
        } catch (IOException e) {
            throw new JournalException("cannot recover into " + into.path() + ": " + IoReason.of(e), e);
        }
    }

    private void copyLabelSets() {
        Catalogue old = new Catalogue(from);
        Catalogue copy = new Catalogue(into);
        for (long hash : old.all()) {
            byte[] content;
            try {
                content = old.content(hash);
            } catch (JournalException e) {
                continue; // reported by whoever goes over the journal
            }
            if (content != null) {
                copy.publish(content);
                labelSets++;
            }
        }
    }

    /**
     * Copies an event.
     *
     * @param placed whether its position in the damaged journal is known
     */
    public void copy(Event event, boolean placed) {
        if (placed) {
            Position position = new Position(event.index(), event.place());
            while (nextConsumer < consumers.size()
                    && consumers.get(nextConsumer).isBefore(position)) {
                stands(consumers.get(nextConsumer++));
            }
        }
        long appended = event.appendedNanos();
        if (appended < now) {
            restamped++;
        }
        now = Math.max(now, appended);
        try {
            lastIndex = writer.append(event, true);
            copyFrame(event);
        } catch (JournalException e) {
            throw failed(e);
        }
        events++;
    }

    private void copyFrame(Event event) {
        try {
            KeptFrame frame = KeptFrame.of(event);
            FrameStore.Found found = frame == null ? null : oldFrames.find(frame);
            if (frame != null && found != null && found.state() == FrameStore.State.SOUND) {
                newFrames.copy(frame, found, ExcerptIndex.cycle(lastIndex));
                frames++;
            }
        } catch (UnreadableEventException | FileAccessException e) {
            // reported by whoever goes over the journal
        }
    }

    /** A failure of the new journal as what nobody takes for damage of the old one. */
    private UncheckedIOException failed(JournalException e) {
        return new UncheckedIOException(new IOException(
                e.getMessage() + "; " + into.path() + " is not complete: remove it, and recover where there is room",
                e));
    }

    private void stands(Standing consumer) {
        try (ConsumerFile file = ConsumerFile.hold(into, consumer.name(), NanoClock.SYSTEM)) {
            boolean start = lastIndex < 0 || consumer.state().state() == ConsumerFile.AT_START;
            file.save(
                    start ? ConsumerFile.AT_START : ConsumerFile.BEHIND,
                    start ? 0 : lastIndex,
                    0,
                    consumer.state().movedNanos());
        } catch (JournalException e) {
            throw failed(e);
        }
    }

    /**
     * When all are copied: puts the consumers that stand after the last of them there, and lists what is missing.
     *
     * @param findings how many findings of a loss there were
     * @param ranges numbers of producers that are not as they should be
     * @param labelSets hashes of label sets that are missing
     */
    public void finish(long findings, List<KnownLosses.Range> ranges, List<Long> labelSets) {
        KnownLosses.write(into, findings + lostBefore(), ranges, labelSets);
        PrunedLog.read(from).values().forEach(entry -> PrunedLog.add(into, entry));
        while (nextConsumer < consumers.size()) {
            stands(consumers.get(nextConsumer++));
        }
    }

    /** Findings of a loss when the old journal was itself recovered: they are no less lost now. */
    private long lostBefore() {
        try {
            return KnownLosses.of(from.path()).recoveredFindings();
        } catch (JournalException e) {
            return 0; // reported by whoever goes over the journal
        }
    }

    /** Events that were copied. */
    public long events() {
        return events;
    }

    /** Events that have another time of append than they had. */
    public long restamped() {
        return restamped;
    }

    /** Kept frames that were copied. */
    public long frames() {
        return frames;
    }

    public int labelSets() {
        return labelSets;
    }

    /** Consumers whose positions were taken over. */
    public int consumers() {
        return nextConsumer;
    }

    @Override
    public void close() {
        oldFrames.close();
        try {
            newFrames.close();
        } finally {
            writer.close();
        }
    }
}
