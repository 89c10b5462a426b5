package io.sightlog.journal.internal.append;

import io.sightlog.journal.Roll;
import io.sightlog.journal.WriterOptions;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.os.Device;
import java.io.IOException;
import java.nio.file.Path;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;

/** What tests elsewhere need of this room, and nobody else. */
public final class AppendInside {
    /** How large a cycle's file is when it is made. */
    public static final long NEW_CYCLE_BYTES = NewCycle.BYTES;

    private AppendInside() {}

    public static RollCycle rollCycle(Roll roll) {
        return ChronicleAdapter.cycle(roll);
    }

    /** The library alone. */
    public static SingleChronicleQueue queue(Path directory, Roll roll, TimeProvider clock) {
        return ChronicleAdapter.build(directory, roll, clock);
    }

    /** Makes a journal of nothing but its directory and metadata. */
    public static void createMetadata(JournalDirectory directory, WriterOptions options) {
        ChronicleAdapter.create(directory, options);
        ChronicleAdapter.createMetadata(directory, options, Device.NONE);
    }

    public static void createCycle(JournalDirectory directory, JournalIdentity identity, Roll roll, int cycle)
            throws IOException {
        NewCycle.complete(directory, identity, roll, cycle, Device.NONE);
    }
}
