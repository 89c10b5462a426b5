package io.sightlog.capture.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveAddressTest {
    private static LiveAddress parse(String source) {
        return LiveAddress.parse(source, Map.of("CAM", "rtsp://admin:hunter2@10.0.0.5/live")::get);
    }

    @ParameterizedTest
    @CsvSource({
        "rtsp://10.0.0.5/live,10.0.0.5/live,rtsp://10.0.0.5/live",
        "RTSP://host:554/a/b/,host:554/a/b,rtsp://host:554/a/b/",
        "cam1=rtsp://10.0.0.5/live,cam1,rtsp://10.0.0.5/live",
        "front door=http://x/video.mjpg?channel=1,front door,http://x/video.mjpg?channel=1",
        "rtsp://admin:hunter2@host/live,host/live,rtsp://host/live",
        "rtsp://admin@host/live,host/live,rtsp://host/live",
        "rtsp://a:p%40ss@host/live,host/live,rtsp://host/live",
        "rtsp://host/live?channel=2&password=hunter2&user=admin,host/live,rtsp://host/live?channel=2&password=...&user=...",
        "0,video0,/dev/video0",
        "line=/dev/video3,line,/dev/video3",
        "env:CAM,10.0.0.5/live,rtsp://10.0.0.5/live",
        "yard=env:CAM,yard,rtsp://10.0.0.5/live",
        "udp://239.0.0.1:1234,239.0.0.1:1234,udp://239.0.0.1:1234",
        "rtsp://[fe80::1]:554/x,[fe80::1]:554/x,rtsp://[fe80::1]:554/x",
    })
    void aCameraHasANameAndAnAddressWithoutCredentials(String source, String stream, String shown) {
        assertThat(LiveAddress.isOne(source)).isTrue();
        LiveAddress address = parse(source);
        assertThat(address.stream()).isEqualTo(stream);
        assertThat(address.shown()).isEqualTo(shown);
        assertThat(address.toString()).doesNotContain("hunter2", "admin", "p%40ss");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dog.jpg",
                "a=b.jpg",
                "folder/",
                "shm:name",
                "file:///x.mp4",
                "1234",
                "ftp://host/x",
                "list.txt",
                ""
            })
    void filesAreNoCameras(String source) {
        assertThat(LiveAddress.isOne(source)).isFalse();
    }

    @Test
    void whatALibrarySaysHasNoCredentials() {
        LiveAddress address = parse("rtsp://admin:hunter2@host/live?token=abcdef");
        assertThat(address.url()).isEqualTo("rtsp://admin:hunter2@host/live?token=abcdef");
        assertThat(address.scrub("method DESCRIBE failed: 401 for rtsp://admin:hunter2@host:554/live?token=abcdef"))
                .doesNotContain("hunter2", "admin", "abcdef")
                .startsWith("method DESCRIBE failed: 401");
        assertThat(parse("rtsp://a:p%40ssw@host/live").scrub("user a, password p@ssw"))
                .doesNotContain("p@ssw");
    }

    @Test
    void whatIsMeantAsACameraIsNoFile() {
        assertThatThrownBy(() -> parse("a/b=rtsp://u:hunter2@host/x"))
                .hasMessage("the camera's name is \"a/b\"; wanted: one or more characters, none of them =, /, ? or #");
        assertThatThrownBy(() -> parse("=rtsp://host/x")).hasMessageContaining("name is \"\"");
        for (String meant : List.of("a/b=rtsp://h/x", "=rtsp://h/x", "u=1=rtsp://h/x", "front = rtsp://h/x")) {
            assertThat(LiveAddress.isOne(meant)).as(meant).isTrue();
        }
        assertThat(parse("front = rtsp://h/x").stream()).isEqualTo("front");
    }

    @Test
    void schemesHaveNoCase() {
        assertThat(parse("RTSP://Host/X").url()).isEqualTo("rtsp://Host/X");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtsp://bob:hunter2/ss@10.0.0.5/x",
                "rtsp://bob:hunter2?s@h/x",
                "rtsp://u:hunter2@ss/w#o@h/x",
                "rtsp://h:99999/x"
            })
    void aPasswordThatWasNotEncodedIsNoPartOfAnAddress(String source) {
        assertThatThrownBy(() -> parse(source))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/ %2F")
                .message()
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rtsp://user:pa ss@host/x", "rtsp://", "rtsp:///path", "rtsp://a:b@/x", "env:MISSING"})
    void whatIsNoAddressIsToldWithoutItsCredentials(String source) {
        assertThatThrownBy(() -> parse(source))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("pa ss", "a:b");
    }
}
