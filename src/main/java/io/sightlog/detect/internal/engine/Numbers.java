package io.sightlog.detect.internal.engine;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

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

    /** Of 16-bit floats, by their bits. */
    static float[] ofHalves(ShortBuffer from) {
        float[] to = new float[from.remaining()];
        for (int i = 0; i < to.length; i++) {
            to[i] = Halves.VALUES[from.get() & 0xffff];
        }
        return to;
    }

    /** Made when the first is needed: looking one up takes a third of working it out. */
    private static final class Halves {
        static final float[] VALUES = new float[1 << 16];

        static {
            for (int bits = 0; bits < VALUES.length; bits++) {
                int exponent = bits >> 10 & 0x1f;
                int fraction = bits & 0x3ff;
                float size = switch (exponent) {
                    case 0 -> Math.scalb((float) fraction, -24);
                    case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
                    default -> Math.scalb((float) (1 << 10 | fraction), exponent - 25);
                };
                VALUES[bits] = bits >> 15 == 0 ? size : -size;
            }
        }
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
