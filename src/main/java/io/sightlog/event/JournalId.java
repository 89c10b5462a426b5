package io.sightlog.event;

import java.util.HexFormat;

/**
 * The random id of a journal: 128 bits, never all 0. Written as 32 hex digits, lower-case, in the order in which its bytes lie.
 *
 * @param high the first 8 bytes, as a number that is written with the most significant byte first
 * @param low the other 8, likewise
 */
public record JournalId(long high, long low) {
    public static final int BYTES = 16;

    private static final int DIGITS = 2 * BYTES;

    /** @throws IllegalArgumentException when all bits are 0, which stands for "unknown" */
    public JournalId {
        if (high == 0 && low == 0) {
            throw new IllegalArgumentException("the id of a journal is not 0");
        }
    }

    /** @throws IllegalArgumentException when it is not 32 hex digits, lower-case, or all of them are 0 */
    public static JournalId parse(String text) {
        boolean good = text.length() == DIGITS;
        for (int i = 0; good && i < DIGITS; i++) {
            char c = text.charAt(i);
            good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        }
        if (!good) {
            throw new IllegalArgumentException("the id of a journal is " + DIGITS + " hex digits, lower-case");
        }
        return new JournalId(
                Long.parseUnsignedLong(text, 0, DIGITS / 2, 16), Long.parseUnsignedLong(text, DIGITS / 2, DIGITS, 16));
    }

    /** Of 16 bytes in memory that are not all 0. */
    static JournalId read(long at) {
        return new JournalId(Long.reverseBytes(Memory.getLong(at)), Long.reverseBytes(Memory.getLong(at + 8)));
    }

    /** Whether 16 bytes in memory are an id, and not 0. */
    static boolean isThere(long at) {
        return (Memory.getLong(at) | Memory.getLong(at + 8)) != 0;
    }

    void write(byte[] into, int offset) {
        Memory.putLong(into, offset, Long.reverseBytes(high));
        Memory.putLong(into, offset + 8, Long.reverseBytes(low));
    }

    /** 32 hex digits. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
