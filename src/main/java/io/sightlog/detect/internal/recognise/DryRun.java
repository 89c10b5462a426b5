package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Input;
import io.sightlog.detect.Input.ElementType;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Engine;
import io.sightlog.detect.internal.engine.InputTensors;
import io.sightlog.detect.internal.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** One run on a grey picture, of which nothing is known but its size. */
final class DryRun {
    private static final int GREY = 114;

    private DryRun() {}

    /**
     * All outputs, in the model's order. Floats are in 0..1, which is grey for some families and nearly black for others.
     *
     * @param sizeFrom where the input's size was seen, for messages
     * @param where the model's path, likewise
     * @throws ModelException when the model does not run
     */
    static List<Tensor> of(Engine engine, Input input, String sizeFrom, String where) {
        int bytes = switch (input.type()) {
            case FLOAT32 -> Float.BYTES;
            case FLOAT16 -> Short.BYTES;
            case UINT8 -> 1;
        };
        ByteBuffer picture = ByteBuffer.allocateDirect(input.size() * bytes).order(ByteOrder.nativeOrder());
        while (picture.hasRemaining()) {
            if (input.type() == ElementType.FLOAT32) {
                picture.putFloat(GREY / 255f);
            } else if (input.type() == ElementType.FLOAT16) {
                picture.putShort((short) 0x3727); // 0.447
            } else {
                picture.put((byte) GREY);
            }
        }
        picture.flip();
        InputTensors tensors = new InputTensors(input, engine.inputs());
        try {
            return engine.run(tensors.with(picture), List.of());
        } catch (ModelException e) {
            throw new ModelException(
                    "the model " + where + " fails with a picture of " + input.width() + "x" + input.height()
                            + " (size: "
                            + sizeFrom + "): " + e.getMessage()
                            + "; where it leaves its size open, give another with --imgsz, else export it again",
                    e);
        }
    }
}
