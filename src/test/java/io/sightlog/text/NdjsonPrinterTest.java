package io.sightlog.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NdjsonPrinterTest {
    @Test
    void printsEveryFieldInOrder() throws IOException {
        assertThat(Encoded.print(PrintFormat.NDJSON, Encoded.dog()))
                .isEqualTo(
                        "{\"index\":\"0x4d0f00000012\",\"place\":0,\"kind\":\"frame\",\"source\":\"/pictures/dog.jpg\",\"stream\":\"door\","
                                + "\"frame\":9007199254740991,\"positionNanos\":\"40000000\",\"capturedNanos\":\"1799999999000000005\","
                                + "\"appendedNanos\":\"1800000000123456789\",\"decodeNanos\":\"1\",\"inferNanos\":\"9223372036854775807\","
                                + "\"capturedAt\":\"2027-01-15T07:59:59.000000005Z\",\"width\":768,\"height\":576,\"digest\":\"efcdab8967452301\","
                                + "\"model\":\"ssd\",\"labelSet\":\"0700000000000000\",\"producer\":\"fedcba9876543210\",\"sequence\":\"12\","
                                + "\"detections\":[{\"classId\":3,\"label\":\"dog\",\"confidence\":0.7,\"x\":125.25,\"y\":212,\"w\":199.9,\"h\":339,\"trackId\":\"0\"},"
                                + "{\"classId\":99,\"label\":\"99\",\"confidence\":1,\"x\":0,\"y\":0.00001,\"w\":768,\"h\":576,\"trackId\":\"9223372036854775807\"}]}\n");
    }

    @Test
    void printsTheReasonOfASkip() throws IOException {
        assertThat(Encoded.print(
                        PrintFormat.NDJSON, new EventDraft().capturedNanos(0).skip("not a \"picture\"\n\u001b")))
                .endsWith(",\"detections\":[],\"reason\":\"not a \\\"picture\\\"\\n\\u001b\"}\n")
                .contains(
                        "\"kind\":\"skip\"",
                        "\"digest\":\"\",\"model\":\"\",\"labelSet\":\"\"",
                        "\"capturedAt\":\"1970-01-01T00:00:00.000000000Z\"");
    }

    @Test
    void printsTimesBeforeTheEpoch() throws IOException {
        assertThat(Encoded.print(PrintFormat.NDJSON, new EventDraft().capturedNanos(-1)))
                .contains("\"capturedNanos\":\"-1\"", "\"capturedAt\":\"1969-12-31T23:59:59.999999999Z\"");
    }

    @Test
    void printsWhatIsNotFiniteAsAText() throws IOException {
        // no draft takes such a number, so it is put where another writer would have put it
        Encoded encoded = new Encoded();
        Event event = encoded.of(Encoded.dog());
        Memory.putFloat(event.address() + EventLayout.HEADER_BYTES + EventLayout.X, Float.NaN);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintFormat.NDJSON.printer(out).print(event);
        assertThat(out.toString(java.nio.charset.StandardCharsets.UTF_8)).contains("\"x\":\"NaN\",");
    }

    @ParameterizedTest
    @EnumSource(PrintFormat.class)
    void tellsWhichLabelSetsWereMissing(PrintFormat format) throws IOException {
        EventPrinter printer = format.printer(OutputStream.nullOutputStream());
        Encoded encoded = new Encoded();
        printer.print(encoded.of(Encoded.dog()));
        printer.print(encoded.of(new EventDraft().capturedNanos(0).detection(1, 1, 0, 0, 1, 1, 0)));
        printer.print(encoded.of(Encoded.dog().labelSet(8).ownLabels("its own", "")));
        assertThat(printer.missingLabels().labelSets()).isEmpty();
        assertThat(printer.missingLabels().detections()).isZero();

        printer.print(encoded.of(Encoded.dog().labelSet(9)));
        printer.print(encoded.of(Encoded.dog().labelSet(8)));
        printer.print(encoded.of(Encoded.dog().labelSet(9)));
        printer.print(encoded.of(new EventDraft().capturedNanos(0).labelSet(11)));
        assertThat(printer.missingLabels().labelSets()).containsExactly(9L, 8L, 11L);
        assertThat(printer.missingLabels().detections()).isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource(PrintFormat.class)
    void passesOnThatThePipeIsClosed(PrintFormat format) throws IOException {
        boolean[] closed = {false};
        OutputStream pipe = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (closed[0]) {
                    throw new IOException("Broken pipe");
                }
            }
        };
        EventPrinter printer = format.printer(pipe);
        Encoded encoded = new Encoded();
        printer.print(encoded.of(Encoded.dog()));
        closed[0] = true;
        assertThatThrownBy(() -> printer.print(encoded.of(Encoded.dog())))
                .isInstanceOf(IOException.class)
                .hasMessage("Broken pipe");
    }

    @ParameterizedTest
    @EnumSource(PrintFormat.class)
    void handsOverAllOfAnEventAndFlushesNothing(PrintFormat format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void flush() {
                throw new AssertionError("flushing is the caller's business");
            }
        };
        EventPrinter printer = format.printer(out);
        Encoded encoded = new Encoded();
        for (int i = 1; i <= 3; i++) {
            printer.print(encoded.of(new EventDraft().capturedNanos(0).skip("the last words " + i)));
            assertThat(out.toString(java.nio.charset.StandardCharsets.UTF_8)).contains("the last words " + i);
        }
    }
}
