package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says, and with which exit code. */
final class DoctorTest {
    @TempDir
    Path temp;

    @Test
    void findsNothingThenSomethingThatItsRemedyMends() throws IOException {
        String queue = temp.resolve("journal").toString();
        Sightlog.feed(Ndjson.lines("door", 0, 3), "append", "-q", queue).expect(0);
        Files.setPosixFilePermissions(Path.of(queue), PosixFilePermissions.fromString("rwx------"));
        assertThat(Sightlog.run("doctor", "-q", queue).expect(0).out())
                .singleElement()
                .asString()
                .contains("hourly, 1 cycle", "nothing found");
        assertThat(Sightlog.run("doctor", "-q", queue, "--json").expect(0).out())
                .isEmpty();

        Files.delete(Path.of(queue, "sightlog.signal"));
        assertThat(Sightlog.run("doctor", "-q", queue).expect(3).out())
                .anyMatch(line -> line.startsWith("files") && line.contains("sightlog.signal is missing"))
                .anyMatch(line -> line.contains("-> sightlog append -q " + queue + " < /dev/null"));
        assertThat(Sightlog.run("doctor", "-q", queue, "--json").expect(3).out())
                .singleElement()
                .asString()
                .startsWith("{\"area\":\"files\",\"text\":");
        Sightlog.run("append", "-q", queue).expect(0);
        Sightlog.run("doctor", "-q", queue).expect(0);
    }

    @Test
    void whatIsNoJournalIsToldInOneLine() throws IOException {
        Path file = Files.writeString(temp.resolve("notes.txt"), "not a journal");
        assertThat(Sightlog.run("doctor", "-q", temp.toString()).expect(1).err())
                .singleElement()
                .asString()
                .contains("is not a journal");
        assertThat(Sightlog.run("doctor", "-q", file.toString()).expect(1).err())
                .singleElement()
                .asString()
                .contains("it is a file");
        assertThat(Sightlog.run("doctor", "-q", temp.resolve("none").toString())
                        .expect(1)
                        .err())
                .singleElement()
                .asString()
                .contains("no journal in");
    }
}
