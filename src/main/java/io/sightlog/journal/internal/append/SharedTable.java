package io.sightlog.journal.internal.append;

import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.format.JournalDirectory;
import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.function.Function;
import net.openhft.chronicle.bytes.MappedBytes;
import net.openhft.chronicle.queue.impl.TableStore;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.impl.table.SingleTableBuilder;
import net.openhft.chronicle.wire.ValueIn;
import net.openhft.chronicle.wire.Wire;
import net.openhft.chronicle.wire.WireType;

/**
 * Opens {@code metadata.cq4t} for a queue without the kernel's lock that the library takes on it: whoever may only read that
 * file could keep that lock from it. It is not needed where the file is complete and the write lock is ours.
 */
final class SharedTable extends SingleChronicleQueueBuilder {
    private static final long PIECE_BYTES = 64 << 10;

    /** The file, complete, and compared with what the library writes. */
    SharedTable(File directory) {
        wireType(WireType.BINARY_LIGHT);
        path(directory);
    }

    @Override
    protected void preBuild() {
        try {
            Field field = SingleChronicleQueueBuilder.class.getDeclaredField("metaStore");
            field.setAccessible(true);
            field.set(this, unlocked(read(new File(path(), JournalDirectory.METADATA))));
        } catch (ReflectiveOperationException | java.io.IOException e) {
            throw new JournalException(
                    "this version of Chronicle Queue opens its metadata in another way; use the one Sightlog was built with",
                    e);
        }
    }

    private static TableStore<?> read(File file) throws ReflectiveOperationException, java.io.IOException {
        MappedBytes bytes = MappedBytes.mappedBytes(file, PIECE_BYTES, PIECE_BYTES, false);
        boolean done = false;
        try {
            bytes.singleThreadedCheckDisabled(true); // as the library does
            bytes.readVolatileInt(0);
            Wire wire = WireType.BINARY_LIGHT.apply(bytes);
            wire.readFirstHeader();
            Method value = SingleTableBuilder.class.getDeclaredMethod("readTableStoreValue", Wire.class);
            value.setAccessible(true);
            ValueIn in = (ValueIn) value.invoke(SingleTableBuilder.binary(file, null), wire);
            TableStore<?> store =
                    Objects.requireNonNull(Objects.requireNonNull(in).typedMarshallable());
            done = true;
            return store;
        } finally {
            if (!done) {
                bytes.releaseLast();
            }
        }
    }

    /** What is done under the lock is done without. */
    private static TableStore<?> unlocked(TableStore<?> store) {
        return (TableStore<?>) Proxy.newProxyInstance(
                TableStore.class.getClassLoader(), new Class<?>[] {TableStore.class}, (proxy, method, args) -> {
                    if (method.getName().equals("doWithExclusiveLock")) {
                        return apply(args[0], store);
                    }
                    try {
                        return method.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @SuppressWarnings("unchecked") // the library's own
    private static Object apply(Object action, TableStore<?> store) {
        return ((Function<TableStore<?>, Object>) action).apply(store);
    }
}
