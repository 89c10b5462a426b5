package io.sightlog.bridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.UndeliverableException;
import io.sightlog.bridge.kafka.KafkaErrors.Kind;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class KafkaErrorsTest {
    static Stream<Arguments> table() {
        return Stream.of(
                Arguments.of(Kind.ONE, new RecordTooLargeException("x")),
                Arguments.of(Kind.ONE, new RecordBatchTooLargeException("x")),
                Arguments.of(Kind.ALL, new TopicAuthorizationException("t")),
                Arguments.of(Kind.ALL, new ClusterAuthorizationException("x")),
                Arguments.of(Kind.ALL, new SaslAuthenticationException("x")),
                Arguments.of(Kind.ALL, new SslAuthenticationException("x")),
                Arguments.of(Kind.ALL, new InvalidTopicException("x")),
                Arguments.of(Kind.ALL, new InvalidGroupIdException("x")),
                Arguments.of(Kind.ALL, new IllegalArgumentException("x")),
                Arguments.of(Kind.ALL, new InvalidConfigurationException("x")),
                Arguments.of(Kind.ALL, new PolicyViolationException("x")),
                Arguments.of(Kind.ALL, new UnsupportedVersionException("x")),
                Arguments.of(Kind.ALL, new InvalidRecordException("x")),
                Arguments.of(Kind.ALL, new ConfigException("x")),
                Arguments.of(
                        Kind.AGAIN, new ConfigException("No resolvable bootstrap urls given in bootstrap.servers")),
                Arguments.of(Kind.AGAIN, new TimeoutException("x")),
                Arguments.of(Kind.AGAIN, new DisconnectException("x")),
                Arguments.of(Kind.AGAIN, new NotLeaderOrFollowerException("x")),
                Arguments.of(Kind.AGAIN, new NotEnoughReplicasException("x")),
                Arguments.of(Kind.AGAIN, new UnknownTopicOrPartitionException("x")),
                Arguments.of(Kind.AGAIN, new OutOfOrderSequenceException("x")),
                Arguments.of(Kind.AGAIN, new ProducerFencedException("x")),
                Arguments.of(Kind.AGAIN, new TransactionAbortedException()),
                Arguments.of(Kind.AGAIN, new UnknownServerException("x")),
                Arguments.of(Kind.AGAIN, new IllegalStateException("closed")));
    }

    @ParameterizedTest
    @MethodSource("table")
    void areAboutOneOrAllOrAreTriedAgain(Kind kind, Exception error) {
        assertThat(KafkaErrors.kind(error)).isEqualTo(kind);
        assertThat(KafkaErrors.kind(new ExecutionException(new KafkaException("wrapped", error))))
                .isEqualTo(kind);
    }

    @Test
    void onlyWhatComesForARecordIsAboutOne() {
        RecordTooLargeException large = new RecordTooLargeException("too large");
        KafkaException before = new KafkaException("in an error state", large);

        assertThat(KafkaErrors.ofRecord("t", large))
                .isInstanceOfSatisfying(
                        UndeliverableException.class,
                        e -> assertThat(e.isOfOne()).isTrue());
        assertThat(KafkaErrors.ofRecord("t", before)).isInstanceOf(BrokerException.class);
        assertThat(KafkaErrors.ofCall("t", large)).isInstanceOf(BrokerException.class);
    }

    @Test
    void aTopicThatNobodyTellsOfIsNotCalledMissing() {
        assertThat(KafkaErrors.of(
                        "topic \"seen\"", new TimeoutException("Topic seen not present in metadata after 2000 ms.")))
                .hasMessage("topic \"seen\": no broker answers");
    }

    @Test
    void saysInALineWhatWasTriedAndWhatToDo() {
        assertThat(KafkaErrors.of("topic \"a\"", new TopicAuthorizationException("Not authorized.\nmore")))
                .hasMessage("topic \"a\": Not authorized; give this user the right to it: kafka-acls.sh --add "
                        + "--allow-principal User:NAME ...");
    }
}
