package io.sightlog.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

final class ShownTimeTest {
    private static final long NOON = 1_795_867_200_123_456_789L; // 2026-11-28T12:00:00.123456789Z

    @Test
    void isLocalWithItsOffset() {
        assertThat(ShownTime.of(NOON, TimeZone.getTimeZone("Europe/Berlin")))
                .isEqualTo("2026-11-28T13:00:00.123+01:00");
        assertThat(ShownTime.of(NOON, TimeZone.getTimeZone("UTC"))).isEqualTo("2026-11-28T12:00:00.123Z");
        assertThat(ShownTime.of(NOON, TimeZone.getTimeZone("Asia/Kolkata"))).isEqualTo("2026-11-28T17:30:00.123+05:30");
    }

    @Test
    void isRoundedDownAlsoBeforeTheEpoch() {
        assertThat(ShownTime.of(-1, TimeZone.getTimeZone("UTC"))).isEqualTo("1969-12-31T23:59:59.999Z");
    }

    @Test
    void isExactAndInUtcForPrograms() {
        assertThat(ShownTime.utc(NOON)).isEqualTo("2026-11-28T12:00:00.123456789Z");
        assertThat(ShownTime.utc(-1)).isEqualTo("1969-12-31T23:59:59.999999999Z");
    }

    @Test
    void canBeReadBack() {
        assertThat(OffsetDateTime.parse(ShownTime.of(NOON)).toInstant().toEpochMilli())
                .isEqualTo(NOON / 1_000_000);
    }
}
