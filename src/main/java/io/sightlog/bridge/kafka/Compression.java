package io.sightlog.bridge.kafka;

import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import java.lang.reflect.Field;

/**
 * The native code with which records are compressed: the client's libraries would unpack it themselves, each into the temporary
 * folder. Where it cannot be had they fail when they are needed; LZ4 goes on in Java.
 */
final class Compression {
    private static final String LZ4 = "net.jpountz.util.Native";

    private Compression() {}

    /** Before a client is made that may need it. */
    static void prepare() {
        boolean loaded = Natives.tryLoad(Bundle.COMPRESSION);
        if (loaded && Natives.library(Bundle.COMPRESSION, "liblz4-java") == null) {
            return; // a platform on which it unpacks itself
        }
        try {
            Class<?> starter = Class.forName(LZ4);
            synchronized (starter) { // as its own start does
                Field done = starter.getDeclaredField("loaded");
                done.setAccessible(true);
                done.setBoolean(null, true); // there is nothing left to unpack
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            // then by itself
        }
    }
}
