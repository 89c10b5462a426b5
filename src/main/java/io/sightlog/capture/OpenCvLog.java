package io.sightlog.capture;

import com.sun.jna.NativeLibrary;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;

/** OpenCV's own log, which goes to stderr and repeats in several lines what a skip says in one. */
final class OpenCvLog {
    /** {@code cv::utils::logging::setLogLevel}, as Unix compilers spell it; JavaCPP does not map it. */
    private static final String SET_LOG_LEVEL = "_ZN2cv5utils7logging11setLogLevelENS1_8LogLevelE";

    private static final int SILENT = 0;

    private OpenCvLog() {}

    /** Where the function is spelled otherwise, as on Windows, the log stays as it is. */
    static void silence() {
        String library = Loader.load(opencv_core.class);
        try {
            NativeLibrary.getInstance(library).getFunction(SET_LOG_LEVEL).invokeInt(new Object[] {SILENT});
        } catch (UnsatisfiedLinkError e) {
            // more is said than needed, nothing is wrong
        }
    }
}
