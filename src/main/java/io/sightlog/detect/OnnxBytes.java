package io.sightlog.detect;

import io.sightlog.detect.internal.engine.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** ONNX files on disk. */
final class OnnxBytes {
    /** As many as an array holds, and as the format allows. */
    private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

    private OnnxBytes() {}

    /** @throws ModelException when it cannot be read, or does not fit into this Java's memory */
    static byte[] read(Path onnx) {
        try {
            long size = Files.size(onnx);
            long most = Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() * 3 / 4);
            if (size > most) {
                throw new ModelException("the model " + onnx + " has " + size + " bytes, there is room for " + most
                        + (size > MAX_BYTES
                                ? "; export it with its weights in a file beside it"
                                : "; start Java with more by -Xmx"));
            }
            return Files.readAllBytes(onnx);
        } catch (IOException e) {
            throw new ModelException("cannot read the model " + onnx + ": " + e, e);
        }
    }

    /**
     * The folder of the files that it names for its weights, or null when it names none.
     *
     * @throws ModelException when one of them is not there, or may not be named
     */
    static @Nullable Path folder(Path onnx, OnnxFile file) {
        Path folder = onnx.toAbsolutePath().getParent();
        for (String name : file.outside()) {
            if (!isBeside(name)) {
                throw new ModelException("the model " + onnx + " has weights in " + name
                        + "; wanted: a file beside the model, or in a folder beside it");
            }
            if (folder == null || !Files.isRegularFile(folder.resolve(name))) {
                throw new ModelException("the model " + onnx + " has weights in the file " + name
                        + ", which is not beside it; copy it there");
            }
        }
        return file.outside().isEmpty() ? null : folder;
    }

    private static boolean isBeside(String name) {
        try {
            Path path = Path.of(name).normalize();
            return !path.isAbsolute()
                    && !path.startsWith("..")
                    && !path.toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
