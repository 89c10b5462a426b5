package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken of files that are damaged, when not all of them is wanted. */
class DecodingTest {
    private static final long START = 1_000_000_000L;

    @TempDir
    Path folder;

    /** As "frame 3 at 120 ms": number and time of capture since the given start. */
    private static List<String> all(CaptureOptions options, Path file) throws InterruptedException {
        List<String> all = new ArrayList<>();
        Decoding decoding = new Decoding(
                options.withStartNanos(START),
                captured -> {
                    String kind = captured instanceof Frame ? "frame" : "skip";
                    all.add(kind + " " + captured.number() + " at " + (captured.capturedNanos() - START) / 1_000_000
                            + " ms");
                    if (captured instanceof Frame frame) {
                        frame.close();
                    }
                },
                () -> false);
        decoding.decode(Source.of(file));
        return all;
    }

    /** 20 frames at 25 a second, of which some are damaged. */
    private Path damaged(int... frames) throws Exception {
        byte[] bytes = Files.readAllBytes(Media.video(folder.resolve("a.avi"), 20));
        for (int frame : frames) {
            int at = Media.chunk(bytes, frame);
            int size = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at + 4);
            Arrays.fill(bytes, at + 8, at + 8 + size, (byte) 0);
        }
        return Media.write(folder.resolve("b.avi"), bytes);
    }

    @Test
    void damageIsASkipWhereAFrameWouldHaveBeenTakenAndNowhereElse() throws Exception {
        assertThat(all(CaptureOptions.DEFAULT.withStride(5), damaged(3, 4, 10, 11)))
                .containsExactly("frame 0 at 0 ms", "frame 5 at 200 ms", "skip 10 at 400 ms", "frame 15 at 600 ms");
    }

    @Test
    void aSkipIsNoFrameOfThoseThatAreWanted() throws Exception {
        assertThat(all(CaptureOptions.DEFAULT.withMaxFrames(3), damaged(1)))
                .containsExactly("frame 0 at 0 ms", "skip 1 at 40 ms", "frame 2 at 80 ms", "frame 3 at 120 ms");
    }

    @Test
    void aVideoThatCannotBeOpenedIsASkipAtItsStart() throws Exception {
        Path none = Media.write(folder.resolve("none.mp4"), "hello".getBytes(StandardCharsets.UTF_8));
        assertThat(all(CaptureOptions.DEFAULT, none)).containsExactly("skip 0 at 0 ms");
    }

    @Test
    void aRunOfLostFramesIsWantedWhenOneOfThemIs() {
        for (long stride = 1; stride < 9; stride++) {
            for (long first = 0; first < 20; first++) {
                for (long end = first + 1; end < 30; end++) {
                    long every = stride;
                    assertThat(Decoding.wantsOneOf(first, end, stride))
                            .as("one of %d to %d, of every %d", first, end - 1, stride)
                            .isEqualTo(LongStream.range(first, end).anyMatch(frame -> frame % every == 0));
                }
            }
        }
    }
}
