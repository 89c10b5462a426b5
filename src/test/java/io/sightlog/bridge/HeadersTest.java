package io.sightlog.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.JournalId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written beside a body is read as it was meant, and what strangers write there is nothing. */
class HeadersTest {
    @Test
    void whatIsWrittenIsRead() {
        for (Headers.Id id : List.of(
                new Headers.Id(1, 0), new Headers.Id(-1, Long.MAX_VALUE), new Headers.Id(0xfedc_ba98_7654_3210L, 12))) {
            assertThat(Headers.id(Map.of(Headers.ID, id.toString()))).isEqualTo(id);
        }
        for (List<JournalId> path : List.of(
                List.<JournalId>of(),
                List.of(new JournalId(1, 2)),
                List.of(new JournalId(-1, 2), new JournalId(3, -4), new JournalId(0, 1)))) {
            assertThat(Headers.path(Map.of(Headers.PATH, Headers.path(path)))).isEqualTo(path);
        }
        assertThat(Headers.labels(Map.of(Headers.LABELS, Headers.labels(-77)))).isEqualTo(-77);
        assertThat(Headers.capturedNanos(Map.of(Headers.CAPTURED, "-5"), 3)).isEqualTo(-5);
        assertThat(Headers.type(Map.of(Headers.TYPE, " Application/JSON; charset=utf-8")))
                .isEqualTo("application/json");
    }

    @Test
    void whatIsNotThereIsNothing() {
        assertThat(Headers.id(Map.of())).isNull();
        assertThat(Headers.path(Map.of())).isEmpty();
        assertThat(Headers.labels(Map.of())).isZero();
        assertThat(Headers.capturedNanos(Map.of(), 3)).isEqualTo(3);
        assertThat(Headers.type(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "x",
                "0000000000000000-1",
                "00000000000000aa",
                "00000000000000aa-",
                "00000000000000aa--1",
                "00000000000000aa-+1",
                "00000000000000aa-9223372036854775808",
                "00000000000000ag-1",
                "00000000000000aa-1x",
                "\u0660\u0660\u0660\u0660000000000aa-1",
                "00000000000000aa-\ud800",
                "00000000000000aa,00000000000000aa",
                "ffffffffffffffffffffffffffffffff-1"
            })
    void hostileIdsPathsAndHashesAreNothing(String text) {
        assertThat(Headers.id(Map.of(Headers.ID, text))).isNull();
        assertThat(Headers.path(Map.of(Headers.PATH, text))).isEmpty();
        assertThat(Headers.labels(Map.of(Headers.LABELS, text + "-"))).isZero();
        assertThat(Headers.capturedNanos(Map.of(Headers.CAPTURED, text + "."), 3))
                .isEqualTo(3);
    }

    @Test
    void anEndlessPathIsNotLookedAt() {
        assertThat(Headers.path(Map.of(Headers.PATH, "0".repeat(31) + "1" + ",".repeat(1 << 20))))
                .isEmpty();
        String nine = (new JournalId(5, 5) + ",").repeat(9);
        assertThat(Headers.path(Map.of(Headers.PATH, nine.substring(0, nine.length() - 1))))
                .hasSize(9);
        assertThat(Headers.path(Map.of(Headers.PATH, nine)))
                .as("it ends with a comma")
                .isEmpty();
    }
}
