package io.sightlog.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native code comes only from where nobody else can put any. */
class SafeFolderTest {
    @TempDir
    Path scratch;

    @BeforeEach
    void owners() throws IOException {
        assumeTrue(Owners.KNOWN, "no owners of files here");
        scratch = scratch.toRealPath();
    }

    @Test
    void aNewFolderIsForItsOwnerAlone() throws IOException {
        Path folder = scratch.resolve("a/b/sightlog");
        SafeFolder.make(folder);

        assertThat(mode(folder)).isEqualTo("rwx------");
        assertThat(mode(folder.getParent())).isEqualTo("rwx------");
        assertThat(SafeFolder.resolve(folder)).isEqualTo(folder);
    }

    @Test
    void aFolderThatOthersMayWriteToIsRefusedWithItsName() throws IOException {
        for (String mode : new String[] {"rwxrwx---", "rwx----w-", "rwxrwxrwx"}) {
            Path open = directory("open-" + mode, mode);
            assertThatThrownBy(() -> SafeFolder.resolve(open))
                    .isInstanceOf(UnsafeFolderException.class)
                    .hasMessageContaining("it can be written by others")
                    .hasMessageContaining("--cache-dir");
            assertThatThrownBy(() -> SafeFolder.resolve(open.resolve("not/there/yet")))
                    .hasMessageContaining(open + " can be written by others");
        }
    }

    @Test
    void aStickyFolderIsGoodEnoughAboveAndNotForTheLibraries() throws Exception {
        Path sticky = directory("sticky", "rwxrwxrwx");
        int done =
                new ProcessBuilder("chmod", "1777", sticky.toString()).start().waitFor();
        assumeTrue(done == 0, "no chmod here");
        Path ours = Files.createDirectory(sticky.resolve("ours"), SafeFolder.attributes("rwx------"));

        assertThat(SafeFolder.resolve(ours)).isEqualTo(ours);
        assertThat(SafeFolder.resolveParent(sticky)).isEqualTo(sticky);
        assertThatThrownBy(() -> SafeFolder.resolve(sticky)).isInstanceOf(UnsafeFolderException.class);
    }

    @Test
    void linksAreFollowedAndWhatTheyPassIsLookedAt() throws IOException {
        Path real = directory("real", "rwx------");
        Path link = Files.createSymbolicLink(scratch.resolve("link"), Path.of("real"));
        Path open = directory("open", "rwxrwxrwx");
        Path within = Files.createDirectory(open.resolve("within"), SafeFolder.attributes("rwx------"));
        Path around = Files.createSymbolicLink(scratch.resolve("around"), within);
        Path circle = Files.createSymbolicLink(scratch.resolve("circle"), Path.of("circle"));

        assertThat(SafeFolder.resolve(link.resolve("cache"))).isEqualTo(real.resolve("cache"));
        assertThatThrownBy(() -> SafeFolder.resolve(around)).hasMessageContaining(open + " can be written by others");
        assertThatThrownBy(() -> SafeFolder.resolve(circle)).hasMessageContaining("too many links");
    }

    @Test
    void theFirstPlaceThatIsNamedIsTaken() {
        Path given = Path.of("/given");
        Map<String, String> all =
                Map.of("SIGHTLOG_CACHE", "/variable", "XDG_CACHE_HOME", "/xdg", "HOME", scratch.toString());

        assertThat(CacheFolder.choose(given, null, all, "/")).isEqualTo(new CacheFolder(given, true));
        assertThat(CacheFolder.choose(null, null, all, "/")).isEqualTo(new CacheFolder(Path.of("/variable"), true));
        assertThat(chosen(Map.of("XDG_CACHE_HOME", "/xdg", "HOME", "/"), "/")).isEqualTo("/xdg/sightlog");
        assertThat(chosen(Map.of("XDG_CACHE_HOME", "relative", "HOME", scratch.toString()), "/"))
                .isEqualTo(scratch + "/.cache/sightlog");
        assertThat(chosen(Map.of(), scratch.toString())).isEqualTo(scratch + "/.cache/sightlog");
    }

    @Test
    void aHomeThatIsNoneIsNone() {
        for (String home : new String[] {"?", "", "relative", scratch + "/missing"}) {
            assertThat(CacheFolder.choose(null, null, Map.of(), home)).as(home).isNull();
            assertThat(CacheFolder.choose(null, null, Map.of("HOME", home), "?"))
                    .as(home)
                    .isNull();
        }
    }

    private static String chosen(Map<String, String> environment, String home) {
        return String.valueOf(CacheFolder.choose(null, null, environment, home).path());
    }

    private Path directory(String name, String mode) throws IOException {
        Path made = Files.createDirectory(scratch.resolve(name));
        return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(mode));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
