package io.sightlog.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({
        "9464, 127.0.0.1, 9464, 127.0.0.1:9464",
        ":9464, 127.0.0.1, 9464, 127.0.0.1:9464",
        "0, 127.0.0.1, 0, 127.0.0.1:0",
        "localhost:1, localhost, 1, localhost:1",
        "0.0.0.0:65535, 0.0.0.0, 65535, 0.0.0.0:65535",
        "box-7.lan:9464, box-7.lan, 9464, box-7.lan:9464",
        "[::1]:9464, ::1, 9464, [::1]:9464",
        "[fe80::1%eth0]:9464, fe80::1%eth0, 9464, [fe80::1%eth0]:9464"
    })
    void isWhatPeopleType(String text, String host, int port, String shown) {
        ListenAddress address = ListenAddress.parse(text);
        assertThat(address).isEqualTo(new ListenAddress(host, port)).hasToString(shown);
        assertThat(ListenAddress.parse(shown)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "host",
                "host:",
                "::1:9464",
                "[::1]",
                "[door]:1",
                "http://host:1",
                "host:1/metrics",
                "a b:1",
                "user@host:1",
                "-1",
                "host:-1",
                "123456",
                "host:http",
                "9464\n"
            })
    void whichItIsNotIsAnErrorWithTheForm(String text) {
        assertThatThrownBy(() -> ListenAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"")
                .hasMessageContaining("HOST:PORT, [IPv6]:PORT or PORT is needed");
    }

    @Test
    void whichIsNearlyOneIsAnErrorWithWhatToType() {
        assertThatThrownBy(() -> ListenAddress.parse("::1:9464")).hasMessageContaining("[::1]:9464");
        assertThatThrownBy(() -> ListenAddress.parse("*:9464")).hasMessageContaining("say 0.0.0.0:9464");
        assertThatThrownBy(() -> ListenAddress.parse("host:65536")).hasMessageContaining("bad port 65536: 0");
    }
}
