package io.sightlog.bridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.bridge.kafka.ClientProperties.Given;
import io.sightlog.detect.Near;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientPropertiesTest {
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required "
            + "username=\"ann\" password=\"hunter2\";";

    @TempDir
    private Path folder = Path.of("");

    private final List<String> warnings = new ArrayList<>();

    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws IOException {
        Path file = file("linger.ms=1\nbatch.size=1000\nclient.id=file", "rw-r--r--");
        ClientProperties properties = read(new Given(
                "there:1",
                file,
                List.of("linger.ms=3"),
                Map.of("SIGHTLOG_KAFKA_LINGER_MS", "2", "SIGHTLOG_KAFKA_BATCH_SIZE", "2000", "HOME", "/")));

        assertThat(properties.producer(Map.of(), Map.of()))
                .containsEntry("linger.ms", "3")
                .containsEntry("batch.size", "2000")
                .containsEntry("client.id", "file")
                .containsEntry("bootstrap.servers", "there:1");
        assertThat(warnings).as("there is no secret in the file").isEmpty();
    }

    @Test
    void eachClientGetsOnlyWhatItKnows() throws IOException {
        ClientProperties properties = read(settings("linger.ms=3", "fetch.min.bytes=7", "request.timeout.ms=900"));

        assertThat(properties.producer(Map.of(), Map.of()))
                .containsKeys("linger.ms", "request.timeout.ms")
                .doesNotContainKey("fetch.min.bytes");
        assertThat(properties.consumer(Map.of(), Map.of()))
                .containsKeys("fetch.min.bytes", "request.timeout.ms")
                .doesNotContainKey("linger.ms");
        assertThat(properties.admin(Map.of()))
                .containsKey("request.timeout.ms")
                .doesNotContainKeys("linger.ms", "fetch.min.bytes");
    }

    @Test
    void whatTheBridgeNeedsWinsAndWhatItLikesDoesNot() throws IOException {
        ClientProperties properties = read(settings("linger.ms=3"));

        assertThat(properties.producer(Map.of("acks", "all"), Map.of("linger.ms", "0", "batch.size", "5")))
                .containsEntry("linger.ms", "3")
                .containsEntry("batch.size", "5")
                .containsEntry("acks", "all");
    }

    @Test
    void nothingCallsHomeAndNothingOfOthersRuns() throws IOException {
        ClientProperties properties = read(settings());

        for (Map<String, Object> client : List.of(
                properties.producer(Map.of(), Map.of()),
                properties.consumer(Map.of(), Map.of()),
                properties.admin(Map.of()))) {
            assertThat(client)
                    .containsEntry("enable.metrics.push", "false")
                    .containsEntry("metric.reporters", List.of());
        }
    }

    @Test
    void everySecretOfTheClientIsRefusedOnTheCommandLineAndNeverRepeated() {
        List<String> secrets = new ArrayList<>();
        for (ConfigDef of :
                List.of(ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef())) {
            of.configKeys().forEach((name, key) -> {
                if (key.type() == ConfigDef.Type.PASSWORD) {
                    secrets.add(name);
                }
            });
        }
        assertThat(secrets)
                .contains("sasl.jaas.config", "ssl.keystore.key", "ssl.key.password", "ssl.truststore.password");
        secrets.add("sasl.password");
        for (String secret : secrets) {
            assertThatThrownBy(() -> read(settings(secret + "=hunter2")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(secret)
                    .hasMessageContaining("-F")
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Test
    void secretsComeFromAFileOrTheEnvironment() throws IOException {
        Path file = file("sasl.jaas.config=" + LOGIN, "rw-------");

        assertThat(read(new Given("a:1", file, List.of(), Map.of())).admin(Map.of()))
                .containsEntry("sasl.jaas.config", LOGIN);
        assertThat(read(new Given("a:1", null, List.of(), Map.of("SIGHTLOG_KAFKA_SASL_JAAS_CONFIG", LOGIN)))
                        .admin(Map.of()))
                .containsEntry("sasl.jaas.config", LOGIN);
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--"})
    void aFileWithASecretThatOthersCanReadIsWarnedOf(String permissions) throws IOException {
        Path file = file("ssl.key.password=hunter2", permissions);
        read(new Given("a:1", file, List.of(), Map.of()));

        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("ssl.key.password", "chmod 600 " + file)
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "linger.m|did you mean linger.ms",
                "compresion.type|did you mean compression.type",
                "zzzzzzzzzz|see https://kafka.apache.org",
                "metadata.broker.list|-b names the brokers",
                "sasl.username|PlainLoginModule",
                "sasl.mechanisms|calls it sasl.mechanism",
                "ssl.ca.location|ssl.truststore.type=PEM",
                "queue.buffering.max.ms|calls it linger.ms",
                "message.max.bytes|calls it max.request.size",
                "compression.codec|calls it compression.type",
                "request.required.acks|calls it acks",
                "socket.timeout.ms|calls it request.timeout.ms",
                "message.timeout.ms|calls it delivery.timeout.ms",
                "debug|--verbose",
            })
    void aNameThatIsNotKnownIsRefusedWithTheRightOne(String name, String answer) {
        assertThatThrownBy(() -> read(settings(name + "=1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + name + "\"")
                .hasMessageContaining(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x.Module required password=\"hunter2\"",
                "x.Module hunter2;",
                "hunter2",
                "x.Module required hunter2;"
            })
    void aLoginThatCannotBeReadIsRefusedWithoutRepeatingIt(String login) throws IOException {
        Path file = file("sasl.jaas.config=" + login, "rw-------");
        Given ofFile = new Given("a:1", file, List.of(), Map.of());
        Given ofEnvironment = new Given("a:1", null, List.of(), Map.of("SIGHTLOG_KAFKA_SASL_JAAS_CONFIG", login));

        for (Given given : List.of(ofFile, ofEnvironment)) {
            assertThatThrownBy(() -> read(given))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sasl.jaas.config is not right")
                    .hasMessageContaining("semicolon")
                    .hasNoCause()
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Test
    void aVariableThatIsNotKnownIsRefused() {
        assertThatThrownBy(() -> read(new Given("a:1", null, List.of(), Map.of("SIGHTLOG_KAFKA_LINGER", "1"))))
                .hasMessageContaining("SIGHTLOG_KAFKA_LINGER")
                .hasMessageContaining("linger.ms");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acks",
                "enable.idempotence",
                "key.serializer",
                "delivery.timeout.ms",
                "max.block.ms",
                "group.id",
                "isolation.level",
                "interceptor.classes",
                "metric.reporters",
                "enable.metrics.push",
                "transactional.id",
                "config.providers",
                "partitioner.class"
            })
    void whatTheBridgeFixesIsRefusedWithWhyEverywhere(String name) throws IOException {
        Path file = file(name + "=1", "rw-------");
        assertThatThrownBy(() -> read(settings(name + "=1")))
                .hasMessageContaining("-X: " + name + " is not to be set: ");
        assertThatThrownBy(() -> read(new Given("a:1", file, List.of(), Map.of())))
                .hasMessageContaining(file + ": " + name + " is not to be set: ");
        String variable =
                "SIGHTLOG_KAFKA_" + name.toUpperCase(java.util.Locale.ROOT).replace('.', '_');
        assertThatThrownBy(() -> read(new Given("a:1", null, List.of(), Map.of(variable, "1"))))
                .hasMessageContaining(variable + ": " + name + " is not to be set: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl.engine.factory.class",
                "sasl.login.class",
                "sasl.client.callback.handler.class",
                "security.providers"
            })
    void onlyTheFileNamesClasses(String name) throws IOException {
        assertThatThrownBy(() -> read(settings(name + "=java.lang.Object")))
                .hasMessageContaining("only the file of -F may do that");
        String variable =
                "SIGHTLOG_KAFKA_" + name.toUpperCase(java.util.Locale.ROOT).replace('.', '_');
        assertThatThrownBy(() -> read(new Given("a:1", null, List.of(), Map.of(variable, "java.lang.Object"))))
                .hasMessageContaining(variable)
                .hasMessageContaining("only the file of -F may do that");
        Path file = file(name + "=java.lang.Object", "rw-------");
        assertThat(read(new Given("a:1", file, List.of(), Map.of())).admin(Map.of()))
                .containsEntry(name, "java.lang.Object");
    }

    @ParameterizedTest
    @CsvSource({"linger.ms, soon", "linger.ms, -1", "compression.type, rar", "security.protocol, tls", "batch.size, 1.5"
    })
    void aValueThatCannotBeIsRefused(String name, String value) {
        assertThatThrownBy(() -> read(settings(name + "=" + value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-X: " + name + " is not right: ")
                .hasMessageContaining(value);
    }

    @Test
    void aSettingNeedsANameAndAValue() {
        assertThatThrownBy(() -> read(settings("linger.ms"))).hasMessageContaining("NAME=VALUE");
        assertThatThrownBy(() -> read(settings("=1"))).hasMessageContaining("NAME=VALUE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a|a:9092",
                "a:1, b|a:1,b:9092",
                "[::1]|[::1]:9092",
                "[fe80::1%eth0]:7|[fe80::1%eth0]:7",
                "SSL://my_host.a-b:7|SSL://my_host.a-b:7"
            })
    void brokersHaveAPortByDefault(String given, String understood) throws IOException {
        assertThat(read(new Given(given, null, List.of(), Map.of())).brokers()).isEqualTo(understood);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:", "a:x", "a:70000", "a:0", "a,,b", "::1", ":9092", "[::1", "a b:1", "http://a:1/"})
    void badBrokersAreRefused(String given) {
        assertThatThrownBy(() -> read(new Given(given, null, List.of(), Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("broker");
    }

    @Test
    void brokersMayBeInTheFileButNotInASetting() throws IOException {
        Path file = file("bootstrap.servers=f:1", "rw-r--r--");

        assertThat(read(new Given(null, file, List.of(), Map.of())).brokers()).isEqualTo("f:1");
        assertThat(read(new Given("b:2", file, List.of(), Map.of())).brokers()).isEqualTo("b:2");
        assertThatThrownBy(() -> read(settings("bootstrap.servers=x:1"))).hasMessageContaining("-b names the brokers");
        assertThatThrownBy(() -> read(new Given(null, null, List.of(), Map.of())))
                .hasMessageContaining("-b HOST:PORT");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws IOException {
        Path absent = folder.resolve("absent");
        assertThatThrownBy(() -> read(new Given("a:1", absent, List.of(), Map.of())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("absent");
        assertThatThrownBy(() -> read(new Given("a:1", folder, List.of(), Map.of())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.toString());
        Path latin = folder.resolve("latin");
        Files.write(latin, new byte[] {'a', '=', (byte) 0xe9});
        assertThatThrownBy(() -> read(new Given("a:1", latin, List.of(), Map.of())))
                .hasMessageContaining("not UTF-8");
    }

    private Path file(String text, String permissions) throws IOException {
        Path file = folder.resolve("client.properties");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    private static Given settings(String... settings) {
        return new Given("a:1", null, List.of(settings), Map.of());
    }

    private ClientProperties read(Given given) throws IOException {
        return ClientProperties.read(given, Near::nearest, warnings::add);
    }
}
