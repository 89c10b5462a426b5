package io.sightlog.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.serve.api.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in an address is read by the letter, or refused. */
class QueryTextTest {
    @Test
    void parametersKeepTheirOrderAndMayBeRepeated() throws Refusal {
        assertThat(QueryText.parameters("label=a+b&x=%26%3d%2B&label=&&y&=z&label=%c3%a9"))
                .containsExactly(
                        org.assertj.core.api.Assertions.entry("label", List.of("a b", "", "é")),
                        org.assertj.core.api.Assertions.entry("x", List.of("&=+")),
                        org.assertj.core.api.Assertions.entry("y", List.of("")),
                        org.assertj.core.api.Assertions.entry("", List.of("z")));
        assertThat(QueryText.parameters(null)).isEmpty();
        assertThat(QueryText.parameters("")).isEmpty();
        assertThat(QueryText.parameters("a=%00").get("a")).containsExactly("\0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%",
                "%4",
                "a%4",
                "%g0",
                "%0g",
                "%+1",
                "%-1",
                "%\u0664\u0661",
                "\u00e9",
                "a\u0000",
                "a\tb",
                "%ff",
                "%c0%80",
                "%ed%a0%80",
                "%f5%80%80%80",
                "%e2%82",
                "\u007f"
            })
    void whatIsNotSoundIsRefused(String text) {
        assertThatThrownBy(() -> QueryText.decoded(text))
                .isInstanceOf(Refusal.class)
                .matches(e -> ((Refusal) e).status() == 400);
    }

    @Test
    void thereIsABoundToParameters() throws Refusal {
        assertThat(QueryText.parameters("a&".repeat(255) + "a")).hasSize(1);
        assertThatThrownBy(() -> QueryText.parameters("a&".repeat(256) + "a"))
                .isInstanceOf(Refusal.class)
                .hasMessage("there are more than 256 filters and other parameters; take some away");
    }
}
