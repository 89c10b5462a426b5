package io.sightlog.capture;

import com.sun.jna.Callback;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.jspecify.annotations.Nullable;

/**
 * OpenCV's own log, which would go to stderr without the name of a file. Its warnings are heard by whoever {@linkplain
 * LibraryWarnings listens}, and are dropped otherwise.
 */
final class OpenCvLog {
    // As Unix compilers spell cv::utils::logging::setLogLevel and internal::replaceWriteLogMessageEx; JavaCPP maps
    // neither.
    private static final String SET_LOG_LEVEL = "_ZN2cv5utils7logging11setLogLevelENS1_8LogLevelE";
    private static final String REPLACE =
            "_ZN2cv5utils7logging8internal24replaceWriteLogMessageExEPFvNS1_8LogLevelEPKcS5_iS5_S5_E";

    private static final int SILENT = 0;
    private static final int WARNINGS = 3;

    /** Kept, or it would be collected while OpenCV still has it. */
    private static final Writer WRITER = OpenCvLog::write;

    private static volatile @Nullable StringBuilder listener;

    /** What OpenCV calls, on the thread that logs. */
    @FunctionalInterface
    interface Writer extends Callback {
        void write(int level, String tag, String file, int line, String function, String message);
    }

    static {
        Path loaded = Natives.library(Bundle.OPENCV, "libopencv_core");
        String library = loaded != null ? loaded.toString() : Loader.load(opencv_core.class);
        NativeLibrary core = NativeLibrary.getInstance(library);
        try {
            Function level = core.getFunction(SET_LOG_LEVEL);
            level.invokeInt(new Object[] {SILENT});
            core.getFunction(REPLACE).invokeVoid(new Object[] {WRITER});
            level.invokeInt(new Object[] {WARNINGS});
        } catch (UnsatisfiedLinkError e) {
            // spelled otherwise, as on Windows: the log stays as it is
        }
    }

    private OpenCvLog() {}

    /** From now on the log writes nothing by itself. */
    static void silence() {
        // the class is initialised
    }

    /** One at a time; null for nobody. */
    static void tell(@Nullable StringBuilder toListener) {
        listener = toListener;
    }

    private static void write(int level, String tag, String file, int line, String function, String message) {
        StringBuilder said = listener;
        if (said != null) {
            synchronized (said) { // libraries may log from threads of their own
                if (said.length() < LibraryWarnings.MAX_BYTES) {
                    said.append(message).append('\n');
                }
            }
        }
    }
}
