package io.sightlog.detect.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import org.junit.jupiter.api.Test;

class NumbersTest {
    @Test
    void halvesAreWhatTheirBitsSay() {
        short[] bits = {
            0,
            (short) 0x8000,
            0x3c00,
            (short) 0xc000,
            0x7bff,
            0x0400,
            0x0001,
            0x03ff,
            0x3555,
            0x7c00,
            (short) 0xfc00,
            0x7e00
        };
        assertThat(Numbers.ofHalves(ShortBuffer.wrap(bits)))
                .containsExactly(
                        0f,
                        -0f,
                        1f,
                        -2f,
                        65504f,
                        0x1p-14f,
                        0x1p-24f,
                        0x3ffp-24f,
                        0.33325195f,
                        Float.POSITIVE_INFINITY,
                        Float.NEGATIVE_INFINITY,
                        Float.NaN);
    }

    @Test
    void aBufferOfOneWholeArrayIsThatArrayAndAPartOfOneIsACopy() {
        float[] all = {1, 2, 3};
        assertThat(Numbers.of(FloatBuffer.wrap(all))).isSameAs(all);
        assertThat(Numbers.of(FloatBuffer.wrap(all, 1, 2))).containsExactly(2, 3);
        assertThat(Numbers.of(ByteBuffer.allocateDirect(8).asFloatBuffer().put(1, 5)))
                .containsExactly(0, 5);
    }

    @Test
    void otherNumbersAreTakenAsTheyAre() {
        assertThat(Numbers.of(DoubleBuffer.wrap(new double[] {-1.5, 3e9}))).containsExactly(-1.5f, 3e9f);
        assertThat(Numbers.of(LongBuffer.wrap(new long[] {-1, 1 << 24}))).containsExactly(-1, 16_777_216);
        assertThat(Numbers.of(IntBuffer.wrap(new int[] {7}))).containsExactly(7);
        assertThat(Numbers.ofUnsigned(ByteBuffer.wrap(new byte[] {0, -1}))).containsExactly(0, 255);
    }
}
