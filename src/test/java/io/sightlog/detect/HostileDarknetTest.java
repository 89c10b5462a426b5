package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cfgs and weights that are cut, changed, too large or nothing of the kind: each is one line, or a model that runs. */
@Tag("slow")
class HostileDarknetTest {
    private static final String CFG = """
            [net]
            width=32
            height=32
            channels=3
            [convolutional]
            filters=4
            size=3
            stride=2
            pad=1
            batch_normalize=1
            activation=leaky
            [maxpool]
            size=2
            stride=2
            [convolutional]
            filters=8
            size=1
            activation=linear
            [route]
            layers=-1,-2
            [upsample]
            stride=2
            [reorg]
            stride=2
            [shortcut]
            from=-1
            activation=linear
            [convolutional]
            filters=7
            size=1
            activation=linear
            [yolo]
            mask=0
            anchors=5,6,10,12
            classes=2
            num=2
            """;

    private static final Pattern WANTED = Pattern.compile("their net wants (\\d+)");

    @TempDir
    Path folder;

    private Path cfg;
    private Path weights;

    @BeforeEach
    void makeModel() throws IOException {
        cfg = Files.writeString(folder.resolve("net.cfg"), CFG);
        weights = folder.resolve("net.weights");
        MadeWeights.write(cfg, weights);
    }

    private Detector open() {
        return Detector.open(Model.find(cfg.toString()), DetectorOptions.DEFAULT);
    }

    /** The one line, or nothing when it runs. */
    private String tried() {
        try (Detector detector = open()) {
            assertThat(detector.card().labels()).isNotEmpty();
            return "";
        } catch (ModelException e) {
            assertThat(e.getMessage()).isNotBlank().matches("[\\x20-\\x7e]{1,900}");
            return e.getMessage();
        }
    }

    @Test
    void weightsOfEveryOtherLengthAreRefusedWithBothSizes() throws IOException {
        byte[] whole = Files.readAllBytes(weights);
        assertThat(tried()).isEmpty();
        for (int length = 0; length <= whole.length + 1; length++) {
            if (length != whole.length) {
                Files.write(weights, Arrays.copyOf(whole, length));
                String wanted = " have " + length + " bytes, their net wants " + whole.length + ": the file is ";
                assertThat(tried()).contains(wanted);
            }
        }
    }

    @Test
    void oldWeightsHaveAShorterHeader() throws IOException {
        byte[] whole = Files.readAllBytes(weights);
        byte[] old = Arrays.copyOfRange(whole, 4, whole.length);
        Arrays.fill(old, 0, 16, (byte) 0);
        old[4] = 1;
        Files.write(weights, old);
        assertThat(tried()).isEmpty();
        old[4] = 2;
        Files.write(weights, old);
        assertThat(tried()).contains("have " + old.length + " bytes, their net wants " + whole.length);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            filters=4                | filters=2147483647          | line 6: filters=2147483647; wanted: 1 to 65536
            filters=4                | filters=99999999999999999999 | line 6: filters=99999999999999999999; wanted: a smaller number
            filters=4                | filters=many                | line 6: filters=many; wanted: a whole number
            filters=4                | filters=-4                  | line 6: filters=-4; wanted
            width=32                 | width=1000000               | line 2: width=1000000; wanted: 1 to 8192
            width=32                 | # none                      | line 1: width is missing; wanted: 1 to 8192
            height=32                | height=0                    | line 3: height=0
            channels=3               | channels=1                  | line 4: channels=1; wanted: 3
            [net]                    | [convolutional]             | line 1: [convolutional] stands first; wanted: [net]
            stride=2                 | stride=0                    | line 8: stride=0; wanted: 1 to 255
            size=3                   | size=0                      | line 7: size=0
            size=1                   | size=90                     | line 17: a size of 90 is more than the 8 pixels
            pad=1                    | pad=1;dilation=2;padding=3;groups=2 | line 12: groups=2 does not divide the 3 channels
            activation=leaky         | activation=leeky            | line 11: activation=leeky is not known; near it: leaky
            batch_normalize=1        | xnor=1                      | line 10: [convolutional] with xnor=1 is not supported
            batch_normalize=1        | batch_normalise=1           | line 10: [convolutional] has no key batch_normalise; near it: batch_normalize
            batch_normalize=1        | share_index=-1              | line 10: [convolutional] with share_index=-1 is not supported
            batch_normalize=1        | dontload=1                  | line 10: [convolutional] with dontload=1 is not supported
            [maxpool]                | [maxpoll]                   | line 12: [maxpoll] is no known layer; near it: maxpool
            [maxpool]                | [Gaussian_yolo]             | line 12: [Gaussian_yolo] is not supported
            [maxpool]                | [net]                       | line 12: [net] stands first in a cfg
            [maxpool]                | [maxpool                    | line 12: [maxpool is no section
            layers=-1,-2             | layers=-99                  | line 20: layers has the layer -99 in [route]; there are 3 before it
            layers=-1,-2             | layers=3                    | line 20: layers has the layer 3 in [route]
            layers=-1,-2             | layers=-1,                  | line 20: layers=; wanted: a whole number
            layers=-1,-2             | layers=-1,0                 | line 20: [route] has layers of different sizes, 8x8x8 and 16x16x4
            layers=-1,-2             | #                           | line 19: [route] has no layers
            layers=-1,-2             | layers=-1,-2;groups=3       | line 21: groups=3 does not divide the 8 channels
            from=-1                  | from=-9                     | line 26: from has the layer -9
            from=-1                  | from=0                      | line 26: [shortcut] would add layers of different sizes
            from=-1                  | from=-1;weights_type=per_feature | line 27: [shortcut] with weights_type=per_feature is not supported
            filters=7                | filters=8                   | line 32: [yolo] of line 32 has 1 anchors and 2 classes, for which 7 channels should come in, not 8
            mask=0                   | mask=2                      | line 33: mask has 2 in [yolo] of line 32; wanted: 0 to 1
            mask=0                   | mask=-1                     | line 33: mask has -1
            anchors=5,6,10,12        | #                           | line 32: [yolo] of line 32 has 0 anchors; wanted: 1 or more
            anchors=5,6,10,12        | anchors=5                   | line 34: [yolo] of line 32 has 0 anchors
            anchors=5,6,10,12        | anchors=5,x                 | line 34: anchors=x; wanted: a number
            anchors=5,6,10,12        | anchors=1e99,5              | line 34: anchors=1e99; wanted: a number
            classes=2                | classes=2147483647          | line 35: classes=2147483647
            [yolo]                   | [dropout]                   | line 33: [dropout] has no key mask
            num=2                    | num=2;nms_kind=diounms;beta_nms=x | line 38: beta_nms=x; wanted: a number
            channels=3               | channels=3;letter_box=no    | line 5: letter_box=no; wanted: a whole number
            num=2                    | num=2;[maxpool]             | line 37: [maxpool] would read what a detection or cost layer gives
            num=2                    | num=2;[route];layers=-1     | line 38: layers has the layer -1 in [route], a detection or cost layer
            [upsample]               | [upsample];stride=64;[upsample];stride=64;[upsample];stride=64 | line 23: [upsample] would give 12884901888 numbers; at most 268435456
            """)
    void whatIsWrongIsToldWithItsLine(String from, String to, String message) throws IOException {
        assertThat(CFG).contains(from + "\n");
        Files.writeString(
                cfg,
                CFG.replaceFirst(Pattern.quote(from + "\n"), Matcher.quoteReplacement(to.replace(';', '\n') + "\n")));
        assertThat(tried()).contains(message);
    }

    @Test
    void whatIsHarmlessIsReadPast() throws IOException {
        Files.writeString(
                cfg,
                "\ufeff; made by hand\r\n"
                        + CFG.replace("\n", "\r\n")
                                .replace("[net]", "[network]\t# the whole")
                                .replace("[convolutional]", " [ conv ]")
                                .replace(
                                        "size=3", "si ze = 3x3\r\nsize=9\r\nantialiasing=0\r\nlearning_rate=3\r\nxnor=")
                                .replace("stride=2", "stride\t=\t+2 # half"));
        assertThat(tried()).isEmpty();
    }

    @Test
    void filesThatAreNoCfgAreRefused() throws IOException {
        for (String text : new String[] {"", "\n\n", "# nothing", "[net]\n", "[]", "=", "a=1", "[net]\nwidth"}) {
            Files.writeString(cfg, text);
            assertThat(tried()).as(text).isNotEmpty();
        }
        Files.delete(cfg);
        Files.createDirectory(cfg);
        assertThatThrownBy(this::open).hasMessageContaining("is a folder; wanted: a file");
    }

    @Test
    @Timeout(20)
    void enormousCfgsAreRefusedSoon() throws IOException {
        Files.writeString(cfg, CFG + "[route]\nlayers=-1\n".repeat(500_000));
        assertThat(tried()).contains("more than 1048576 bytes");
        Files.writeString(cfg, CFG.substring(0, CFG.indexOf("[yolo]")) + "[route]\nlayers=-1\n".repeat(50_000));
        assertThat(tried()).contains("more than 4000 sections");
        Files.writeString(cfg, CFG + "a=1\n".repeat(200_000));
        assertThat(tried()).contains("line 37: [yolo] has no key a;");
        Files.writeString(cfg, CFG + "max=" + "9".repeat(1_000_000));
        assertThat(tried()).isEmpty();
        Files.writeString(cfg, CFG.replaceFirst("stride=2", "stride=" + "2".repeat(1_000_000)));
        assertThat(tried()).contains("line 8: stride=222").contains("...; wanted: a smaller number");
        String twice = "[route]\nlayers=-1,-1\n".repeat(40);
        Files.writeString(cfg, CFG.replace("[maxpool]", twice + "[maxpool]"));
        assertThat(tried()).contains("[route] would have 2097152 channels; wanted: at most 1048576");
        String large = "[upsample]\nstride=64\n" + "[activation]\nactivation=relu\n".repeat(200);
        Files.writeString(cfg, CFG.replace("[reorg]", large + "[reorg]"));
        assertThat(tried()).contains("up to here the layers would give 2", " numbers; at most 2147483648");
    }

    /** Beginning with one that runs; sizes of weights are given as the refusal wants them. */
    @Test
    void changedAndRandomBytesAreOneLineOrRun() throws IOException {
        Random random = new Random(Seeds.of(HostileDarknetTest.class));
        byte[] good = CFG.getBytes(StandardCharsets.US_ASCII);
        long deadline = System.nanoTime()
                + Duration.ofSeconds(Boolean.getBoolean("sightlog.long") ? 300 : 4)
                        .toNanos();
        int ran = 0;
        int refused = 0;
        while (System.nanoTime() < deadline) {
            byte[] bytes = random.nextInt(10) == 0 ? new byte[random.nextInt(300)] : good.clone();
            for (int i = bytes == good ? 0 : random.nextInt(4) + (bytes.length == good.length ? 0 : bytes.length);
                    i >= 0;
                    i--) {
                if (bytes.length > 0) {
                    bytes[random.nextInt(bytes.length)] =
                            (byte) (random.nextBoolean() ? '0' + random.nextInt(10) : random.nextInt(256));
                }
            }
            Files.write(cfg, bytes);
            String said = tried();
            Matcher wanted = WANTED.matcher(said);
            if (wanted.find() && Long.parseLong(wanted.group(1)) < 1 << 20) {
                byte[] numbers = new byte[Integer.parseInt(wanted.group(1))];
                random.nextBytes(numbers);
                Arrays.fill(numbers, 0, 8, (byte) 1);
                Files.write(weights, numbers);
                said = tried();
            }
            ran += said.isEmpty() ? 1 : 0;
            refused += said.isEmpty() ? 0 : 1;
        }
        assertThat(ran).isPositive();
        assertThat(refused).isPositive();
    }
}
