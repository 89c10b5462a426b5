package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.sink.print.EventPrinter;
import io.sightlog.sink.print.PrintFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Nothing writes messages yet, but whoever meets one can print it. */
class MessagesTest {
    @Test
    void arePrintedInEveryFormat() throws IOException {
        assertThat(printed(PrintFormat.TEXT)).contains("  door: open \"now\"", "  ключ/1: 3 bytes\n");
        assertThat(printed(PrintFormat.YAML))
                .contains(
                        "topic: \"door\"\ntext: \"open \\\"now\\\"\\u000a🚪\"", "topic: \"ключ/1\"\nbase64: \"++9B\"");
        assertThat(printed(PrintFormat.NDJSON))
                .contains("\"topic\":\"door\",\"text\":\"\"}", "\"topic\":\"ключ/1\",\"base64\":\"++9B\"}");
        assertThat(printed(PrintFormat.CSV)).contains(",door,\"open \"\"now\"\"\n🚪\",\r\n", ",ключ/1,,++9B\r\n");
    }

    private static String printed(PrintFormat format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventPrinter printer = format.printer(out);
        try (JournalReader reader = Journal.open(Goldens.MESSAGES.journal()).reader()) {
            while (reader.next()) {
                printer.print(reader.event());
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
