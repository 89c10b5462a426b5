package io.sightlog.bridge.mqtt;

import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.MqttDecodeException;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.exceptions.MqttSessionExpiredException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3SubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrec.Mqtt5PubRecReasonCode;
import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.UndeliverableException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of the client means: that it can be tried again, that one message will never pass, or that none will. Everything
 * that is not known to be for ever is tried again.
 */
final class Refusals {
    private Refusals() {}

    /** Of a connection that could not be made, and of a filter that could not be subscribed to. */
    static IOException of(MqttAddress address, Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof IOException io
                && (io instanceof BrokerException || io instanceof UndeliverableException)) {
            return io;
        }
        if (cause instanceof Mqtt5ConnAckException refused) {
            Mqtt5ConnAckReasonCode code = refused.getMqttMessage().getReasonCode();
            String said = said(code)
                    + refused.getMqttMessage()
                            .getReasonString()
                            .map(text -> ", " + text)
                            .orElse("");
            return switch (code) {
                case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED, BANNED, BAD_AUTHENTICATION_METHOD ->
                    notAllowed(address, said, cause);
                case CLIENT_IDENTIFIER_NOT_VALID -> badId(address, said, cause);
                default -> new BrokerException(address + " refuses the connection: " + said, cause);
            };
        }
        if (cause instanceof Mqtt3ConnAckException refused) {
            String said = said(refused.getMqttMessage().getReturnCode());
            return switch (refused.getMqttMessage().getReturnCode()) {
                case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED -> notAllowed(address, said, cause);
                case IDENTIFIER_REJECTED -> badId(address, said, cause);
                default -> new BrokerException(address + " refuses the connection: " + said, cause);
            };
        }
        if (cause instanceof Mqtt5SubAckException refused) {
            return UndeliverableException.ofAll(
                    address + " refuses the subscription: "
                            + said(refused.getMqttMessage().getReasonCodes().get(0))
                            + "; check -t and the broker's access lists",
                    cause);
        }
        if (cause instanceof Mqtt3SubAckException) {
            return UndeliverableException.ofAll(
                    address + " refuses the subscription; check -t and the broker's access lists", cause);
        }
        return disconnected(address, cause);
    }

    private static UndeliverableException notAllowed(MqttAddress address, String said, Throwable cause) {
        String who = address.user() == null ? "a client without a user" : "user " + address.user();
        return UndeliverableException.ofAll(
                address + " refuses " + who + " (" + said
                        + "): check --user, --password-file or SIGHTLOG_MQTT_PASSWORD",
                cause);
    }

    private static UndeliverableException badId(MqttAddress address, String said, Throwable cause) {
        return UndeliverableException.ofAll(
                address + " refuses the client id " + address.clientId() + " (" + said + "): another --id may do",
                cause);
    }

    /** Of a connection that is no more. */
    static IOException disconnected(MqttAddress address, Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof SSLException || e instanceof GeneralSecurityException) {
                return ofTls(address, e);
            }
            if (e instanceof UnknownHostException) {
                return new BrokerException("no host " + address.host() + " is known", failure);
            }
            if (e instanceof ConnectException) {
                return new BrokerException("nothing listens on " + address, failure);
            }
        }
        if (failure instanceof Mqtt5DisconnectException told) {
            return new BrokerException(
                    address + " ends the connection: "
                            + said(told.getMqttMessage().getReasonCode()),
                    failure);
        }
        if (failure instanceof ConnectionClosedException) {
            return new BrokerException(address + " has closed the connection", failure);
        }
        return new BrokerException("the connection to " + address + " is lost: " + failure.getMessage(), failure);
    }

    /** Of one that was made: brokers do not say that another client has taken its place. */
    static IOException closed(MqttAddress address, Throwable failure) {
        return new BrokerException(
                address + " has closed the connection: it ends, or another client has the id " + address.clientId(),
                failure);
    }

    private static IOException ofTls(MqttAddress address, Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof GeneralSecurityException) {
                return UndeliverableException.ofAll(
                        address + " has a certificate that is not trusted (" + e.getMessage()
                                + "): check --cafile and --host; --insecure passes over a wrong name",
                        failure);
            }
        }
        return new BrokerException(address + " and this client find no common TLS: " + failure.getMessage(), failure);
    }

    /** Of a message that was published. */
    static IOException ofMessage(MqttAddress address, Message message, Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof Mqtt5PubAckException refused) {
            Mqtt5PubAckReasonCode code = refused.getMqttMessage().getReasonCode();
            return switch (code) {
                case NOT_AUTHORIZED, TOPIC_NAME_INVALID, PAYLOAD_FORMAT_INVALID ->
                    refused(address, message, code, cause);
                default -> new BrokerException(address + " does not take messages: " + said(code), cause);
            };
        }
        if (cause instanceof Mqtt5PubRecException refused) {
            Mqtt5PubRecReasonCode code = refused.getMqttMessage().getReasonCode();
            return switch (code) {
                case NOT_AUTHORIZED, TOPIC_NAME_INVALID, PAYLOAD_FORMAT_INVALID ->
                    refused(address, message, code, cause);
                default -> new BrokerException(address + " does not take messages: " + said(code), cause);
            };
        }
        if (cause instanceof MqttEncodeException) {
            return tooLarge(address, message, String.valueOf(cause.getMessage()), cause);
        }
        if (cause instanceof MqttSessionExpiredException && cause.getCause() instanceof ConnectionClosedException) {
            return closed(address, cause);
        }
        return of(address, cause);
    }

    private static UndeliverableException refused(
            MqttAddress address, Message message, Mqtt5ReasonCode code, Throwable cause) {
        return UndeliverableException.ofOne(
                address + " refuses a message under " + message.topic() + ": " + said(code)
                        + "; check -t and the broker's access lists",
                cause);
    }

    static UndeliverableException tooLarge(
            MqttAddress address, Message message, String said, @Nullable Throwable cause) {
        return UndeliverableException.ofOne(
                address + " takes no message of " + message.payload().length + " bytes under " + message.topic() + " ("
                        + said + "): allow larger ones at the broker",
                cause);
    }

    /** Whether the connection ended over an acknowledgement that the client does not know: mosquitto's "too large". */
    static boolean isOfUnknownAnswer(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof MqttDecodeException
                    && String.valueOf(e.getMessage()).contains("reason code")) {
                return true;
            }
        }
        return false;
    }

    /** Whether a broker that does not speak MQTT 5 may have meant that. */
    static boolean mayBeOfTheVersion(IOException failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof ConnectException || e instanceof UnknownHostException || e instanceof SSLException) {
                return false;
            }
            if (e instanceof Mqtt5ConnAckException refused) {
                return switch (refused.getMqttMessage().getReasonCode()) {
                    case UNSUPPORTED_PROTOCOL_VERSION, MALFORMED_PACKET, PROTOCOL_ERROR -> true;
                    default -> false;
                };
            }
            if (e instanceof MqttDecodeException || e instanceof ConnectionClosedException) {
                return true;
            }
        }
        return false;
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable e = failure;
        while ((e instanceof CompletionException || e instanceof ExecutionException) && e.getCause() != null) {
            e = e.getCause();
        }
        return e;
    }

    /** A code as people read it: "not authorized". */
    private static String said(Object code) {
        return code.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
