package io.sightlog.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topics that every broker takes, out of whatever an event holds. */
class TopicPatternTest {
    @Test
    void namesInBracesAreReplacedByWhatTheEventSays() {
        TopicPattern pattern = TopicPattern.of("a/{stream}/{kind}-{label}/{source}");
        assertThat(pattern.topic("front", "frame", "dog", "cam.mp4")).isEqualTo("a/front/frame-dog/cam.mp4");
        assertThat(pattern.hasLabel()).isTrue();
        assertThat(TopicPattern.of("plain/topic").topic("front", "frame", "dog", "cam.mp4"))
                .isEqualTo("plain/topic");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "front door|front door",
                "a/b|a_b",
                "+|_",
                "#|_",
                "traffic light|traffic light",
                "rtsp://cam/1|rtsp:__cam_1",
                "''|none"
            })
    void aValueIsOneLevelWhateverItHolds(String value, String level) {
        assertThat(TopicPattern.of("t/{stream}").topic(value, "", "", "")).isEqualTo("t/" + level);
    }

    @Test
    void whatMqttForbidsIsReplaced() {
        assertThat(TopicPattern.of("{stream}").topic("a\0b\tc\ud800d\ufffe", "", "", ""))
                .isEqualTo("a_b_c_d_");
        assertThat(TopicPattern.of("{stream}/x").topic("$SYS", "", "", "")).isEqualTo("_SYS/x");
        assertThat(TopicPattern.of("{stream}").topic("\ud83d\udc36", "", "", ""))
                .isEqualTo("\ud83d\udc36");
    }

    @Test
    void noTopicGetsTooLong() {
        String topic = TopicPattern.of("{stream}/{source}/{label}")
                .topic("\u00e9".repeat(60_000), "", "x", "y".repeat(99_999));
        assertThat(topic.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(65_535);
    }

    @ParameterizedTest
    @CsvSource({
        "'', not empty",
        "a/{what}, '{what} is none of {stream}, {kind}'",
        "a/{stream, is none of",
        "a/+, not published to",
        "a/#, not published to",
        "/a, empty level",
        "a//b, empty level",
        "$SYS/a, the broker's own"
    })
    void aPatternOfWhichNoTopicCanBeMadeIsRefusedWithTheReason(String pattern, String why) {
        assertThatThrownBy(() -> TopicPattern.of(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("e.g. sightlog/{stream}/{kind}");
    }

    @ParameterizedTest
    @CsvSource({
        "sightlog/{stream}/{kind}, sightlog",
        "house/cams/{stream}, house/cams",
        "house/cam-{stream}, house",
        "{stream}/x, sightlog",
        "a/b, a"
    })
    void thePrefixIsWhatStandsBeforeTheFirstName(String pattern, String prefix) {
        assertThat(TopicPattern.of(pattern).prefix()).isEqualTo(prefix);
    }
}
