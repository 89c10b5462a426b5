package io.sightlog.natives;

import java.io.IOException;
import java.nio.file.Path;

/** What libraries are told, by the properties that they look at, so that they load what we have unpacked and unpack nothing. */
final class Settings {
    private static final String JNA_FOLDER = "jna.boot.library.path";
    private static final String JFFI_FOLDER = "jffi.boot.library.path";
    private static final String JAVACPP_LOADS = "org.bytedeco.javacpp.loadlibraries";
    private static final String JAVACPP_FOLDER = "org.bytedeco.javacpp.cachedir";
    /** No file of this name can be made. */
    private static final String NOWHERE = "/dev/null/nowhere";

    private Settings() {}

    static void use(Bundle bundle, Path folder) {
        switch (bundle) {
            case JNA -> {
                System.setProperty(JNA_FOLDER, folder.toString());
                System.setProperty("jna.nounpack", "true");
            }
            case JFFI -> System.setProperty(JFFI_FOLDER, folder.toString());
            case ONNX_RUNTIME -> System.setProperty("onnxruntime.native.path", folder.toString());
            case OPENCV, OPENCV_VIDEO, FFMPEG -> {
                System.setProperty(JAVACPP_LOADS, "false");
                System.setProperty(
                        JAVACPP_FOLDER, folder.resolveSibling("javacpp").toString());
            }
            default -> throw new AssertionError(bundle);
        }
    }

    /** Rather without it than from where a library would unpack it by itself. */
    static void refuse(Bundle bundle) {
        switch (bundle) {
            case JNA -> {
                System.setProperty("jna.nounpack", "true");
                System.setProperty("jna.noclasspath", "true");
            }
            case JFFI -> System.setProperty("jffi.extract.dir", NOWHERE);
            case ONNX_RUNTIME -> System.setProperty("onnxruntime.native.path", NOWHERE);
            case OPENCV, OPENCV_VIDEO, FFMPEG -> System.setProperty(JAVACPP_LOADS, "false");
            default -> throw new AssertionError(bundle);
        }
    }

    /** On platforms whose bundles are not known here. */
    static void unpackInto(Path cache) throws IOException {
        Path jna = cache.resolve("jna");
        SafeFolder.make(jna);
        System.setProperty("jna.tmpdir", jna.toString());
        System.setProperty("jffi.extract.dir", cache.toString());
        System.setProperty(JAVACPP_FOLDER, cache.resolve("javacpp").toString());
    }
}
