package io.sightlog.natives;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Native libraries that are unpacked, and loaded, together. Which jars they lie in is for the class path to say. */
public enum Bundle {
    /** Calls into the C library. */
    JNA(List.of(new Part("com/sun/jna/" + Platform.JNA + "/libjnidispatch.so", "libjnidispatch"))),
    /** Of what comes from and goes to Kafka. */
    COMPRESSION(List.of(
            Part.inFolder("com/github/luben/zstd/Zstd.class", "linux/" + Platform.ZSTD + "/", "libzstd-jni"),
            Part.inFolder(
                    "org/xerial/snappy/Snappy.class",
                    "org/xerial/snappy/native/Linux/" + Platform.SNAPPY + "/",
                    "libsnappyjava"),
            Part.inFolder(
                    "net/jpountz/lz4/LZ4Factory.class",
                    "net/jpountz/util/linux/" + Platform.ZSTD + "/",
                    "liblz4-java"))),
    /** The same as JNA, as Chronicle Queue has it. */
    JFFI(List.of(new Part("jni/" + Platform.JFFI + "/libjffi-1.2.so", "libjffi-1.2"))),
    ONNX_RUNTIME(List.of(
            new Part(
                    "ai/onnxruntime/native/" + Platform.ONNX_RUNTIME + "/libonnxruntime.so",
                    "libonnxruntime",
                    "libonnxruntime4j_jni"),
            // of the build for a GPU, which loads them itself when it is asked for one
            Part.beside(
                    "ai/onnxruntime/native/" + Platform.ONNX_RUNTIME + "/libonnxruntime.so",
                    "libonnxruntime_providers_shared",
                    "libonnxruntime_providers_cuda"))),
    /** Pictures: reading, converting, drawing. */
    OPENCV(List.of(
            new Part(
                    "org/bytedeco/openblas/" + Platform.JAVACPP + "/libjniopenblas_nolapack.so",
                    "libgcc_s",
                    "libquadmath",
                    "libgfortran",
                    "libopenblas"),
            new Part("org/bytedeco/javacpp/" + Platform.JAVACPP + "/libjnijavacpp.so", "libjnijavacpp"),
            new Part(
                    "org/bytedeco/opencv/" + Platform.JAVACPP + "/libjniopencv_core.so",
                    "libopencv_core",
                    "libopencv_imgproc",
                    "libopencv_imgcodecs",
                    "libjniopencv_core",
                    "libjniopencv_imgproc",
                    "libjniopencv_imgcodecs"))),
    /** Cameras at this machine. Needs {@link #OPENCV}. */
    OPENCV_VIDEO(List.of(new Part(
            "org/bytedeco/opencv/" + Platform.JAVACPP + "/libjniopencv_videoio.so",
            "libopencv_videoio",
            "libjniopencv_videoio"))),
    /** Videos. Needs {@link #OPENCV}. */
    FFMPEG(List.of(
            new Part(
                    "org/bytedeco/ffmpeg/" + Platform.JAVACPP + "/libjniavutil.so",
                    "libdrm",
                    "libva",
                    "libva-drm",
                    "libavutil",
                    "libswresample",
                    "libavcodec",
                    "libavformat",
                    "libswscale",
                    "libjniavutil",
                    "libjniswresample",
                    "libjniavcodec",
                    "libjniavformat",
                    "libjniswscale"),
            // which needs libraries of the desktop that a server may lack
            Part.optional(
                    "org/bytedeco/ffmpeg/" + Platform.JAVACPP + "/libjniavdevice.so",
                    "libavfilter",
                    "libavdevice",
                    "libjniavdevice")));

    private final List<Part> parts;

    Bundle(List<Part> parts) {
        this.parts = parts;
    }

    List<Part> parts() {
        return parts;
    }

    /** As in names of folders. */
    String text() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /**
     * What is taken out of one jar.
     *
     * @param anchor a file by which the jar is found
     * @param folder in it, with a slash at the end
     * @param names files in that, without a version and what comes after {@code .so}, in the order in which they are loaded; those
     *     that are not there on some platform are left out
     * @param use what is done with them once they are unpacked
     */
    record Part(String anchor, String folder, List<String> names, Use use) {
        Part(String anchor, String... names) {
            this(anchor, folder(anchor), List.of(names), Use.LOADED);
        }

        static Part inFolder(String anchor, String folder, String... names) {
            return new Part(anchor, folder, List.of(names), Use.LOADED);
        }

        static Part optional(String anchor, String... names) {
            return new Part(anchor, folder(anchor), List.of(names), Use.LOADED_IF_POSSIBLE);
        }

        static Part beside(String anchor, String... names) {
            return new Part(anchor, folder(anchor), List.of(names), Use.UNPACKED);
        }

        private static String folder(String anchor) {
            return anchor.substring(0, anchor.lastIndexOf('/') + 1);
        }
    }

    /** What is done with files once they are unpacked. */
    enum Use {
        /** The bundle is of no use without them. */
        LOADED,
        /** The bundle is of use without them. */
        LOADED_IF_POSSIBLE,
        /** They lie beside the others, which load them when they want to. */
        UNPACKED
    }

    /** How each library calls this platform. */
    static final class Platform {
        static final String JAVACPP;
        static final String JNA;
        static final String JFFI;
        static final String ONNX_RUNTIME;
        /** Also of LZ4. */
        static final String ZSTD;

        static final String SNAPPY;
        /** Whether bundles are known here: Linux on x86-64 and Arm. */
        static final boolean KNOWN;

        static {
            String machine = machine();
            KNOWN = machine != null;
            boolean arm = "aarch64".equals(machine);
            JAVACPP = arm ? "linux-arm64" : "linux-x86_64";
            JNA = arm ? "linux-aarch64" : "linux-x86-64";
            JFFI = arm ? "aarch64-Linux" : "x86_64-Linux";
            ZSTD = arm ? "aarch64" : "amd64";
            SNAPPY = arm ? "aarch64" : "x86_64";
            ONNX_RUNTIME = arm ? "linux-aarch64" : "linux-x64";
        }

        private Platform() {}

        private static @Nullable String machine() {
            if (!"Linux".equals(System.getProperty("os.name"))) {
                return null;
            }
            return switch (System.getProperty("os.arch", "")) {
                case "amd64", "x86_64" -> "x86_64";
                case "aarch64" -> "aarch64";
                default -> null;
            };
        }
    }
}
