package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.shm.SegmentName;
import io.sightlog.shm.SegmentWriter;
import io.sightlog.shm.SharedFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often a reader that copies a segment without a pause gets parts of two frames. What was measured is in
 * docs/ancestors.md. {@code -Dsightlog.long=true} takes longer.
 */
final class TornCopiesTest {
    private static final int SECONDS = Boolean.getBoolean("sightlog.long") ? 20 : 2;

    private static final int TRIES = 5;

    @TempDir
    static Path built;

    private static String reader = "";

    private final SegmentName name = new SegmentName("sightlog-test-" + UUID.randomUUID());

    private record Copies(long copies, long changes, long torn) {}

    @BeforeAll
    static void compile() throws Exception {
        reader = Ancestor.compile("segment_reader", built);
    }

    @AfterEach
    void remove() throws IOException {
        Files.deleteIfExists(name.file());
    }

    /** Frame {@code v} as the reader knows it: v mod 11 boxes, and v in all of their numbers. */
    private static SharedFrame frame(int v) {
        SharedFrame frame = new SharedFrame().clear();
        for (int i = 0; i < v % 11; i++) {
            frame.add(v % 80, 0.5f, v, v, v, v);
        }
        return frame;
    }

    /** Shows one frame after the other, so many a second, 0 for as many as it can, while the reader copies. */
    private Copies alternate(int one, int other, int rate) throws Exception {
        List<SharedFrame> frames = List.of(frame(one), frame(other));
        try (SegmentWriter writer = new SegmentWriter(name, PosixFilePermissions.fromString("rw-------"), false);
                Ancestor copying = Ancestor.start(reader, name.toString(), Integer.toString(SECONDS))) {
            long due = System.nanoTime();
            for (int i = 0; !copying.isOver(); i++) { // its seconds begin when it does
                assertThat(writer.write(frames.get(i % 2))).isTrue();
                due += rate == 0 ? 0 : 1_000_000_000L / rate;
                while (due - System.nanoTime() > 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
            Matcher told =
                    Pattern.compile("copies=(\\d+) changes=(\\d+) torn=(\\d+)").matcher(copying.next());
            assertThat(told.matches()).isTrue();
            return new Copies(
                    Long.parseLong(told.group(1)), Long.parseLong(told.group(2)), Long.parseLong(told.group(3)));
        }
    }

    private static void tell(String what, Copies copies) {
        System.out.printf(
                Locale.ROOT,
                "%s: %,d copies, %,d changes seen, %,d torn: %.1e of the copies, %.2f for each change%n",
                what,
                copies.copies,
                copies.changes,
                copies.torn,
                (double) copies.torn / copies.copies,
                (double) copies.torn / copies.changes);
    }

    @Test
    void whatAppearsOrDisappearsIsNeverTorn() throws Exception {
        Copies copies = alternate(0, 10, 0);
        tell("nothing and ten boxes, flat out", copies);
        assertThat(copies.changes).isGreaterThan(2);
        assertThat(copies.torn).isZero();
    }

    /**
     * Far more copies are torn when the boxes are stored one by one by a program that is not compiled yet: every fifth. A busy
     * machine may stop the writer in the middle of a frame, and then every copy is torn until it goes on: hardly each time.
     */
    @ParameterizedTest
    @CsvSource({"10,21,0", "10,21,30", "3,7,30", "2,13,30"})
    void hardlyACopyIsOfTwoFrames(int one, int other, int rate) throws Exception {
        Copies copies;
        int tries = 0;
        do {
            copies = alternate(one, other, rate);
            tell(
                    one % 11 + " boxes and " + other % 11 + " others, " + (rate == 0 ? "flat out" : rate + " frames/s"),
                    copies);
            assertThat(copies.changes).isGreaterThan(2);
            tries++;
        } while (copies.torn >= copies.copies / (rate == 0 ? 50 : 10_000) && tries < TRIES);
        assertThat(copies.torn).isLessThan(copies.copies / (rate == 0 ? 50 : 10_000));
    }
}
