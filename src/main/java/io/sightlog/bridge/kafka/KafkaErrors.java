package io.sightlog.bridge.kafka;

import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.UndeliverableException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** What errors of Kafka's client mean to a bridge. */
final class KafkaErrors {
    /** Whom an error is about. */
    enum Kind {
        /** One event or record, which will never pass; others may. */
        ONE,
        /** All of them, until somebody changes something. */
        ALL,
        /** The connection: another one may do. */
        AGAIN
    }

    private KafkaErrors() {}

    /** What threads and futures wrap around it is looked through. */
    static Kind kind(Throwable error) {
        Throwable cause = cause(error);
        if (cause instanceof RecordTooLargeException || cause instanceof RecordBatchTooLargeException) {
            return Kind.ONE;
        }
        if (cause instanceof RetriableException) { // also some of those below, when it is about a leader that moves
            return Kind.AGAIN;
        }
        boolean needsSomebody = cause instanceof AuthorizationException
                || cause instanceof AuthenticationException
                || cause instanceof InvalidTopicException
                || cause instanceof InvalidGroupIdException
                || cause instanceof IllegalArgumentException
                || cause instanceof InvalidConfigurationException
                || cause instanceof PolicyViolationException
                || cause instanceof UnsupportedVersionException
                || cause instanceof SerializationException
                || cause instanceof InvalidRecordException
                || cause instanceof InvalidTimestampException
                || (cause instanceof ConfigException && !isUnresolved(cause));
        return needsSomebody ? Kind.ALL : Kind.AGAIN;
    }

    /**
     * The same as an exception of the bridge.
     *
     * @param what was tried, as the beginning of a sentence
     */
    static IOException of(String what, Throwable error) {
        Throwable cause = cause(error);
        String message = what + ": " + reason(cause);
        return switch (kind(cause)) {
            case ONE -> UndeliverableException.ofOne(message, cause);
            case ALL -> UndeliverableException.ofAll(message, cause);
            case AGAIN -> new BrokerException(message, cause);
        };
    }

    /** Likewise of one that comes with the answer for a record: what is wrapped in another is about one before it. */
    static IOException ofRecord(String what, Throwable error) {
        return cause(error) == error ? of(what, error) : ofCall(what, error);
    }

    /** Likewise of one that comes out of a call, and not with the answer for a record: it is never about one alone. */
    static IOException ofCall(String what, Throwable error) {
        IOException failure = of(what, error);
        return failure instanceof UndeliverableException never && never.isOfOne()
                ? new BrokerException(String.valueOf(never.getMessage()), error)
                : failure;
    }

    /** For people, in one line. */
    private static String reason(Throwable cause) {
        String said = cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : cause.getMessage().lines().findFirst().orElse("").strip().replaceFirst("\\.$", "");
        if (cause instanceof TimeoutException && said.contains("not present in metadata")) {
            return "no broker answers"; // that there is such a topic was seen before
        }
        if (cause instanceof RecordTooLargeException || cause instanceof RecordBatchTooLargeException) {
            return said + "; max.message.bytes of the topic, and -X max.request.size, say how much it takes";
        }
        if (cause instanceof TopicAuthorizationException || cause instanceof TransactionalIdAuthorizationException) {
            return said + "; give this user the right to it: kafka-acls.sh --add --allow-principal User:NAME ...";
        }
        return said;
    }

    private static boolean isUnresolved(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.contains("No resolvable bootstrap") || message.contains("DNS resolution failed");
    }

    private static Throwable cause(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null
                && (cause instanceof ExecutionException
                        || cause instanceof CompletionException
                        || cause.getClass() == KafkaException.class)) {
            cause = cause.getCause();
        }
        return cause;
    }
}
