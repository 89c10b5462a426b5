package io.sightlog.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AmountsTest {
    private static long size(String text) {
        return new Amounts.SizeConverter().convert(text);
    }

    private static Duration duration(String text) {
        return new Amounts.DurationConverter().convert(text);
    }

    @Test
    void sizesHaveDecimalAndBinaryUnits() {
        assertThat(size("10GB")).isEqualTo(10_000_000_000L);
        assertThat(size("1.5 kB")).isEqualTo(1500);
        assertThat(size("2GiB")).isEqualTo(2L << 30);
        assertThat(size("0")).isZero();
        assertThat(size("123456789012345")).isEqualTo(123_456_789_012_345L);
    }

    @Test
    void durationsHaveUnits() {
        assertThat(duration("7d")).isEqualTo(Duration.ofDays(7));
        assertThat(duration("1.5h")).isEqualTo(Duration.ofMinutes(90));
        assertThat(duration("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(duration("4w")).isEqualTo(Duration.ofDays(28));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "d", "7", "-7d", "7y", "1e3d", "99999w", "7 days"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> duration(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("bad duration \"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GB", "-1GB", "1PB", "10 000", "999999999999999TB"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> size(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("bad size \"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "99999999999"})
    void whatIsNoCountIsRefused(String text) {
        assertThatThrownBy(() -> new Amounts.CountConverter().convert(text))
                .isInstanceOf(TypeConversionException.class);
    }

    @Test
    void sizesArePrintedForPeople() {
        assertThat(Amounts.size(9_999)).isEqualTo("9999 B");
        assertThat(Amounts.size(12_345)).isEqualTo("12 kB");
        assertThat(Amounts.size(1_234_567)).isEqualTo("1.2 MB");
        assertThat(Amounts.size(999_600_000)).isEqualTo("1000 MB");
        assertThat(Amounts.size(5_000_000_000_000L)).isEqualTo("5.0 TB");
    }
}
