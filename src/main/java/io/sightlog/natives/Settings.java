package io.sightlog.natives;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/** What libraries are told, by the properties that they look at, so that they load what we have unpacked and unpack nothing. */
final class Settings {
    private static final String JNA_FOLDER = "jna.boot.library.path";
    private static final String JFFI_FOLDER = "jffi.boot.library.path";
    private static final String JAVACPP_LOADS = "org.bytedeco.javacpp.loadlibraries";
    private static final String JAVACPP_FOLDER = "org.bytedeco.javacpp.cachedir";
    private static final String ZSTD_FILE = "ZstdNativePath";
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
            case COMPRESSION -> {
                System.setProperty("org.xerial.snappy.lib.path", folder.toString());
                System.setProperty("org.xerial.snappy.lib.name", "libsnappyjava.so");
                System.setProperty(ZSTD_FILE, zstd(folder));
            }
            case ONNX_RUNTIME -> System.setProperty("onnxruntime.native.path", folder.toString());
            case OPENCV, OPENCV_VIDEO, FFMPEG -> {
                System.setProperty(JAVACPP_LOADS, "false");
                System.setProperty(
                        JAVACPP_FOLDER, folder.resolveSibling("javacpp").toString());
            }
            default -> throw new AssertionError(bundle);
        }
    }

    /** Its file has the version in its name. */
    private static String zstd(Path folder) {
        File[] files = folder.toFile().listFiles((in, name) -> name.startsWith("libzstd-jni"));
        return files == null || files.length == 0 ? NOWHERE : files[0].getPath();
    }

    /** Rather without it than from where a library would unpack it by itself. */
    static void refuse(Bundle bundle) {
        switch (bundle) {
            case JNA -> {
                System.setProperty("jna.nounpack", "true");
                System.setProperty("jna.noclasspath", "true");
            }
            case JFFI -> System.setProperty("jffi.extract.dir", NOWHERE);
            case COMPRESSION -> {
                System.setProperty("org.xerial.snappy.disable.bundled.libs", "true");
                System.setProperty(ZSTD_FILE, NOWHERE);
            }
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
        System.setProperty("org.xerial.snappy.tempdir", cache.toString());
        System.setProperty("ZstdTempFolder", cache.toString());
        System.setProperty(JAVACPP_FOLDER, cache.resolve("javacpp").toString());
    }
}
