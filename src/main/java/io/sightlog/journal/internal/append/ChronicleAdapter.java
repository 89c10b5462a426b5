package io.sightlog.journal.internal.append;

import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.WriterOptions;
import io.sightlog.journal.internal.format.ConsumerFile;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.Metadata;
import io.sightlog.journal.internal.format.MetadataWords;
import io.sightlog.journal.internal.format.NewFile;
import io.sightlog.journal.internal.mend.UnfinishedMetadata;
import io.sightlog.journal.internal.os.CLibrary;
import io.sightlog.journal.internal.os.Device;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.IoReason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.impl.single.WriteLock;
import net.openhft.chronicle.queue.rollcycles.LegacyRollCycles;
import net.openhft.chronicle.queue.rollcycles.TestRollCycles;
import net.openhft.chronicle.wire.UnrecoverableTimeoutException;

/** What has to be set in Chronicle Queue before it is used, and what it means by what it throws. */
final class ChronicleAdapter {
    /** What the library makes the file of, and more than it fills. */
    private static final int METADATA_BYTES = 128 << 10;

    private static volatile boolean warm;

    static {
        prepare();
    }

    private ChronicleAdapter() {}

    /** Nothing calls home, nothing is announced, and native code comes from where ours does. Before the first of its classes is loaded. */
    static void prepare() {
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
        System.setProperty("chronicle.disk.monitor.disable", "true");
        // with assertions enabled it keeps something of every file it has ever opened
        System.setProperty("disable.ctl.orphan.tracking", "true");
        CLibrary.prepareForChronicle();
    }

    /** The library's name for a roll. */
    static RollCycle cycle(Roll roll) {
        return switch (roll) {
            case SECONDLY -> TestRollCycles.TEST_SECONDLY;
            case MINUTELY -> LegacyRollCycles.MINUTELY;
            case FIVE_MINUTELY -> RollCycles.FIVE_MINUTELY;
            case TEN_MINUTELY -> RollCycles.TEN_MINUTELY;
            case HALF_HOURLY -> RollCycles.HALF_HOURLY;
            case HOURLY -> RollCycles.FAST_HOURLY;
            case SIX_HOURLY -> RollCycles.SIX_HOURLY;
            case DAILY -> RollCycles.FAST_DAILY;
        };
    }

    /**
     * Makes the directory, and those of the journal's own files.
     *
     * @throws JournalException when something else is there: the library would wait for it, or write into it
     */
    static void create(JournalDirectory directory, WriterOptions options) {
        if (directory.exists()) {
            checkMetadata(directory);
        }
        try {
            for (Path folder : new Path[] {directory.path(), directory.catalogue(), directory.consumers()}) {
                NewFile.createFolder(directory, folder, options.permissions());
            }
        } catch (IOException e) {
            throw Disk.failure("cannot make journal " + directory.path(), e);
        }
    }

    private static void checkMetadata(JournalDirectory directory) {
        Metadata metadata = Metadata.tryOpen(directory);
        if (metadata != null) {
            metadata.close();
        }
    }

    /**
     * Makes {@code metadata.cq4t} where there is none: complete under another name, with all its blocks, and then linked into
     * place. What a writer that died in making it some other way left is cleared first, and made complete by the library.
     */
    static void createMetadata(JournalDirectory directory, WriterOptions options, Device device) {
        Roll roll = options.roll();
        try {
            if (!Files.exists(directory.metadata())) {
                Path draft = directory.path().resolve(".draft-" + UUID.randomUUID());
                try {
                    NewFile.createFolder(directory, draft, WriterOptions.DEFAULT.permissions());
                    Path metadata = draft.resolve(directory.metadata().getFileName());
                    NewFile.createMetadata(directory, metadata, options.permissions());
                    Files.write(metadata, new byte[METADATA_BYTES]);
                    build(draft, roll, System::currentTimeMillis).close();
                    try (MetadataWords words = MetadataWords.open(new JournalDirectory(draft), "append to")) {
                        words.neverOpened();
                    }
                    device.sync(metadata);
                    Disk.publish(metadata, directory.metadata());
                    if (!ConsumerFile.names(directory).isEmpty()) {
                        NewFile.widen(directory);
                    }
                } finally {
                    delete(draft);
                }
            }
            UnfinishedMetadata.clear(directory);
            if (!directory.isComplete()) {
                build(directory.path(), roll, System::currentTimeMillis).close();
            }
            try (RandomAccessFile file =
                    new RandomAccessFile(directory.metadata().toFile(), "rw")) {
                Disk.allocate(file, directory.metadata(), 0, file.length(), METADATA_BYTES);
                device.sync(file, directory.metadata());
            }
            device.syncDirectory(directory.path());
            Path above = directory.path().getParent();
            if (above != null) {
                device.syncDirectory(above);
            }
        } catch (IOException e) {
            throw Disk.failure("cannot append to journal " + directory.path() + ": metadata.cq4t", e);
        }
    }

    private static void delete(Path draft) throws IOException {
        if (Files.exists(draft)) {
            try (Stream<Path> files = Files.list(draft)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Files.delete(file);
                }
            }
            Files.delete(draft);
        }
    }

    /** The library's queue; it creates {@code metadata.cq4t} when it is not complete. */
    static SingleChronicleQueue build(Path directory, Roll roll, TimeProvider time) {
        warm = true;
        return SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(cycle(roll))
                .timeProvider(time)
                .build();
    }

    /** The library's queue over a complete {@code metadata.cq4t}; under the write lock. */
    static SingleChronicleQueue open(Path directory, Roll roll, TimeProvider time) {
        return new SharedTable(directory.toFile())
                .rollCycle(cycle(roll))
                .timeProvider(time)
                .build();
    }

    /** Has the JVM load most of what {@link #build} uses, which can take a second, while nobody has to wait for it. */
    static void warmUp(JournalDirectory directory) {
        if (!warm) {
            warm = true;
            try {
                SingleChronicleQueueBuilder.binary(directory.path())
                        .readOnly(true)
                        .build()
                        .close();
            } catch (RuntimeException e) {
                // not possible here: the first writer holds the others up once
            }
        }
    }

    /**
     * Gives a queue our lock in place of its own. Before its first appender is created.
     *
     * @throws JournalException when this version of the library is built otherwise
     */
    static void install(SingleChronicleQueue queue, WriteLock lock) {
        try {
            Field field = SingleChronicleQueue.class.getDeclaredField("writeLock");
            field.setAccessible(true);
            WriteLock own = (WriteLock) field.get(queue);
            field.set(queue, lock);
            own.close();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new JournalException(
                    "this version of Chronicle Queue does not take our lock; use the one Sightlog was built with", e);
        }
    }

    /** One line for people. */
    static String reason(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof UnrecoverableTimeoutException) {
                return "another writer holds it up ("
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")";
            }
            if (e instanceof IOException io) {
                return IoReason.of(io);
            }
        }
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse(failure.toString());
    }
}
