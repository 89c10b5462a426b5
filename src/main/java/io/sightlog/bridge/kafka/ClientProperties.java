package io.sightlog.bridge.kafka;

import io.sightlog.bridge.SecretFile;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.jspecify.annotations.Nullable;

/**
 * How Kafka's clients are set up: what people gave, in a file, in the environment and on the command line, of which the last one
 * wins, and above all that what the bridge needs. Nothing is passed on that has not been looked at: a name is known, a value can
 * be read, a secret does not come from the command line, and only a file names classes that are loaded.
 */
public final class ClientProperties {
    /** In front of names in the environment: {@code SIGHTLOG_KAFKA_SASL_JAAS_CONFIG}. */
    public static final String ENVIRONMENT = "SIGHTLOG_KAFKA_";

    private static final int DEFAULT_PORT = 9092;
    /** What is before the port; Kafka's client takes a protocol in front of it, and passes it over. */
    private static final Pattern HOST = Pattern.compile("(\\w+://)?(\\[[\\w.:%-]+]|[\\w.%-]+)");

    private static final ConfigDef PRODUCER = ProducerConfig.configDef();
    private static final ConfigDef CONSUMER = ConsumerConfig.configDef();
    private static final ConfigDef ADMIN = AdminClientConfig.configDef();
    private static final Map<String, ConfigKey> KNOWN = known();

    private final Map<String, String> given;
    private final String brokers;

    /**
     * What was given.
     *
     * @param brokers {@code HOST[:PORT]}, several with commas; null when the file or the environment has them
     * @param file in Java's form of properties, UTF-8; null for none
     * @param settings {@code name=value}, as the command line has them
     * @param environment of the process
     */
    public record Given(
            @Nullable String brokers, @Nullable Path file, List<String> settings, Map<String, String> environment) {}

    private ClientProperties(Map<String, String> given, String brokers) {
        this.given = given;
        this.brokers = brokers;
    }

    /**
     * Reads and checks all of it.
     *
     * @param nearest of a name that is not known, and all that are: those that may have been meant
     * @param warning told, in a line, what is no error
     * @throws IllegalArgumentException what cannot be, without repeating a secret
     * @throws IOException when the file cannot be read
     */
    public static ClientProperties read(
            Given given, BiFunction<String, Collection<String>, List<String>> nearest, Consumer<String> warning)
            throws IOException {
        Map<String, String> all = new TreeMap<>();
        Path file = given.file();
        if (file != null) {
            Map<String, String> ofFile = ofFile(file);
            ofFile.forEach((name, value) -> check(name, value, file.toString(), nearest));
            warnOfReaders(file, ofFile, warning);
            all.putAll(ofFile);
        }
        ofEnvironment(given.environment(), nearest).forEach((name, value) -> {
            refuseClasses(name, variable(name));
            check(name, value, variable(name), nearest);
            all.put(name, value);
        });
        for (String setting : given.settings()) {
            int equals = setting.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException(
                        "bad -X \"" + setting + "\": NAME=VALUE is needed, e.g. -X linger.ms=20");
            }
            String name = setting.substring(0, equals).strip();
            String value = setting.substring(equals + 1).strip();
            if (name.equals(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
                throw new IllegalArgumentException("-X " + name + " is not to be set: -b names the brokers");
            }
            refuseSecrets(name);
            refuseClasses(name, "-X");
            check(name, value, "-X", nearest);
            all.put(name, value);
        }
        String ofOthers = all.remove(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        String brokers = given.brokers() == null ? ofOthers : given.brokers();
        if (brokers == null || brokers.isBlank()) {
            throw new IllegalArgumentException(
                    "no broker is named: -b HOST:PORT, or bootstrap.servers in the file of -F");
        }
        return new ClientProperties(all, withPorts(brokers));
    }

    /** Hosts and ports, with commas. */
    public String brokers() {
        return brokers;
    }

    /**
     * Of a producer.
     *
     * @param own what the bridge needs, above all
     * @param unlessGiven what it would like
     */
    Map<String, Object> producer(Map<String, Object> own, Map<String, Object> unlessGiven) {
        Compression.prepare();
        return of(PRODUCER, own, unlessGiven);
    }

    /** Of a consumer. */
    Map<String, Object> consumer(Map<String, Object> own, Map<String, Object> unlessGiven) {
        Compression.prepare();
        return of(CONSUMER, own, unlessGiven);
    }

    /** Of what asks about topics and clusters. */
    Map<String, Object> admin(Map<String, Object> unlessGiven) {
        return of(ADMIN, Map.of(), unlessGiven);
    }

    /** Clients complain of names that are for others. */
    private Map<String, Object> of(ConfigDef of, Map<String, Object> own, Map<String, Object> unlessGiven) {
        Map<String, Object> all = new HashMap<>(unlessGiven);
        given.forEach((name, value) -> {
            if (of.configKeys().containsKey(name)) {
                all.put(name, value);
            }
        });
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, brokers);
        all.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, "false");
        all.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, List.of());
        all.putAll(own);
        return all;
    }

    private static Map<String, ConfigKey> known() {
        Map<String, ConfigKey> all = new TreeMap<>();
        for (ConfigDef of : List.of(PRODUCER, CONSUMER, ADMIN)) {
            of.configKeys().forEach((name, key) -> {
                if (!name.startsWith("internal.")) {
                    all.putIfAbsent(name, key);
                }
            });
        }
        return all;
    }

    private static Map<String, String> ofFile(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " cannot be read as properties: " + e.getMessage());
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new IllegalArgumentException(file + " cannot be read as properties: it is not UTF-8");
        } catch (FileSystemException e) {
            throw e; // names it
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
        Map<String, String> all = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> all.put(name, properties.getProperty(name).strip()));
        return all;
    }

    /** Names cannot hold points there, and two of the client's never differ in these alone. */
    private static Map<String, String> ofEnvironment(
            Map<String, String> environment, BiFunction<String, Collection<String>, List<String>> nearest) {
        Map<String, String> names = new HashMap<>();
        KNOWN.keySet().forEach(name -> names.put(variable(name), name));
        Map<String, String> all = new TreeMap<>();
        environment.forEach((variable, value) -> {
            if (!variable.startsWith(ENVIRONMENT)) {
                return;
            }
            String name = names.get(variable);
            if (name == null) {
                String dotted = variable.substring(ENVIRONMENT.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
                throw unknown(dotted, variable, nearest);
            }
            all.put(name, value);
        });
        return all;
    }

    private static String variable(String name) {
        return ENVIRONMENT + name.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    private static void check(
            String name, String value, String where, BiFunction<String, Collection<String>, List<String>> nearest) {
        ConfigKey key = KNOWN.get(name);
        if (key == null) {
            throw unknown(name, where, nearest);
        }
        String why = FixedProperties.why(name);
        if (why != null) {
            throw new IllegalArgumentException(where + ": " + name + " is not to be set: " + why);
        }
        try {
            Object parsed = ConfigDef.parseType(name, value, key.type());
            if (key.validator != null) {
                key.validator.ensureValid(name, parsed);
            }
            checkLogin(name, parsed, where);
        } catch (ConfigException e) {
            String reason = isSecret(name) ? "its value cannot be read" : String.valueOf(e.getMessage());
            throw new IllegalArgumentException(where + ": " + name + " is not right: " + reason);
        }
    }

    /** The client would repeat a part of it, which may be a password. */
    private static void checkLogin(String name, @Nullable Object parsed, String where) {
        if (name.equals(SaslConfigs.SASL_JAAS_CONFIG) && parsed instanceof Password) {
            try {
                JaasContext.loadClientContext(Map.of(name, parsed));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        where + ": " + name + " is not right: CLASS required username=\"...\" "
                                + "password=\"...\"; is needed, with the quotes and the semicolon");
            }
        }
    }

    private static IllegalArgumentException unknown(
            String name, String where, BiFunction<String, Collection<String>, List<String>> nearest) {
        String answer = LibrdkafkaNames.answer(name);
        List<String> near = answer == null ? nearest.apply(name, KNOWN.keySet()) : List.of();
        String hint = answer != null
                ? ": it is librdkafka's; " + answer
                : near.isEmpty()
                        ? ": see https://kafka.apache.org/documentation/#configuration"
                        : "; did you mean " + String.join(", ", near) + "?";
        return new IllegalArgumentException(where + ": Kafka's client has no property \"" + name + "\"" + hint);
    }

    private static void refuseSecrets(String name) {
        if (isSecret(name)) {
            throw new IllegalArgumentException("-X " + name
                    + " would show a secret to everybody who lists processes: put it into a file for -F, or into "
                    + variable(name));
        }
    }

    /** Whether a value is not for all eyes; also of names that only librdkafka has. */
    static boolean isSecret(String name) {
        ConfigKey key = KNOWN.get(name);
        return (key != null && key.type() == ConfigDef.Type.PASSWORD)
                || name.contains("password")
                || name.contains("secret")
                || name.contains("passphrase")
                || name.equals("sasl.jaas.config")
                || name.equals("ssl.key.pem");
    }

    /** What is loaded is for an administrator to name, in a file. */
    private static void refuseClasses(String name, String where) {
        ConfigKey key = KNOWN.get(name);
        boolean isClass = (key != null && key.type() == ConfigDef.Type.CLASS)
                || name.endsWith(".class")
                || name.equals("security.providers");
        if (isClass && FixedProperties.why(name) == null) {
            throw new IllegalArgumentException(
                    where + ": " + name + " names a class that would be loaded: only the file of -F may do that");
        }
    }

    private static void warnOfReaders(Path file, Map<String, String> properties, Consumer<String> warning) {
        List<String> secrets =
                properties.keySet().stream().filter(ClientProperties::isSecret).toList();
        if (secrets.isEmpty()) {
            return;
        }
        SecretFile.warn(file, secrets.get(0), warning);
    }

    private static String withPorts(String brokers) {
        StringBuilder all = new StringBuilder();
        for (String broker : brokers.split(",", -1)) {
            String one = broker.strip();
            if (one.isEmpty()) {
                throw new IllegalArgumentException(
                        "bad broker \"" + brokers + "\": HOST:PORT is needed, several with commas");
            }
            int colon = one.lastIndexOf(':');
            boolean hasPort = colon > one.lastIndexOf(']');
            String host = hasPort ? one.substring(0, colon) : one;
            if (!HOST.matcher(host).matches()) {
                throw new IllegalArgumentException("bad broker \"" + one
                        + "\": HOST:PORT is needed, an address of IPv6 in brackets, e.g. [::1]:9092");
            }
            if (hasPort) {
                checkPort(one, one.substring(colon + 1));
            }
            all.append(all.isEmpty() ? "" : ",").append(one).append(hasPort ? "" : ":" + DEFAULT_PORT);
        }
        return all.toString();
    }

    private static void checkPort(String broker, String port) {
        try {
            int number = Integer.parseInt(port);
            if (number > 0 && number <= 0xffff) {
                return;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new IllegalArgumentException(
                "bad broker \"" + broker + "\": its port is 1 to 65535, e.g. localhost:9092");
    }
}
