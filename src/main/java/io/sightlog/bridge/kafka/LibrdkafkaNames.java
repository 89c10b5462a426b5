package io.sightlog.bridge.kafka;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What librdkafka, and so kcat and most other languages, call otherwise than Kafka's own client does. */
final class LibrdkafkaNames {
    private static final String WINDOW = "the bridge bounds what is on its way itself, by events and bytes";
    private static final String LOGIN =
            "Kafka's own client has user and password in sasl.jaas.config, in the file of -F: "
                    + "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username=\"...\" "
                    + "password=\"...\";";
    private static final String VERBOSE = "--verbose shows what the client says";

    private static final Map<String, String> ANSWERS = answers();

    private LibrdkafkaNames() {}

    /** What to do instead, as the rest of a sentence; null when librdkafka has no such name, or the client has it, too. */
    static @Nullable String answer(String name) {
        return ANSWERS.get(name);
    }

    private static Map<String, String> answers() {
        Map<String, String> answers = new HashMap<>();
        for (String[] pair : new String[][] {
            {"sasl.mechanisms", "sasl.mechanism"},
            {"queue.buffering.max.ms", "linger.ms"},
            {"message.max.bytes", "max.request.size"},
            {"compression.codec", "compression.type"},
            {"compression.level", "compression.gzip.level, compression.lz4.level or compression.zstd.level"},
            {"request.required.acks", "acks"},
            {"message.timeout.ms", "delivery.timeout.ms"},
            {"message.send.max.retries", "retries"},
            {"socket.timeout.ms", "request.timeout.ms"},
            {"socket.send.buffer.bytes", "send.buffer.bytes"},
            {"socket.receive.buffer.bytes", "receive.buffer.bytes"},
            {"topic.metadata.refresh.interval.ms", "metadata.max.age.ms"},
            {"metadata.request.timeout.ms", "request.timeout.ms"},
            {"max.in.flight", "max.in.flight.requests.per.connection"},
            {"batch.num.messages", "batch.size, in bytes"},
            {"fetch.message.max.bytes", "max.partition.fetch.bytes"},
            {"max.partition.fetch.max.bytes", "max.partition.fetch.bytes"},
            {"fetch.wait.max.ms", "fetch.max.wait.ms"},
            {"fetch.error.backoff.ms", "retry.backoff.ms"},
            {"queued.min.messages", "max.poll.records"},
            {"auto.commit.enable", "enable.auto.commit"},
            {"ssl.ca.location", "ssl.truststore.location, with ssl.truststore.type=PEM"},
            {"ssl.ca.pem", "ssl.truststore.certificates, with ssl.truststore.type=PEM"},
            {
                "ssl.certificate.location",
                "ssl.keystore.location, with ssl.keystore.type=PEM: one file with the key and the certificates"
            },
            {
                "ssl.key.location",
                "ssl.keystore.location, with ssl.keystore.type=PEM: one file with the key and the certificates"
            },
            {"ssl.certificate.pem", "ssl.keystore.certificate.chain, with ssl.keystore.type=PEM"},
            {"ssl.key.pem", "ssl.keystore.key, with ssl.keystore.type=PEM"},
            {"sasl.oauthbearer.client.id", "sasl.oauthbearer.client.credentials.client.id"},
            {"sasl.oauthbearer.client.secret", "sasl.oauthbearer.client.credentials.client.secret"},
            {"security.protocols", "security.protocol"},
        }) {
            answers.put(pair[0], "Kafka's own client calls it " + pair[1]);
        }
        answers.put("metadata.broker.list", "-b names the brokers");
        answers.put("sasl.username", LOGIN);
        answers.put("sasl.password", LOGIN);
        answers.put("sasl.kerberos.principal", LOGIN.replace("user and password", "the principal"));
        answers.put("sasl.kerberos.keytab", LOGIN.replace("user and password", "the key table"));
        answers.put("queue.buffering.max.messages", WINDOW);
        answers.put("queue.buffering.max.kbytes", WINDOW);
        answers.put("partitioner", "--partition-by says it");
        answers.put("debug", VERBOSE);
        answers.put("log_level", VERBOSE);
        answers.put("statistics.interval.ms", "--metrics serves them");
        answers.put(
                "enable.ssl.certificate.verification",
                "certificates are always looked at; ssl.endpoint.identification.algorithm= takes any host's name");
        answers.put("enable.partition.eof", "--until-end ends there");
        answers.put("api.version.request", "the client always asks");
        answers.put("broker.address.family", "-Djava.net.preferIPv4Stack=true in SIGHTLOG_OPTS does it");
        return answers;
    }
}
