package io.sightlog.journal.internal.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much room a file takes, asked as the first thing that a process does. */
final class BytesOnDiskTest {
    private static final long APPARENT = 64 << 20;

    @TempDir
    Path temp;

    @Test
    void aSparseFileTakesWhatIsInItAlsoForAProcessThatHasAskedNothingBefore() throws Exception {
        assumeTrue(Proc.LINUX, "only Linux says how many blocks a file has");
        Path file = temp.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(APPARENT);
            sparse.write(1);
        }
        Path out = temp.resolve("out");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Asks.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        String[] said = Files.readString(out, StandardCharsets.UTF_8).trim().split(" ");
        assertThat(said).hasSize(3);
        for (String bytes : said) {
            assertThat(Long.parseLong(bytes)).isBetween(1L, APPARENT / 8);
        }
    }

    static final class Asks {
        public static void main(String... args) throws IOException {
            Path file = Path.of(args[0]);
            System.out.print(Disk.bytesOnDisk(file) + " " + Disk.bytesOnDisk(file) + " " + Disk.bytesOnDisk(file));
        }
    }
}
