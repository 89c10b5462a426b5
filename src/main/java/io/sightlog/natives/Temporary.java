package io.sightlog.natives;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The folder that goes with this process, when it has one. Costs nothing to ask for where no native library was ever loaded. */
public final class Temporary {
    private static @Nullable HeldFolder folder;

    private Temporary() {}

    static synchronized void hold(HeldFolder made) {
        folder = made;
        Runtime.getRuntime().addShutdownHook(new Thread(Temporary::remove, "natives"));
    }

    static synchronized @Nullable HeldFolder folder() {
        return folder;
    }

    /** Removes it. To be called before this process ends in a way that runs no shutdown hooks. */
    public static synchronized void remove() {
        HeldFolder held = folder;
        folder = null;
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                // the next run in the same place tries again
            }
        }
    }
}
