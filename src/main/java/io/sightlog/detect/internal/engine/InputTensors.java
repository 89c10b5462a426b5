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
    private static final List<Long> PAIR = List.of(1L, 2L);

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
                sides.add(
                        switch (side) {
                            case WIDTH_HEIGHT -> tensor(port, PAIR, input.width(), input.height());
                            case HEIGHT_WIDTH -> tensor(port, PAIR, input.height(), input.width());
                            case ONES -> tensor(port, PAIR, 1);
                            case MASK -> tensor(port, maskShape(port), 1);
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
                        + " is of a type that is not known for a size or mask; wanted: float, int32 or int64");
        };
    }

    /** As the model says; of what it leaves open, one picture of the input's size. */
    private List<Long> maskShape(Engine.Port port) {
        List<Long> whole = List.of(1L, (long) input.height(), (long) input.width());
        List<Long> mask = new ArrayList<>();
        for (int i = 0; i < whole.size() && port.shape().size() == whole.size(); i++) {
            long said = port.shape().get(i);
            mask.add(said > 0 ? said : whole.get(i));
        }
        if (mask.isEmpty() || mask.get(0) != 1 || mask.stream().anyMatch(side -> side > Input.MAX_SIDE)) {
            throw new ModelException("the model's input " + port
                    + " is no mask; wanted: [1, HEIGHT, WIDTH] with sides up to " + Input.MAX_SIDE);
        }
        return mask;
    }

    /** @param values the last of them for all that follow it */
    private static InputTensor tensor(Engine.Port port, List<Long> shape, int... values) {
        NumberType type = type(port);
        int count = (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * (type == NumberType.INT64 ? Long.BYTES : Integer.BYTES))
                .order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            int value = values[Math.min(i, values.length - 1)];
            switch (type) {
                case INT64 -> bytes.putLong(value);
                case INT32 -> bytes.putInt(value);
                default -> bytes.putFloat(value);
            }
        }
        bytes.flip();
        return new InputTensor(
                port.name(),
                type,
                shape,
                switch (type) {
                    case INT64 -> bytes.asLongBuffer();
                    case INT32 -> bytes.asIntBuffer();
                    default -> bytes.asFloatBuffer();
                });
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
