package io.sightlog.journal.audit;

import io.sightlog.event.Event;
import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.audit.Finding.Kind;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdFile;
import io.sightlog.journal.internal.frames.FrameFolder;
import io.sightlog.journal.internal.frames.FrameName;
import io.sightlog.journal.internal.frames.FrameScan;
import io.sightlog.journal.internal.frames.FrameStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the picture that each event points at, and at what is in {@code frames/}.
 *
 * <p>A picture that is not here is damage only where it must be: one that the event's own producer kept beside this journal, unless the
 * file or folder it would be in was last changed before the event was appended, as in a copy that was made meanwhile. Who deletes all of
 * {@code frames/} does no damage.
 */
final class FrameAudit {
    /** Files that are told apart; hostile events could name any number. */
    private static final int MOST_FILES = 20_000;

    private final Audit audit;
    private final JournalDirectory directory;
    private final FrameStore store;
    private final @Nullable JournalId own;
    private final @Nullable Roll roll;
    private final Map<FrameName, File> files = new HashMap<>();
    private final File others = new File();
    private long sound;
    private long notHere;
    private long orphans;

    /** What is known of a file of frames. */
    private static final class File {
        final Pointers pointers = new Pointers();
        int findings;
        boolean isUnread;
        boolean isTold;
    }

    FrameAudit(Audit audit, @Nullable Roll roll) {
        this.audit = audit;
        this.directory = audit.directory();
        this.store = new FrameStore(directory);
        this.own = own(directory);
        this.roll = roll;
    }

    /** Null as well when it is damaged, which is told elsewhere. */
    private static @Nullable JournalId own(JournalDirectory directory) {
        try {
            return JournalIdFile.read(directory);
        } catch (JournalException e) {
            return null;
        }
    }

    /** A sound event. */
    void event(Event event, boolean readable) {
        KeptFrame frame;
        try {
            frame = KeptFrame.of(event);
        } catch (UnreadableEventException e) {
            return; // told as a section
        }
        if (frame != null) {
            look(event, frame, readable);
        }
    }

    private void look(Event event, KeptFrame frame, boolean readable) {
        FrameName name = FrameName.of(frame);
        File file = file(name);
        FrameStore.Found found;
        try {
            found = store.find(frame);
        } catch (FileAccessException e) {
            if (!file.isUnread) {
                file.isUnread = true;
                audit.unread(name.path().toString(), e);
            }
            return;
        }
        file.pointers.add(frame.offset());
        Position here = readable ? new Position(event.index(), event.place()) : null;
        switch (found.state()) {
            case SOUND -> {
                sound++;
                audit.progress(frame.bytes());
                lastCycle(event, frame, found.lastCycle(), file, here);
            }
            case DAMAGED -> damaged(file, name, here, found.problem());
            case ABSENT, MISSING -> {
                if (mustBeHere(event, frame, found.state())) {
                    damaged(file, name, here, found.problem());
                } else {
                    notHere++;
                }
            }
        }
    }

    private File file(FrameName name) {
        File file = files.get(name);
        if (file == null) {
            if (files.size() >= MOST_FILES) {
                return others;
            }
            file = new File();
            files.put(name, file);
        }
        return file;
    }

    private void damaged(File file, FrameName name, @Nullable Position here, String problem) {
        if (file.findings++ < Audit.MOST_ALIKE) {
            audit.finding(new Finding(Kind.FRAME, name.path().toString(), here, here, problem));
        }
    }

    private boolean mustBeHere(Event event, KeptFrame frame, FrameStore.State state) {
        Path folder = directory.path().resolve(FrameName.of(frame).path()).getParent();
        if (!frame.journal().equals(own) || frame.producer() != event.producer() || folder == null) {
            return false;
        }
        Path changed = state == FrameStore.State.ABSENT
                ? folder
                : directory.path().resolve(FrameName.of(frame).path());
        try {
            long changedMillis = Files.getLastModifiedTime(changed, LinkOption.NOFOLLOW_LINKS)
                    .toMillis();
            return TimeUnit.NANOSECONDS.toMillis(event.appendedNanos()) <= changedMillis && !isPruned(event);
        } catch (IOException e) {
            return false; // all of the folder is gone, or the file just now
        }
    }

    /** Whether all of the event's cycle is gone meanwhile, and its frames rightly with it. */
    private boolean isPruned(Event event) {
        return roll != null && Files.notExists(directory.cycleFile(roll, ExcerptIndex.cycle(event.index())));
    }

    private void lastCycle(Event event, KeptFrame frame, int lastCycle, File file, @Nullable Position here) {
        if (here != null
                && frame.producer() == event.producer()
                && ExcerptIndex.cycle(event.index()) > lastCycle
                && !file.isTold) {
            file.isTold = true;
            audit.finding(new Finding(
                    Kind.FRAME_CYCLE,
                    FrameName.of(frame).path().toString(),
                    here,
                    null,
                    "it says that no event of a cycle after " + lastCycle
                            + " points into it, and this one does: its pictures may be pruned before their events"));
        }
    }

    /** What is in the folder, whoever points at it. */
    void folder(boolean isWhole) {
        FrameFolder folder = new FrameFolder(directory);
        List<FrameFolder.Entry> entries = new ArrayList<>();
        try {
            for (Path other : folder.others()) {
                boolean isLink = Files.isSymbolicLink(directory.path().resolve(other));
                audit.finding(new Finding(
                        isLink ? Kind.FRAME_FILE : Kind.FILE_UNKNOWN,
                        other.toString(),
                        null,
                        null,
                        isLink
                                ? "it is a link, and none is followed: nothing is read or kept there"
                                : "this is not the name of a file of kept frames"));
            }
            entries.addAll(folder.entries());
        } catch (FileAccessException e) {
            audit.unread(JournalDirectory.FRAMES, e);
        }
        for (FrameFolder.Entry entry : entries) {
            if (entry.problem() != null) {
                audit.finding(
                        new Finding(Kind.FRAME_FILE, entry.name().path().toString(), null, null, entry.problem()));
            } else if (isWhole) {
                orphans(entry.name());
            }
        }
    }

    private void orphans(FrameName name) {
        File file = files.get(name);
        try {
            long records = FrameScan.records(directory, name);
            orphans += Math.max(0, records - (file == null ? 0 : file.pointers.count()));
        } catch (FileAccessException e) {
            if (file == null || !file.isUnread) {
                audit.unread(name.path().toString(), e);
            }
        }
    }

    /** How many bytes there are to look at, more or less. */
    long bytes() {
        long bytes = 0;
        try {
            for (FrameFolder.Entry entry : new FrameFolder(directory).entries()) {
                bytes += entry.bytes();
            }
        } catch (FileAccessException e) {
            // told when it is looked at
        }
        return bytes;
    }

    void close() {
        store.close();
    }

    /** Pictures that events point at, and that are here and sound; one that several point at counts each time. */
    long sound() {
        return sound;
    }

    /** Pictures that are not here, which is no damage. */
    long notHere() {
        return notHere;
    }

    /** Pictures that no event points at. */
    long orphans() {
        return orphans;
    }
}
