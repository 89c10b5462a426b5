package io.sightlog.detect;

import io.sightlog.detect.TinyOnnx.Type;
import java.nio.file.Path;
import java.util.List;

/**
 * A tiny net that looks like YOLOv8 from outside: it finds a {@code light} in the middle, as sure of it as the letterboxed picture is red on
 * the average.
 */
public final class SeenNet {
    private static final int SIDE = 64;
    private static final int CELLS = 64 + 16 + 4;
    private static final int ROWS = 4 + 2;

    private SeenNet() {}

    public static Path write(Path file) {
        float[] boxes = new float[ROWS * CELLS];
        float[] scores = new float[ROWS * CELLS];
        float[] box = {SIDE / 2f, SIDE / 2f, 20, 10}; // of the first cell
        for (int row = 0; row < box.length; row++) {
            boxes[row * CELLS] = box[row];
        }
        scores[box.length * CELLS] = 1;
        List<Long> shape = List.of(1L, (long) ROWS, (long) CELLS);
        return new TinyOnnx()
                .input("images", Type.FLOAT, 1, 3, SIDE, SIDE)
                .node("ReduceMean", "images", "mean", TinyOnnx.ints("axes", 2, 3), TinyOnnx.number("keepdims", 1))
                .longs("from", List.of(1L), 0)
                .longs("to", List.of(1L), 1)
                .longs("axis", List.of(1L), 1)
                .node("Slice", "mean,from,to,axis", "red4")
                .longs("one", List.of(3L), 1, 1, 1)
                .node("Reshape", "red4,one", "red")
                .floats("boxes", shape, boxes)
                .floats("scores", shape, scores)
                .node("Mul", "red,scores", "scored")
                .node("Add", "boxes,scored", "output0")
                .output("output0", Type.FLOAT, 1, ROWS, CELLS)
                .metadata("names", "{0: 'light', 1: 'dark'}")
                .metadata("task", "detect")
                .write(file);
    }
}
