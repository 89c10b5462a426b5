package io.sightlog.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is unpacked is whole, ours, and unpacked once. */
class UnpackedTest {
    @TempDir
    Path cache;

    private Packed jna;

    @BeforeEach
    void known() throws IOException {
        assumeTrue(Bundle.Platform.KNOWN, "the bundles of this platform are not known");
        jna = Packed.find(Bundle.JNA);
    }

    @Test
    void filesAreThoseOfTheJarAndForTheirOwnerAlone() throws IOException {
        Path folder = Unpacked.of(jna, cache);

        assertThat(names(cache)).containsExactly(jna.folderName());
        assertThat(names(folder)).containsExactly("SHA256SUMS", "libjnidispatch.so");
        Path library = folder.resolve("libjnidispatch.so");
        try (InputStream in = jna.items().get(0).open()) {
            assertThat(library).hasBinaryContent(in.readAllBytes());
        }
        for (Path file : List.of(folder, library)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .doesNotMatch("...(.*[rwx].*)");
        }
    }

    @Test
    void whatIsThereIsTakenAsItIs() throws IOException {
        Path library = Unpacked.of(jna, cache).resolve("libjnidispatch.so");
        FileTime made = Files.getLastModifiedTime(library);

        Unpacked.of(jna, cache);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(made);
    }

    @Test
    void whatIsNotWholeIsMadeAgain() throws IOException {
        Path library = Unpacked.of(jna, cache).resolve("libjnidispatch.so");
        byte[] whole = Files.readAllBytes(library);

        Files.write(library, new byte[10]);
        Unpacked.of(jna, cache);
        assertThat(library).hasBinaryContent(whole);
        Files.delete(library);
        Unpacked.of(jna, cache);
        assertThat(library).hasBinaryContent(whole);
        assertThat(names(cache)).containsExactly(jna.folderName());
    }

    @Test
    void whatOthersMayWriteToIsRefused() throws IOException {
        Path library = Unpacked.of(jna, cache).resolve("libjnidispatch.so");
        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertThatThrownBy(() -> Unpacked.of(jna, cache))
                .isInstanceOf(UnsafeFolderException.class)
                .hasMessageContaining(library + " can be written by others (mode 666)");
    }

    @Test
    void manyAtOnceAllGetTheSame() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<Path>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(threads.submit(() -> Unpacked.of(jna, cache)));
        }
        for (Future<Path> one : all) {
            assertThat(one.get()).isEqualTo(cache.resolve(jna.folderName()));
        }
        threads.shutdown();
        assertThat(names(cache)).containsExactly(jna.folderName());
    }

    @Test
    void whatADeadOneLeftGoesAndWhatALivingOneHasStays() throws IOException {
        Path dead = Files.createDirectory(cache.resolve(".unpacking-dead"), SafeFolder.attributes("rwx------"));
        Files.createFile(dead.resolve("lock"));
        Files.createFile(Files.createDirectory(dead.resolve("files")).resolve("half.so"));
        Path outside = Files.createFile(cache.resolve("outside"));
        Files.createSymbolicLink(dead.resolve("link"), outside);
        Path unlocked = Files.createDirectory(cache.resolve(".unpacking-new"), SafeFolder.attributes("rwx------"));
        try (HeldFolder living = HeldFolder.make(cache, ".unpacking-")) {
            Unpacked.of(jna, cache);

            assertThat(living.path()).exists();
            assertThat(outside).exists();
            assertThat(unlocked).exists(); // somebody may be at it right now
            assertThat(dead).doesNotExist();
        }
        Files.setLastModifiedTime(unlocked, FileTime.fromMillis(0));
        HeldFolder.make(cache, ".unpacking-").close();
        assertThat(names(cache)).containsExactly(jna.folderName(), "outside");
    }

    @Test
    void everyBundleIsThereWithAllThatItNeeds() throws IOException {
        for (Bundle bundle : Bundle.values()) {
            Packed packed = Packed.find(bundle);
            for (Bundle.Part part : bundle.parts()) {
                if (part.use() == Bundle.Use.UNPACKED) {
                    continue; // of other builds
                }
                for (String name : part.names()) {
                    assertThat(packed.items())
                            .anyMatch(item -> item.name().matches(Pattern.quote(name) + "(-[\\d.-]+)?\\.so.*"));
                }
            }
        }
    }

    private static Set<String> names(Path folder) throws IOException {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        return names;
    }
}
