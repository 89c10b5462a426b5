package io.sightlog.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before a broker is asked, which would answer by hanging up. */
class MqttInTest {
    private static MqttIn of(String filter, long expirySeconds) {
        return new MqttIn(List.of(filter), 1, expirySeconds, false, false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a#",
                "#/a",
                "a/+b",
                "$share",
                "$share/",
                "$share/g",
                "$share/g/",
                "$share//a",
                "$share/+/a",
                "$share/g/a#"
            })
    void aFilterThatNoBrokerTakesIsRefusedByName(String filter) {
        assertThatThrownBy(() -> of(filter, MqttIn.FOR_EVER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bad filter \"" + filter + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "+", "a/+/b/#", "/", "$SYS/#", "$share/g/a/#", "$share/g//", "$shared"})
    void whatMqttTakesIsTaken(String filter) {
        assertThat(of(filter, 0).filters()).containsExactly(filter);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, MqttIn.FOR_EVER + 1})
    void aSessionThatEndsWhenNoneCanIsRefused(long seconds) {
        assertThatThrownBy(() -> of("a", seconds))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bad --session-expiry " + seconds + ": seconds are needed, 0 to 4294967295 (for ever)");
    }

    @Test
    void aClientIdHasNoControlCharacters() {
        for (String id : List.of("a\tb", "a\nb", "\u0000", "a\u0085", "")) {
            assertThatThrownBy(() -> new MqttAddress("localhost", 1883, id, null, null, null))
                    .as("id of %d characters", id.length())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("bad client id")
                    .hasMessageNotContaining("\n");
        }
    }
}
