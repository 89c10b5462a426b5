package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights as large as those of YOLOv4 run in a heap of a quarter of them: they are never in it. */
@Tag("slow")
class LargeDarknetTest {
    private static final int SECONDS = 120;
    private static final String LAYERS = """
            filters=1024 size=3 pad=1 stride=8 batch_normalize=1 activation=leaky
            filters=2048 size=3 pad=1 batch_normalize=1 activation=leaky
            filters=1024 size=3 pad=1 batch_normalize=1 activation=leaky
            filters=2048 size=3 pad=1 stride=2 batch_normalize=1 activation=leaky
            filters=2048 size=1 batch_normalize=1 activation=leaky
            filters=14 size=1 activation=linear
            """;

    @TempDir
    Path folder;

    @Test
    void weightsOf245MegabytesNeedAHeapOf64() throws Exception {
        String layers =
                LAYERS.indent(0).replaceAll("(?m)^", "[convolutional]\n").replaceFirst("\\[convolutional]\n$", "");
        Path cfg = Files.writeString(
                folder.resolve("large.cfg"),
                "[net]\nwidth=32\nheight=32\nchannels=3\n" + layers.replace(' ', '\n')
                        + "[yolo]\nclasses=2\nnum=2\nanchors=5,6,10,12\n");
        try (RandomAccessFile weights =
                new RandomAccessFile(folder.resolve("large.weights").toFile(), "rw")) {
            weights.write(new byte[] {0, 0, 0, 0, 2});
            weights.setLength(243_626_060); // zeros that take no room
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path"), "io.sightlog.cli.Main"));
        command.addAll(List.of("produce", "-q", folder.resolve("queue").toString(), "--model", cfg.toString()));
        command.add(Path.of("src/main/resources/io/sightlog/demo/dog.jpg")
                .toAbsolutePath()
                .toString());
        Path printed = folder.resolve("printed");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
            assertThat(process.exitValue()).as(text(printed)).isZero();
            assertThat(text(printed)).contains("labels are class 0 to class 1");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
