package io.sightlog.bridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.journal.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void isReadAsItWasWritten() throws IOException {
        Progress progress = new Progress(
                "uplink",
                3,
                new Position(0x1c8978500000012L, 4),
                Map.of(0x8123456789abcdefL, 17L, 1L, 0L),
                Instant.parse("2026-11-29T12:00:00Z"));
        assertThat(Progress.parse(progress.toJson())).isEqualTo(progress);
    }

    @Test
    void whatALaterVersionAddsIsPassedOverAndWhatIsNoneIsRefused() throws IOException {
        String json = "{\"name\":\"uplink\",\"resets\":0,\"more\":{\"a\":[1]},\"position\":\"0x1\"}";
        assertThat(Progress.parse(json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Progress("uplink", 0, new Position(1, 0), Map.of(), Instant.EPOCH));
        for (String bad : new String[] {
            "{}",
            "[]",
            "{\"name\":\"uplink\",\"resets\":0,\"position\":\"1\"}",
            json.replace("\"more\"", "\"producers\"")
        }) {
            assertThatThrownBy(() -> Progress.parse(bad.getBytes(StandardCharsets.UTF_8)))
                    .as(bad)
                    .isInstanceOf(IOException.class);
        }
    }
}
