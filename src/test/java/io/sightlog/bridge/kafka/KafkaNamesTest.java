package io.sightlog.bridge.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KafkaNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"seen", "a.b_c-9", "...", "_x"})
    void aTopicThatKafkaTakesIsTaken(String name) {
        Topic.validate(name);
        assertThatCode(() -> KafkaNames.checkTopic(name)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "ä", ".", "..", "a/b", "a\n"})
    void aTopicThatNoneCanBeIsAnErrorWithItsName(String name) {
        assertThatThrownBy(() -> Topic.validate(name)).isInstanceOf(InvalidTopicException.class);
        assertThatThrownBy(() -> KafkaNames.checkTopic(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining('"' + name + '"');
    }

    @Test
    void aTopicIsNoLongerThanKafkaTakes() {
        KafkaNames.checkTopic("x".repeat(249));
        assertThatThrownBy(() -> KafkaNames.checkTopic("x".repeat(250))).hasMessageContaining("249");
    }

    @Test
    void aGroupNeedsAName() {
        KafkaNames.checkGroup("sightlog lag");
        assertThatThrownBy(() -> KafkaNames.checkGroup(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--group \" \"");
    }
}
