package io.sightlog.capture;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the libraries in C say while they decode. libjpeg and libpng write their warnings to C's {@code stderr} and go on with
 * a picture of which a part is made up, and OpenCV passes no word of it on. So while a picture is decoded that variable points
 * to a stream in memory. Java's own output does not go through it. libtiff's go to {@linkplain OpenCvLog OpenCV's log}.
 *
 * <p>Where C's library has no such variable, as on Windows, nothing is heard.
 */
final class LibraryWarnings {
    static final int MAX_BYTES = 4096;

    private static final @Nullable LibraryWarnings INSTANCE = create();

    private final Pointer variable;
    private final Pointer stream;
    private final Memory memory = new Memory(MAX_BYTES);
    private final Function flush;
    private final Function rewind;

    private LibraryWarnings(NativeLibrary c) {
        variable = c.getGlobalVariableAddress("stderr");
        flush = c.getFunction("fflush");
        rewind = c.getFunction("rewind");
        memory.clear();
        stream = c.getFunction("fmemopen").invokePointer(new Object[] {memory, new NativeLong(MAX_BYTES), "w"});
        if (stream == null) {
            throw new UnsatisfiedLinkError("fmemopen gives no stream");
        }
    }

    private static @Nullable LibraryWarnings create() {
        try {
            return new LibraryWarnings(NativeLibrary.getProcess());
        } catch (UnsatisfiedLinkError e) {
            return null;
        }
    }

    /** Something that calls a library. */
    @FunctionalInterface
    interface Call<T> {
        T call();
    }

    /**
     * Calls a library and hears what it says meanwhile, one caller at a time.
     *
     * @param said gets what was said, the newest text last
     */
    static synchronized <T> T hear(Call<T> library, StringBuilder said) {
        StringBuilder log = new StringBuilder();
        OpenCvLog.tell(log);
        try {
            return INSTANCE == null ? library.call() : INSTANCE.listen(library, said);
        } finally {
            OpenCvLog.tell(null);
            said.append(log);
        }
    }

    private <T> T listen(Call<T> library, StringBuilder said) {
        Pointer before = variable.getPointer(0);
        rewind.invokeVoid(new Object[] {stream}); // writes what a stray thread left in its buffer
        memory.clear();
        variable.setPointer(0, stream);
        try {
            return library.call();
        } finally {
            variable.setPointer(0, before);
            flush.invokeInt(new Object[] {stream});
            said.append(text());
        }
    }

    private String text() {
        byte[] bytes = memory.getByteArray(0, MAX_BYTES);
        int end = 0;
        while (end < MAX_BYTES && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
