package io.sightlog.journal.internal.os;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import io.sightlog.natives.NativesException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The C library, called through JNA. Nothing needs it: without it consumers are woken later, room is made ready and synced in
 * slower ways, and page faults are taken one by one. Looked for when it is first wanted, with what Chronicle Queue uses of the kind.
 */
public final class CLibrary {
    private static final @Nullable String PROBLEM = look();

    private CLibrary() {}

    private static @Nullable String look() {
        try {
            Natives.load(Bundle.JNA);
            return Native.POINTER_SIZE > 0 ? null : "JNA knows no pointers";
        } catch (NativesException | LinkageError | OutOfMemoryError e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Whether functions can be bound. */
    static boolean isThere() {
        return PROBLEM == null;
    }

    /** Why not, for people; null when they can. */
    static @Nullable String problem() {
        return PROBLEM;
    }

    /**
     * Binds the native methods of a class.
     *
     * @throws UnsatisfiedLinkError when there is no such function, or none at all
     */
    public static void bind(Class<?> functions) {
        if (!isThere()) {
            throw new UnsatisfiedLinkError(Objects.requireNonNull(PROBLEM));
        }
        Native.register(functions, Platform.C_LIBRARY_NAME);
    }

    /** Before Chronicle Queue loads what it has for the same purpose, which it does without as well. */
    public static void prepareForChronicle() {
        Natives.tryLoad(Bundle.JNA);
        Natives.tryLoad(Bundle.JFFI);
    }
}
