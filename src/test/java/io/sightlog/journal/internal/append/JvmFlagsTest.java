package io.sightlog.journal.internal.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.format.JournalDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JvmFlagsTest {
    @TempDir
    Path temp;

    @Test
    void whatTheTestsAreStartedWithIsEnough() {
        assertThatCode(() -> JvmFlags.check(new JournalDirectory(temp))).doesNotThrowAnyException();
    }

    @Test
    void aLibraryForWhichNothingIsOpenedIsRefusedWithTheFlags() {
        Module strange = new ClassLoader(null) {}.getUnnamedModule();
        Module platform = Object.class.getModule();
        assertThat(platform.isOpen("java.lang.reflect", strange)).isTrue(); // ALL-UNNAMED
        Module named = java.sql.Driver.class.getModule();
        assertThatThrownBy(() -> JvmFlags.check(new JournalDirectory(temp), named))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining(JvmFlags.NEEDED)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aProgramWithoutThemIsToldInOneLineAndMakesNothing() throws Exception {
        Path journal = temp.resolve("q");
        Path out = temp.resolve("out");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Bare.class.getName(),
                        journal.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readAllLines(out).stream().filter(line -> !line.startsWith("WARNING")))
                .singleElement()
                .asString()
                .contains("cannot append to journal " + journal, JvmFlags.NEEDED);
        assertThat(journal).doesNotExist();
    }

    /** A program that embeds the journal and was started without any flag. */
    static final class Bare {
        public static void main(String[] args) throws IOException {
            try (io.sightlog.journal.JournalWriter writer =
                    io.sightlog.journal.Journal.open(Path.of(args[0])).writer()) {
                System.out.println("appends as " + writer.producer());
            } catch (JournalException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
