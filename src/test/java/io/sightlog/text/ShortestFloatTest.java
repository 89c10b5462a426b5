package io.sightlog.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class ShortestFloatTest {
    @ParameterizedTest
    @CsvSource({
        "0x0p0, 0",
        "-0x0p0, -0",
        "0.5, 0.5",
        "125, 125",
        "-125.25, -125.25",
        "1e-5, 0.00001",
        "1.25e-5, 0.0000125",
        "0.001, 0.001",
        "9.999e-4, 0.0009999",
        "0.1, 0.1",
        "100000, 100000",
        "1e7, 10000000",
        "12345678, 12345678",
        "16777216, 16777216",
        "33554432, 33554432",
        "-1e10, -10000000000",
        "1.4e-45, 0.000000000000000000000000000000000000000000001",
        "2.8e-45, 0.000000000000000000000000000000000000000000003",
        "3.4028235e38, 340282350000000000000000000000000000000",
        "2e-44, 0.00000000000000000000000000000000000000000002",
        "NaN, NaN",
        "-Infinity, -Infinity"
    })
    void writesPlainNotation(String value, String expected) {
        float parsed = value.startsWith("-0x") ? -0f : value.startsWith("0x") ? 0f : Float.parseFloat(value);
        assertThat(ShortestFloat.toString(parsed)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20_261_122})
    void isTheShortestAndClosestOfAllThatGiveTheSameFloatBack(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 150_000; i++) {
            check(Float.intBitsToFloat(random.nextInt()), seed);
            check((float) random.nextDouble(0, 4000), seed);
            check(random.nextInt(0, 200_000) / 100f, seed);
            check((float) random.nextDouble(), seed);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 1000})
    void isTheShortestOfWhatWasRoundedAndOfItsNeighbours(int power) {
        SplittableRandom random = new SplittableRandom(power);
        for (int i = 0; i < 20_000; i++) {
            int last = i < 5_000 ? i + 1 : random.nextInt(1 << 25) >>> random.nextInt(12);
            float value = (float) ((double) last / power);
            for (float near : new float[] {value, -value, Math.nextUp(value), Math.nextDown(value)}) {
                check(near, power);
            }
        }
    }

    @Test
    void isTheShortestAtTheEdges() {
        for (int bits = 1; bits < 3000; bits++) {
            check(Float.intBitsToFloat(bits), 0);
            check(-Float.intBitsToFloat(bits), 0);
        }
        for (int exponent = 0; exponent < 255; exponent++) {
            for (int around = -3; around <= 3; around++) {
                check(Float.intBitsToFloat((exponent << 23) + around & Integer.MAX_VALUE), 0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void givesTheSameBitsBack(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 1_500_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(value)) {
                String text = ShortestFloat.toString(value);
                if (Float.floatToRawIntBits(Float.parseFloat(text)) != Float.floatToRawIntBits(value)
                        || text.length() > 64) {
                    throw new AssertionError("seed=" + seed + " bits="
                            + Integer.toHexString(Float.floatToRawIntBits(value)) + " " + text);
                }
            }
        }
    }

    private static void check(float value, long seed) {
        if (Float.isFinite(value)) {
            String expected = reference(value);
            if (!ShortestFloat.toString(value).equals(expected)) {
                assertThat(ShortestFloat.toString(value))
                        .as("seed=%d %a", seed, value)
                        .isEqualTo(expected);
            }
        }
    }

    /**
     * Tries ever fewer digits, both neighbours, on exact decimals. When none of p digits will do, none of fewer will: it
     * could be written with p.
     */
    private static String reference(float value) {
        if (value == 0) {
            return Float.floatToRawIntBits(value) == 0 ? "0" : "-0";
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal best = exact;
        for (int digits = 9; digits > 0; digits--) {
            BigDecimal down = exact.round(new MathContext(digits, RoundingMode.DOWN));
            BigDecimal up = exact.round(new MathContext(digits, RoundingMode.UP));
            boolean downGood = Float.parseFloat(down.toString()) == value;
            boolean upGood = Float.parseFloat(up.toString()) == value;
            if (!downGood && !upGood) {
                break;
            }
            int closer = exact.subtract(down).abs().compareTo(up.subtract(exact).abs());
            boolean downEven = !down.unscaledValue().testBit(0);
            boolean takeDown = !upGood || (downGood && (closer < 0 || (closer == 0 && downEven)));
            best = takeDown ? down : up;
        }
        return best.stripTrailingZeros().toPlainString();
    }
}
