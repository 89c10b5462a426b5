package io.sightlog.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    @Test
    void encodesAsTheJdkDoes() {
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(30); i > 0; i--) {
                switch (random.nextInt(4)) {
                    case 0 -> text.append((char) random.nextInt(0x80));
                    case 1 -> text.append((char) random.nextInt(0x10000)); // half pairs, too
                    case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                    default -> text.append((char) random.nextInt(0x800));
                }
            }
            byte[] into = new byte[text.length() * 3];
            int length = Utf8.encode(text.toString(), into);
            assertThat(Arrays.copyOf(into, length))
                    .as("seed 11, round %s", round)
                    .isEqualTo(text.toString().getBytes(StandardCharsets.UTF_8));
            assertThat(Utf8.bytes(text.toString())).isEqualTo(length);
        }
    }

    @Test
    void findsTheFirstBadByteAsTheJdkDoes() {
        Random random = new Random(12);
        int[] leads = {0x7f, 0x80, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xec, 0xed, 0xef, 0xf0, 0xf3, 0xf4, 0xf5, 0xff};
        int[] seconds = {0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0};
        int good = 0;
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = new byte[3 + random.nextInt(8)];
            for (int i = 0; i < bytes.length; i++) {
                int[] from = random.nextInt(3) == 0 ? leads : seconds;
                bytes[i] = (byte) (random.nextInt(4) == 0 ? 'a' : from[random.nextInt(from.length)]);
            }
            int offset = random.nextInt(3);
            ByteBuffer in =
                    ByteBuffer.wrap(bytes, offset, bytes.length - offset).slice();
            CharBuffer out = CharBuffer.allocate(20);
            boolean bad =
                    StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isError();
            good += bad ? 0 : 1;
            assertThat(Utf8.firstBad(bytes, offset, bytes.length - offset))
                    .as("seed 12, round %s: %s", round, HexFormat.of().formatHex(bytes, offset, bytes.length))
                    .isEqualTo(bad ? in.position() : -1);
        }
        assertThat(good).as("rounds of both kinds").isBetween(100, 99_900);
    }
}
