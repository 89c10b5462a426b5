package io.sightlog.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextPrinterTest {
    @Test
    void printsOneLineForPeople() throws IOException {
        assertThat(print(Encoded.dog().frame(12, 0)))
                .isEqualTo("2027-01-15T08:59:59.000+01:00  door  dog.jpg  #12  dog 0.70 [125,212 200×339]"
                        + "  99 1.00 [0,0 768×576] track 9223372036854775807\n");
    }

    /** Of captured times that step back, as where a recording begins anew. */
    @Test
    void everyTimeIsItsOwnWhateverWasPrintedBefore() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TextPrinter printer = new TextPrinter(out, TimeZone.getTimeZone("Europe/Berlin"));
        for (long second : new long[] {5, 5, 6, 5, -1, 0}) {
            printer.print(new Encoded().of(new EventDraft().capturedNanos(second * 1_000_000_000L + 250_000_000L)));
        }
        assertThat(out.toString(StandardCharsets.UTF_8).lines().map(line -> line.substring(11, 23)))
                .containsExactly(
                        "01:00:05.250", "01:00:05.250", "01:00:06.250", "01:00:05.250", "00:59:59.250", "01:00:00.250");
    }

    @Test
    void confidencesAreRoundedAndNotCut() throws IOException {
        EventDraft draft = new EventDraft().capturedNanos(0);
        for (float confidence : new float[] {0.696f, 0.694f, 0.999f, 0.004f, 0.006f}) {
            draft.detection(7, confidence, 0, 0, 1, 1, 0);
        }
        assertThat(print(draft).replaceAll(" +7 ", " ").replace(" [0,0 1×1]", ""))
                .endsWith("#0 0.70 0.69 1.00 0.00 0.01\n");
    }

    /** Where nothing is joined a joiner only hides: two names that look the same would be two. */
    @Test
    void aJoinerIsShownWhereItJoinsNothing() {
        assertThat(Visible.of("do\u200dg\u200c")).isEqualTo("do\\u200dg\\u200c");
        assertThat(Visible.of("\u200dx")).isEqualTo("\\u200dx");
        assertThat(Visible.of("👩\u200d🚒 می\u200cخواهم")).isEqualTo("👩\u200d🚒 می\u200cخواهم");
        assertThat(Visible.of("👩\u200d\u200d")).isEqualTo("👩\u200d\\u200d");
    }

    @Test
    void everyTrackButNoneIsNamed() throws IOException {
        EventDraft draft = new EventDraft().capturedNanos(0);
        draft.detection(7, 0.5f, 0, 0, 1, 1, 0).detection(7, 0.5f, 0, 0, 1, 1, 1);
        assertThat(print(draft)).endsWith("  7 0.50 [0,0 1×1]  7 0.50 [0,0 1×1] track 1\n");
    }

    @Test
    void tellsNothingThereFromNotLooking() throws IOException {
        assertThat(print(new EventDraft().capturedNanos(0).source("rtsp://cam/front/")))
                .isEqualTo("1970-01-01T01:00:00.000+01:00  front  #0  -\n");
        assertThat(print(new EventDraft().capturedNanos(0).skip("not a picture")))
                .isEqualTo("1970-01-01T01:00:00.000+01:00  #0  skipped: not a picture\n");
    }

    @Test
    void printsWhatAMessageSaysOrHowMuchItHolds() throws IOException {
        assertThat(print(new EventDraft().capturedNanos(0).message("door/front", "open")))
                .isEqualTo("1970-01-01T01:00:00.000+01:00  door/front: open\n");
        assertThat(print(new EventDraft().capturedNanos(0).message("t", "two\nlines\u001b[2J")))
                .endsWith("  t: two\\u000alines\\u001b[2J\n");
        assertThat(print(new EventDraft().capturedNanos(0).message("t", new byte[1], 0, 1)))
                .endsWith("  t: 1 byte\n");
        assertThat(print(new EventDraft().capturedNanos(0).message("t", new byte[5], 0, 5)))
                .endsWith("  t: 5 bytes\n");
    }

    @Test
    void sendsNothingToTheTerminalThatItWouldActOn() throws IOException {
        String nasty = "\u001b[2J\r\n\u0007\u009b\u202e\u2028\u0000\u200b";
        String printed = print(new EventDraft()
                .capturedNanos(0).stream(nasty)
                        .source("/a" + nasty)
                        .ownLabels("", "1\tx\u202ey\n")
                        .detection(1, 0.5f, 0, 0, 1, 1, 0));
        assertThat(printed.substring(0, printed.length() - 1))
                .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\u2028\\u0080-\\u009f]");
        assertThat(printed)
                .contains("\\u001b[2J\\u000d\\u000a\\u0007\\u009b\\u202e\\u2028\\u0000\\u200b", "x\\u202ey 0.50");
        assertThat(print(new EventDraft().capturedNanos(0).stream("信号 😀 é"))).contains("  信号 😀 é  ");
    }

    @ParameterizedTest
    @CsvSource({"/a/b.jpg,b.jpg", "C:\\a\\b.jpg,b.jpg", "file:///a/b.mp4,b.mp4", "b.jpg,b.jpg", "/,/", "/a/b/,b"})
    void namesTheFile(String source, String name) {
        assertThat(TextPrinter.fileName(source)).isEqualTo(name);
    }

    private static String print(EventDraft draft) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new TextPrinter(out, TimeZone.getTimeZone("Europe/Berlin")).print(new Encoded().of(draft));
        return out.toString(StandardCharsets.UTF_8);
    }
}
