package io.sightlog.detect;

import java.nio.file.Path;
import java.util.List;

/** Files that say what class ids mean: one label a line ({@code .names}, {@code .txt}), or Darknet's {@code .data}, which names one. */
final class LabelFile {
    private LabelFile() {}

    /** @throws ModelException when it cannot be read, or has no labels */
    static List<String> read(Path file) {
        throw new ModelException("cannot read the labels " + file);
    }
}
