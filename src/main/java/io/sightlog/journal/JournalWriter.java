package io.sightlog.journal;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.journal.internal.append.Appender;
import io.sightlog.journal.internal.append.HalfwayAppend;
import io.sightlog.journal.internal.format.Catalogue;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdFile;
import io.sightlog.journal.internal.frames.FrameFiles;
import io.sightlog.journal.internal.frames.FrameLimits;
import io.sightlog.journal.internal.frames.FrameRoom;
import io.sightlog.journal.internal.os.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Appends events to a journal, beside any number of other writers in any processes.
 *
 * <p>An append that has returned is there for every reader, whatever happens to this process, and whatever happens to the
 * machine as far as {@link Durability} goes. One that has thrown left nothing behind and used up no sequence number, unless
 * its message says that the device failed or the lock was lost after it. Appending allocates nothing once warm, but at a change of cycle
 * and at a look at the directory once a second. One thread at a time.
 */
public final class JournalWriter implements AutoCloseable {
    private final JournalDirectory directory;
    private final WriterOptions options;
    private final NanoClock clock;
    private final Appender appender;
    private final Catalogue catalogue;
    private final Device device;
    private final long producer;
    private final Crc32c checksum = new Crc32c();

    private ByteBuffer staging = ByteBuffer.allocateDirect(4096);
    private long sequence;
    private @Nullable FrameWriter frames;

    JournalWriter(JournalDirectory directory, WriterOptions options, NanoClock clock) {
        this(directory, options, clock, Device.REAL);
    }

    JournalWriter(JournalDirectory directory, WriterOptions options, NanoClock clock, Device device) {
        this.directory = directory;
        this.options = options;
        this.clock = clock;
        this.device = options.durability().kind() == Durability.Kind.NONE ? Device.NONE : device;
        this.producer = randomId();
        this.catalogue = new Catalogue(directory, this.device);
        this.appender = new Appender(
                directory,
                options,
                clock,
                device,
                identity -> new Retention(directory, clock, identity).oldestCycle(),
                () -> newestStamp(directory, clock));
        if (options.preTouch()) {
            preTouch();
        }
    }

    private void preTouch() {
        boolean begun = false;
        try {
            appender.preTouchOnThread();
            begun = true;
        } finally {
            if (!begun) {
                appender.close();
            }
        }
    }

    private static long newestStamp(JournalDirectory directory, NanoClock clock) {
        try (JournalReader reader = new JournalReader(directory, null, Start.OLDEST, clock)) {
            return reader.lastAppendedNanos();
        }
    }

    private static long randomId() {
        SecureRandom random = new SecureRandom();
        long id = random.nextLong();
        while (id == 0) {
            id = random.nextLong();
        }
        return id;
    }

    /** Random id that all events of this writer carry, unless they are copies. */
    public long producer() {
        return producer;
    }

    /** The sequence number of the next event. */
    public long nextSequence() {
        return sequence;
    }

    /** How the journal rolls: as it was created. */
    public Roll roll() {
        return appender.roll();
    }

    /** Index of the last event this writer appended, -1 before the first. */
    public long lastIndex() {
        return appender.lastIndex();
    }

    /**
     * Puts a label set into the journal's catalogue, for events to refer to.
     *
     * @return the hash that goes into {@link EventDraft#labelSet}
     */
    public long publish(LabelSet labels) {
        appender.checkSame();
        try {
            return catalogue.publish(labels);
        } catch (JournalFullException e) {
            return appender.awaitRoom(e, () -> catalogue.publish(labels));
        }
    }

    /**
     * Puts a label set of another journal into this one's catalogue, byte for byte. Does nothing when that one lacks it.
     *
     * @throws JournalException when it is damaged there, or cannot be written here
     */
    public void publishFrom(Journal other, long hash) {
        byte[] content = other.catalogue().content(hash);
        if (content != null) {
            appender.checkSame();
            catalogue.publish(content);
        }
    }

    /**
     * Puts a label set that has come from elsewhere into this journal's catalogue, byte for byte.
     *
     * @param hash what events that refer to it carry
     * @param content of the label set's file
     * @throws IllegalArgumentException when it is no label set, or one of another hash
     * @throws JournalException when it cannot be written here
     */
    public void publish(long hash, byte[] content) {
        Catalogue.check(hash, content);
        appender.checkSame();
        try {
            catalogue.publish(content);
        } catch (JournalFullException e) {
            appender.awaitRoom(e, () -> catalogue.publish(content));
        }
    }

    /** The label sets of this journal. */
    public LabelSource labels() {
        return catalogue;
    }

    /**
     * Keeps pictures beside this writer's events, from now on. Gives the journal an id if it has none: {@link Journal#makeId}.
     *
     * @param listener hears when there is no room for pictures, which is no error of this writer
     * @throws IllegalStateException when that was asked for before
     * @throws JournalException when the journal's id is damaged or cannot be written
     */
    public FrameWriter frames(FrameWriter.Listener listener) {
        try {
            return frames(FrameLimits.DEFAULT, FrameRoom.at(directory.path()), System::nanoTime, listener);
        } catch (IOException e) {
            throw FileAccessException.of("cannot see how much room there is for kept frames in " + directory.path(), e);
        }
    }

    FrameWriter frames(FrameLimits limits, FrameRoom.Look room, LongSupplier ticks, FrameWriter.Listener listener) {
        if (frames != null) {
            throw new IllegalStateException("this writer keeps frames already: use that FrameWriter");
        }
        appender.checkSame();
        FrameFiles files = new FrameFiles(
                directory,
                appender.identity(),
                JournalIdFile.make(directory),
                producer,
                limits,
                device,
                options.durability().kind() == Durability.Kind.EVERY_EVENT);
        appender.syncBefore(files::sync);
        FrameWriter made = new FrameWriter(files, room, appender::newestCycle, ticks, listener);
        frames = made;
        return made;
    }

    /**
     * Appends an event.
     *
     * @param draft stays the caller's, unchanged
     * @return the index of its excerpt
     * @throws IllegalArgumentException when it is too large, or has no time of capture
     * @throws IllegalStateException when this writer is closed
     * @throws JournalReplacedException when the journal was replaced, moved or removed, which is looked for at each change of cycle
     *     and once a second; what was appended before is in the old one
     * @throws JournalException when it could not be appended
     */
    public long append(EventDraft draft) {
        draft.check();
        int bytes = draft.encodedBytes();
        long staged = stage(bytes);
        draft.encode(staged, bytes);
        appendStaged(staged, bytes, true, frames == null ? null : draft.keptFrame());
        sequence++;
        return ended();
    }

    /**
     * Appends all events of a batch in one excerpt.
     *
     * @param batch stays the caller's, unchanged; with nothing in it, nothing is appended
     * @return the index of the excerpt; the events are at its places 0 and up
     * @throws JournalException when it could not be appended; then none of them was
     */
    public long append(EventBatch batch) {
        if (batch.count() == 0) {
            return appender.lastIndex();
        }
        return append(batch, appender.begin(batch.totalBytes()));
    }

    /**
     * Likewise, if it goes into the cycle of this writer's last append; for those who have something to say first in each cycle.
     *
     * @return the index of the excerpt; -1 when this writer has appended nothing yet, or another cycle has begun: then nothing was
     *     appended
     * @throws IllegalArgumentException when there is nothing in the batch
     * @throws JournalException when it could not be appended; then none of them was
     */
    public long appendInSameCycle(EventBatch batch) {
        if (batch.count() == 0) {
            throw new IllegalArgumentException("an empty batch goes into no cycle");
        }
        long at = appender.beginInSameCycle(batch.totalBytes());
        return at == Appender.OTHER_CYCLE ? -1 : append(batch, at);
    }

    /** Writes what was begun. */
    private long append(EventBatch batch, long at) {
        boolean written = false;
        try {
            if (frames != null) {
                for (KeptFrame kept : batch.keptFrames()) {
                    frames.points(kept, appender.cycle());
                }
            }
            batch.encode(at, producer, sequence, appender.stampNanos(), checksum);
            written = true;
        } finally {
            appender.end(written);
        }
        sequence += batch.own();
        return ended();
    }

    /**
     * Appends a copy of an event, byte for byte, sections this version does not know included; only the stamp of its append
     * is new. Its label set must be published by the caller.
     *
     * @param keepsIdentity whether it keeps its producer and sequence, or becomes the next event of this writer
     */
    public long append(Event event, boolean keepsIdentity) {
        int bytes = event.totalBytes();
        long staged = stage(bytes);
        Memory.copy(event.address(), staged, bytes);
        appendStaged(staged, bytes, !keepsIdentity, null);
        if (!keepsIdentity) {
            sequence++;
        }
        return ended();
    }

    /** Address of that many bytes in which an event is made ready: see docs/decisions/0013. */
    private long stage(int bytes) {
        if (staging.capacity() < bytes) {
            staging = ByteBuffer.allocateDirect(
                    Math.max(bytes, Math.min(2 * staging.capacity(), EventLayout.MAX_EVENT_BYTES)));
        }
        return Memory.addressOf(staging);
    }

    /** Appends an event that is complete but for its stamp, its checksum, and, when it is to be ours, its identity. */
    private void appendStaged(long staged, int bytes, boolean ours, @Nullable KeptFrame kept) {
        long at = appender.begin(bytes);
        boolean written = false;
        try {
            if (kept != null && frames != null) {
                frames.points(kept, appender.cycle());
            }
            if (ours) {
                Memory.putLong(staged + EventLayout.PRODUCER, producer);
                Memory.putLong(staged + EventLayout.SEQUENCE, sequence);
            }
            Memory.putLong(staged + EventLayout.APPENDED_NANOS, appender.stampNanos());
            Memory.putInt(staged + EventLayout.CRC, checksum.of(staged + 4, bytes - 4));
            Memory.copy(staged, at, bytes);
            written = true;
        } finally {
            appender.end(written);
        }
    }

    private long ended() {
        long index = appender.ended();
        if (appender.beganCycle()) {
            if (frames != null) {
                frames.appended(ExcerptIndex.cycle(index));
            }
            prune(index);
        }
        return index;
    }

    private void prune(long index) {
        if (options.retention().keepsAll()) {
            return;
        }
        Retention.Plan plan = new Retention.Plan(List.of(), 0, 0, List.of(), FrameUsage.NONE, FrameUsage.NONE);
        JournalException failure = null;
        try {
            Retention retention = new Retention(directory, clock, appender.identity());
            plan = retention.plan(options.retention());
            retention.execute(plan);
        } catch (JournalException e) {
            failure = e;
        }
        try {
            options.retentionListener().pruned(plan, failure);
        } catch (RuntimeException | Error e) {
            throw HalfwayAppend.appended(directory.path(), index, e);
        }
    }

    /** Where this writer appends, for messages. */
    public @Nullable Position lastPosition() {
        return appender.lastIndex() < 0 ? null : new Position(appender.lastIndex(), 0);
    }

    /** For tests of what is below. */
    Appender appender() {
        return appender;
    }

    /** Unmaps everything, and lets its kept frames go; a second time it does nothing. */
    @Override
    public void close() {
        try {
            appender.close();
        } finally {
            if (frames != null) {
                frames.close(); // once all of them are on the device
            }
        }
    }
}
