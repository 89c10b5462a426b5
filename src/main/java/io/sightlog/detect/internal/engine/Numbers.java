package io.sightlog.detect.internal.engine;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** Numbers of any type as 32-bit floats, which hold whole numbers up to 16 million exactly. */
final class Numbers {
    private Numbers() {}

    /** ONNX Runtime gives a copy of its own memory, which is taken as it is. */
    static float[] of(FloatBuffer from) {
        if (from.hasArray() && from.array().length == from.remaining()) {
            return from.array();
        }
        float[] to = new float[from.remaining()];
        from.get(to);
        return to;
    }

    static float[] of(DoubleBuffer from) {
        float[] to = new float[from.remaining()];
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) from.get();
        }
        return to;
    }

    static float[] of(LongBuffer from) {
        float[] to = new float[from.remaining()];
        for (int i = 0; i < to.length; i++) {
            to[i] = from.get();
        }
        return to;
    }

    static float[] of(IntBuffer from) {
        float[] to = new float[from.remaining()];
        for (int i = 0; i < to.length; i++) {
            to[i] = from.get();
        }
        return to;
    }

    static float[] ofUnsigned(ByteBuffer from) {
        float[] to = new float[from.remaining()];
        for (int i = 0; i < to.length; i++) {
            to[i] = Byte.toUnsignedInt(from.get());
        }
        return to;
    }
}
