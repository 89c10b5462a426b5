package io.sightlog.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
        }
    }
}
