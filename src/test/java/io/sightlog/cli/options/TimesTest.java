package io.sightlog.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.journal.Start;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimesTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant NOW = Instant.parse("2026-11-29T15:40:00.5Z");

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "2026-11-28T10:00:00Z, 2026-11-28T10:00:00Z",
        "2026-11-28 10:00:00+02:00, 2026-11-28T08:00:00Z",
        "2026-11-28t10:00:00.25z, 2026-11-28T10:00:00.25Z",
        "2026-11-28T10:00Z, 2026-11-28T10:00:00Z",
        "2026-11-28, 2026-11-27T23:00:00Z",
        "2026-11-28 10:00, 2026-11-28T09:00:00Z",
        "2026-11-28T10:00:01.5, 2026-11-28T09:00:01.5Z",
        "2026-07-01 10:00, 2026-07-01T08:00:00Z",
        "10:00, 2026-11-29T09:00:00Z",
        "10:00:30.25, 2026-11-29T09:00:30.25Z",
        "today, 2026-11-28T23:00:00Z",
        "today 08:15, 2026-11-29T07:15:00Z",
        "yesterday, 2026-11-27T23:00:00Z",
        "yesterday 10:00, 2026-11-28T09:00:00Z",
        "Yesterday 10:00, 2026-11-28T09:00:00Z",
        "now, 2026-11-29T15:40:00.5Z",
        "-5m, 2026-11-29T15:35:00.5Z",
        "-90s, 2026-11-29T15:38:30.5Z",
        "-1h30m, 2026-11-29T14:10:00.5Z",
        "-500ms, 2026-11-29T15:40:00Z",
        "-2d, 2026-11-27T15:40:00.5Z",
        "-1w, 2026-11-22T15:40:00.5Z",
    })
    void readsTimesAsPeopleTypeThem(String typed, Instant meant) {
        assertThat(Times.parse(typed, () -> BERLIN, NOW)).hasValue(nanos(meant));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {"1795966800", "1795966800000", "1795966800000000", "1795966800000000000", "1795966800.000000000"
            })
    void aNumberIsInTheUnitInWhichItLiesInThisCentury(String typed) {
        assertThat(Times.parse(typed, () -> BERLIN, NOW)).hasValue(nanos(Instant.parse("2026-11-29T15:40:00Z")));
    }

    @Test
    void theUnitsOfThisCenturyEndWhereItEnds() {
        assertThat(Times.sinceEpoch(946_684_800L)).isEqualTo(946_684_800_000_000_000L);
        assertThat(Times.sinceEpoch(4_102_444_799L)).isEqualTo(4_102_444_799_000_000_000L);
        assertThat(Times.sinceEpoch(4_102_444_800_000_000_000L)).isEqualTo(4_102_444_800_000_000_000L);
        for (long none : new long[] {0, 2026, 946_684_799L, 4_102_444_800L, 99_999_999_999_999_999L}) {
            assertThat(Times.parse(Long.toString(none), () -> BERLIN, NOW))
                    .as("%d", none)
                    .isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"2026, for the year: 2026-01-01", "17, nanoseconds have 19 digits", "0, nanoseconds have 19 digits"})
    void aBareSmallNumberIsNoTimeAndTheErrorSaysWhatIs(String typed, String hint) {
        assertThatThrownBy(() -> Places.start(typed, () -> BERLIN, NOW))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("\"" + typed + "\"")
                .hasMessageContaining(hint);
        assertThatThrownBy(() -> new Places.TimeConverter().convert(typed))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining(hint);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "tomorrow",
                "yesterday 25:00",
                "2026-11-31",
                "2026-13-01 10:00",
                "5m",
                "-5x",
                "-m",
                "yesterday10:00",
                "99999999999999999999",
                "-999999999w"
            })
    void whatIsNoTimeIsNone(String typed) {
        assertThat(Times.parse(typed, () -> BERLIN, NOW)).isEmpty();
    }

    @Test
    void anAgeIsNoNumberOfEvents() {
        assertThat(Places.start("-5", () -> BERLIN, NOW)).isEqualTo(new Start.Last(5));
        assertThat(Places.start("-5m", () -> BERLIN, NOW)).isEqualTo(new Start.Time(nanos(NOW) - 300_000_000_000L));
        assertThatThrownBy(() -> Places.start("-5q", () -> BERLIN, NOW))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("bad place \"-5q\"")
                .hasMessageContaining("-5m");
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
