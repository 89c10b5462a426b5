package io.sightlog.sink.draw;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * How to draw.
 *
 * @param out folder for the drawn files, made when it is missing
 * @param sourceRoots folders that sources must lie in, none for anywhere; needed when the journal is another user's
 * @param overwrite replace files of earlier runs; otherwise a free name is found beside them
 * @param warn gets one line for every source that cannot be drawn, or takes more than one file
 * @param stop asked between frames while a video is carried on to its end; true ends it there, playable but shorter
 */
public record DrawOptions(
        Path out, List<Path> sourceRoots, boolean overwrite, Consumer<String> warn, BooleanSupplier stop) {
    public DrawOptions {
        sourceRoots = List.copyOf(sourceRoots);
    }

    /** Sources from anywhere, nothing overwritten, nothing stopped. */
    public static DrawOptions into(Path out, Consumer<String> warn) {
        return new DrawOptions(out, List.of(), false, warn, () -> false);
    }
}
