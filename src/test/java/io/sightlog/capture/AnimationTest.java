package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that move, and are not whole. */
class AnimationTest {
    @TempDir
    Path folder;

    /** Each frame as its number and place in milliseconds, or its number and why there is none. */
    private List<String> read(byte[] bytes) throws Exception {
        List<String> seen = new ArrayList<>();
        Path file = Media.write(folder.resolve("a"), bytes);
        try (FrameSource frames = FrameSource.open(List.of(file.toString()), CaptureOptions.DEFAULT)) {
            for (Captured next = frames.next(); next != null; next = frames.next()) {
                String what = next instanceof Skip skip ? skip.reason() : next.positionNanos() / 1_000_000 + " ms";
                seen.add(next.number() + ": " + what);
                if (next instanceof Frame frame) {
                    frame.close();
                }
            }
        }
        return seen;
    }

    @Test
    void aDelayOfNothingIsATenthOfASecond() throws Exception {
        byte[] gif = Media.gif(5, 0, 1, 2, 3);
        assertThat(read(gif)).containsExactly("0: 0 ms", "1: 50 ms", "2: 150 ms", "3: 250 ms", "4: 270 ms");
    }

    @Test
    void aFrameBuiltOnADamagedOneIsDamaged() throws Exception {
        byte[] gif = Media.gif(true, 5, 5, 5, 5);
        gif[Media.gifFrame(gif, 1) + 2] = 0x2C; // clear the table, and end
        assertThat(read(gif))
                .containsExactly(
                        "0: 0 ms",
                        "1: damaged: its pixels end early: 0 of 16 are there",
                        "2: damaged: it is built on a frame that is damaged",
                        "3: damaged: it is built on a frame that is damaged");
    }

    @Test
    void aFrameThatCoversEverythingIsNotBuiltOnOthers() throws Exception {
        byte[] gif = Media.gif(false, 5, 5, 5);
        gif[Media.gifFrame(gif, 1) + 2] = 0x2C;
        assertThat(read(gif))
                .containsExactly("0: 0 ms", "1: damaged: its pixels end early: 0 of 16 are there", "2: 100 ms");
    }

    @Test
    void aMissingEndIsASkip() throws Exception {
        byte[] gif = Media.gif(5, 5, 5);
        List<String> seen = read(Arrays.copyOf(gif, gif.length - 1));
        assertThat(seen).hasSize(4);
        assertThat(seen.get(3)).isEqualTo("3: damaged from here on: it ends before its end mark");
    }

    /** It promises three frames and has one: without a word it would be a whole picture. */
    @Test
    void framesThatAPngPromisesAndLacksAreASkip() throws Exception {
        byte[] png = Media.picture(".png", 60, 40);
        ByteBuffer control = ByteBuffer.allocate(26).putInt(0).putInt(60).putInt(40);
        control.position(20).putShort((short) 1).putShort((short) 20);
        ByteBuffer all = ByteBuffer.allocate(png.length + 100);
        all.put(png, 0, 33);
        chunk(all, "acTL", ByteBuffer.allocate(8).putInt(3).array());
        chunk(all, "fcTL", control.array());
        all.put(png, 33, png.length - 33);
        assertThat(read(Arrays.copyOf(all.array(), all.position())))
                .containsExactly(
                        "0: 0 ms",
                        "1: damaged from here on: frames are missing: the header promises 3, the file has 1");
    }

    private static void chunk(ByteBuffer out, String kind, byte[] data) {
        out.putInt(data.length);
        int from = out.position();
        out.put(kind.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 crc = new CRC32();
        crc.update(out.array(), from, data.length + 4);
        out.putInt((int) crc.getValue());
    }
}
