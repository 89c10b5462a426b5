package io.sightlog.journal;

import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdFile;
import io.sightlog.journal.internal.frames.FrameStore;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pictures that a journal keeps, as events say where they are. Opens nothing outside the journal's folder and follows no link
 * in it, whatever an event says. Keeps the file open that was read last.
 *
 * <p>From {@link Journal#frames}. One thread at a time.
 */
public final class FrameReader implements AutoCloseable {
    private final JournalDirectory directory;
    private final FrameStore store;

    FrameReader(JournalDirectory directory) {
        this.directory = directory;
        this.store = new FrameStore(directory);
    }

    /**
     * The bytes of a picture, compared with their checksum.
     *
     * @param frame of an event of this journal: {@link KeptFrame#of}
     * @return null when it is not here: it was kept beside another journal, of which this one is no copy that took the picture along,
     *     or the file it was in is gone
     * @throws FrameDamageException when something else is there, or the file ends before it does: it was cut, or is a copy that was made
     *     before the picture was written
     * @throws FileAccessException when the system cannot read it: the next time it may be there
     */
    public byte @Nullable [] read(KeptFrame frame) {
        FrameStore.Found found = store.find(frame);
        return switch (found.state()) {
            case SOUND -> found.picture();
            case ABSENT -> null;
            case MISSING -> {
                if (isOwn(frame.journal())) {
                    throw new FrameDamageException(found.problem());
                }
                yield null;
            }
            case DAMAGED -> throw new FrameDamageException(found.problem());
        };
    }

    /** Of another journal only those are here that were sound, and that events pointed at. */
    private boolean isOwn(JournalId journal) {
        try {
            return journal.equals(JournalIdFile.read(directory));
        } catch (FileAccessException e) {
            throw e;
        } catch (JournalException e) {
            return true; // nobody knows: what should be here is not
        }
    }

    /** Closes its file; it may be used again. */
    @Override
    public void close() {
        store.close();
    }
}
