package io.sightlog.detect.internal.engine;

import io.sightlog.detect.Input;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Engine.InputTensor;
import io.sightlog.detect.internal.engine.Engine.NumberType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What goes into a model for one picture: the picture, and what its family wants beside it. */
public final class InputTensors {
    private final Input input;
    private final NumberType type;
    private final List<Long> shape;
    /** All but the picture, in the model's order. */
    private final List<InputTensor> sides = new ArrayList<>();
    /** Which of the model's tensors is the picture. */
    private final int at;

    /** @param ports the tensors the model takes */
    public InputTensors(Input input, List<Engine.Port> ports) {
        this.input = input;
        this.type = switch (input.type()) {
            case FLOAT32 -> NumberType.FLOAT32;
            case FLOAT16 -> NumberType.FLOAT16;
            case UINT8 -> NumberType.UINT8;
        };
        long width = input.width();
        long height = input.height();
        this.shape = input.layout() == Input.Layout.NCHW
                ? List.of(1L, (long) Input.CHANNELS, height, width)
                : List.of(1L, height, width, (long) Input.CHANNELS);
        List<String> names = ports.stream().map(Engine.Port::name).toList();
        this.at = names.indexOf(input.name());
        for (Engine.Port port : ports) {
            Input.Side side = input.sides().get(port.name());
            if (side != null) {
                NumberType sideType = type(port);
                sides.add(
                        switch (side) {
                            case WIDTH_HEIGHT -> side(port.name(), sideType, input.width(), input.height());
                            case HEIGHT_WIDTH -> side(port.name(), sideType, input.height(), input.width());
                            case ONES -> side(port.name(), sideType, 1, 1);
                        });
            }
        }
        if (at < 0
                || sides.size() + 1 != ports.size()
                || sides.size() != input.sides().size()) {
            List<String> said = new ArrayList<>(new TreeSet<>(input.sides().keySet()));
            said.add(0, input.name());
            throw new ModelException("the model has the inputs " + names + ", its card says " + String.join(", ", said)
                    + "; correct input.name or input.sides in its card");
        }
    }

    private static NumberType type(Engine.Port port) {
        return switch (port.type()) {
            case "FLOAT" -> NumberType.FLOAT32;
            case "INT32" -> NumberType.INT32;
            case "INT64" -> NumberType.INT64;
            default ->
                throw new ModelException("the model's input " + port
                        + " is of a type that is not known for a size; wanted: float, int32 or int64");
        };
    }

    private static InputTensor side(String name, NumberType type, int first, int second) {
        ByteBuffer two = ByteBuffer.allocateDirect(2 * Long.BYTES).order(ByteOrder.nativeOrder());
        List<Long> pair = List.of(1L, 2L);
        return switch (type) {
            case INT64 ->
                new InputTensor(
                        name, type, pair, two.asLongBuffer().put(0, first).put(1, second));
            case INT32 ->
                new InputTensor(
                        name,
                        type,
                        pair,
                        two.asIntBuffer().put(0, first).put(1, second).limit(2));
            default ->
                new InputTensor(
                        name,
                        type,
                        pair,
                        two.asFloatBuffer().put(0, first).put(1, second).limit(2));
        };
    }

    /** @param picture the tensor's bytes, in the machine's order */
    public List<InputTensor> with(ByteBuffer picture) {
        List<InputTensor> all = new ArrayList<>(sides);
        all.add(
                at,
                new InputTensor(
                        input.name(), type, shape, type == NumberType.FLOAT32 ? picture.asFloatBuffer() : picture));
        return all;
    }
}
