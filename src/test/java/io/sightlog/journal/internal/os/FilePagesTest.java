package io.sightlog.journal.internal.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FilePagesTest {
    private static final int BYTES = 1 << 20;
    private static final int HALF = BYTES / 2;

    @TempDir
    Path temp;

    private Path file;

    /** The first half of it has been written, and the kernel still has it; of the second one there is nothing. */
    @BeforeEach
    void make() throws IOException {
        assumeTrue(Proc.LINUX, "nothing is asked elsewhere");
        file = temp.resolve("half");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(HALF));
            channel.write(ByteBuffer.allocate(1), BYTES - 1);
        }
    }

    private static MappedByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, BYTES);
        }
    }

    @Test
    void whatTheKernelHasIsThereAndWhatNobodyHasReadIsNot() throws IOException {
        MappedByteBuffer mapping = map(file);
        assertThat(new FilePages(file).areThere(mapping, 0, HALF)).isTrue();
        assertThat(new FilePages(file).areThere(mapping, 4096, HALF - 4097)).isTrue();
        assertThat(new FilePages(file).areThere(mapping, HALF, 4096)).isFalse();
        assertThat(new FilePages(file).areThere(mapping, 0, BYTES)).isFalse();
        assertThat(new FilePages(file).areThere(mapping, HALF - 4096, 4097)).isFalse();
    }

    @Test
    void afterANoItIsNotAskedForAWhile() throws IOException {
        MappedByteBuffer mapping = map(file);
        FilePages pages = new FilePages(file);
        assertThat(pages.areThere(mapping, HALF, HALF)).isFalse();
        for (int i = 0; i < FilePages.PAUSE; i++) {
            assertThat(pages.areThere(mapping, 0, HALF)).isFalse();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(pages.areThere(mapping, 0, HALF)).isTrue();
        }
    }

    /** Whom the kernel tells that all is there, whatever is true. */
    @Test
    void whoMayOnlyReadTheFileOfSomebodyElseBelievesNothing() throws IOException, InterruptedException {
        ForeignPrograms.need("setpriv");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        boolean isRoot = (Integer) Files.getAttribute(temp, "unix:uid") == 0;
        assumeTrue(isRoot, "only root can give a file away");
        Files.setAttribute(file, "unix:uid", 65534);
        List<String> command = new ArrayList<>(List.of("setpriv", "--inh-caps=-all", "--bounding-set=-all"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Stranger.class.getName()));
        command.add(file.toString());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(said).isIn("kernel: true, believed: false", "kernel: false, believed: false");
    }

    static final class Stranger {
        private Stranger() {}

        public static void main(String... args) throws IOException {
            Path file = Path.of(args[0]);
            MappedByteBuffer mapping = map(file);
            System.out.print("kernel: " + mapping.isLoaded());
            System.out.print(", believed: " + new FilePages(file).areThere(mapping, 0, BYTES));
        }
    }
}
