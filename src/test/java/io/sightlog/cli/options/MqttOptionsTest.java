package io.sightlog.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.bridge.mqtt.MqttAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Options of mosquitto's programs, and what is said to those who mean something else by them. */
class MqttOptionsTest {
    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();

    @Command(name = "mqtt")
    static final class Verb {
        @Mixin
        QueueOption queue = new QueueOption();

        @Mixin
        MqttOptions mqtt = new MqttOptions();
    }

    private MqttAddress address(Map<String, String> environment, String... arguments) throws IOException {
        Verb verb = new Verb();
        new CommandLine(verb).parseArgs(arguments);
        return verb.mqtt.address(verb.queue, "me", environment, warnings::add);
    }

    private MqttAddress address(String... arguments) throws IOException {
        return address(Map.of(), arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "'', localhost:1883, false",
        "--host broker, broker:1883, false",
        "--host broker -p 8883, broker:8883, true",
        "--host broker --tls, broker:8883, true",
        "--tls -p 1, localhost:1, true"
    })
    void thePortGoesWithTls(String arguments, String address, boolean tls) throws IOException {
        MqttAddress given = address(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        assertThat(given).hasToString(address);
        assertThat(given.tls() != null).isEqualTo(tls);
    }

    @ParameterizedTest
    @CsvSource({
        "-q 1, the quality of service is --qos 1",
        "-q 2 --host b, --qos 2",
        "--qos 3, 'bad --qos 3: 0, 1 or 2'",
        "-P secret, --password-file FILE",
        "--pw secret, SIGHTLOG_MQTT_PASSWORD",
        "--insecure, --insecure is for TLS",
        "--cert c.pem, --cert and --key-file go together",
        "--password-file pw, --password-file needs --user",
        "-p 70000, bad port 70000",
        "--host tcp://broker:1883, 'bad host \"tcp://broker:1883\": a name or an address alone'",
        "--host broker:1883, 'the port is -p'",
        "--host broker/mqtt, 'bad host \"broker/mqtt\"'"
    })
    void whatDoesNotGoIsAnsweredWithWhatDoes(String arguments, String answer) {
        assertThatThrownBy(() -> address(arguments.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(answer)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "fe80::1%eth0", "192.0.2.1", "münchen.example"})
    void addressesOfAllKindsAreHosts(String host) throws IOException {
        assertThat(address("--host", host).host()).isEqualTo(host);
    }

    @Test
    void aJournalThatIsReallyCalledOneIsAJournal() throws IOException {
        Path one = Files.createDirectory(folder.resolve("1"));
        assertThat(address("-q", one.toString()).host()).isEqualTo("localhost");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void thePasswordIsTheFirstLineOfItsFileAndOthersWhoCanReadItAreWarnedOf() throws IOException {
        Path file = Files.writeString(folder.resolve("pw"), "sword fish\r\nmore\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(address("--user", "me", "--password-file", file.toString()).password())
                .isEqualTo("sword fish");
        assertThat(warnings).containsExactly(file + " holds a password and can be read by others: chmod 600 " + file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        address("-u", "me", "--password-file", file.toString());
        assertThat(warnings).hasSize(1);
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> address("-u", "me", "--password-file", file.toString()))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " has no password in its first line");
    }

    @Test
    void orItComesFromTheEnvironment() throws IOException {
        Map<String, String> environment = Map.of("SIGHTLOG_MQTT_PASSWORD", "swordfish");
        assertThat(address(environment, "--user", "me").password()).isEqualTo("swordfish");
        assertThat(address(environment).password()).as("without a user").isNull();
    }
}
