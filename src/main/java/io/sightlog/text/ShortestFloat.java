package io.sightlog.text;

import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/**
 * A 32-bit float as the shortest decimal that gives the same float back.
 *
 * <p>Of all decimals that, rounded to the nearest float (ties to even), are the given one: those with the fewest
 * significant digits, and of these the one closest to the float's exact value; of two equally close, the one whose last
 * digit is even. So, for {@code p} = 1 to 9, round the exact value to {@code p} digits down and up, and take the closer
 * one of those that read back as the same float; the first {@code p} that has one ends it. ({@code %.*e} alone, which
 * tries the closer one only, differs at three floats: 2 to the power of -96, 87 and 90.)
 *
 * <p>The digits are then written out in plain notation: no exponent, no point without digits behind it, no zeros behind
 * the last digit after the point, one zero before a point that has no other digit before it, a minus sign for negative
 * values and negative zero. So {@code 0}, {@code -0}, {@code 0.5}, {@code 125}, {@code 0.00001}, {@code 16777216}; none
 * has more than 64 characters.
 *
 * <p>What is not finite is {@code NaN}, {@code Infinity} or {@code -Infinity}, and in JSON and YAML a string.
 */
public final class ShortestFloat {
    /** Floats of at most this size that are whole numbers are their own shortest form. */
    private static final int EXACT_INTEGERS = 1 << 24;
    /** Up to this many times the smallest float, one digit may do where {@link FloatToDecimal} always gives two. */
    private static final int TINY_BITS = 128;

    /** Decimals after the point that are tried first; and up to which number of the last of them. */
    private static final int[] POWERS = {10, 100, 1000};

    private static final int EXACT_DECIMALS = 1 << 23;

    private ShortestFloat() {}

    public static String toString(float value) {
        int whole = (int) value;
        if (whole == value && Math.abs(whole) < EXACT_INTEGERS && (whole != 0 || Float.floatToRawIntBits(value) == 0)) {
            return Integer.toString(whole);
        }
        if (Math.abs(value) <= TINY_BITS * Float.MIN_VALUE && value != 0) {
            return tiny(value);
        }
        String few = withFewDecimals(value);
        return few != null ? few : plain(FloatToDecimal.toString(value));
    }

    /**
     * Most confidences and coordinates that people or programs have rounded. With so few digits neighbours are farther apart than
     * half of the last one, so that the first decimal that reads back is the shortest, and the closest one.
     *
     * @return null when there are more decimals
     */
    private static @Nullable String withFewDecimals(float value) {
        for (int i = 0; i < POWERS.length; i++) {
            double scaled = (double) value * POWERS[i]; // exact
            if (Math.abs(scaled) >= EXACT_DECIMALS) {
                return null;
            }
            int last = (int) Math.rint(scaled);
            if (last != 0 && (float) ((double) last / POWERS[i]) == value) {
                int size = Math.abs(last);
                String digits = Integer.toString(size % POWERS[i] + POWERS[i]); // a one in front of the zeros
                return (last < 0 ? "-" : "") + size / POWERS[i] + "." + digits.substring(1);
            }
        }
        return null;
    }

    private static String tiny(float value) {
        BigDecimal oneDigit = new BigDecimal(value).round(new MathContext(1));
        return oneDigit.floatValue() == value ? oneDigit.toPlainString() : plain(FloatToDecimal.toString(value));
    }

    /** From Java's notation, {@code 1.0E-5} or {@code 0.25}, to the plain one. */
    private static String plain(String java) {
        int e = java.indexOf('E');
        if (e < 0) {
            return java.endsWith(".0") ? java.substring(0, java.length() - 2) : java;
        }
        int sign = java.charAt(0) == '-' ? 1 : 0;
        int exponent = Integer.parseInt(java, e + 1, java.length(), 10);
        int end = java.charAt(e - 1) == '0' ? e - 2 : e; // "1.0E5" has one digit
        StringBuilder plain = new StringBuilder(48).append(java, 0, sign);
        if (exponent < 0) {
            plain.append("0.").append("0".repeat(-exponent - 1)).append(java.charAt(sign));
            return plain.append(java, Math.min(sign + 2, end), end).toString();
        }
        plain.append(java.charAt(sign));
        int fraction = Math.max(0, end - sign - 2);
        plain.append(java, sign + 2, sign + 2 + fraction); // at most 8, and the exponent is no less
        return plain.append("0".repeat(exponent - fraction)).toString();
    }
}
