package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.ForeignPrograms;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies that are made beside a producer that appends, as docs/operations.md has them. */
final class BackupTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cp -a journal copy",
                "rsync -a --sparse journal/ copy/",
                "rsync -a journal/ copy/",
                "mkdir copy && tar -cSf - journal | tar -xf - -C copy --strip-components=1"
            })
    void holdsWhatWasAppendedBeforeItBeganAndGoesOn(String command) throws Exception {
        ForeignPrograms.need(command.startsWith("rsync") ? "rsync" : "tar");
        String journal = temp.resolve("journal").toString();
        String copy = temp.resolve("copy").toString();
        int before = 200;
        try (Sightlog append = Sightlog.start("append", "-q", journal, "--roll", "daily");
                Sightlog live = Sightlog.start("tail", "-q", journal, "-f", "--from", "start", "--format", "ndjson")) {
            append.write(Ndjson.lines("door", 0, before));
            live.awaitLines(before);
            Process copying = new ProcessBuilder("sh", "-c", command)
                    .directory(temp.toFile())
                    .inheritIO()
                    .start();
            int fed = before;
            while (copying.isAlive() || fed == before) {
                append.write(Ndjson.lines("door", fed, fed + 10));
                fed += 10;
                live.awaitLines(fed);
            }
            assertThat(copying.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(copying.exitValue()).isIn(0, 1, 24); // 1 of tar: a file changed as it was read
            append.await().expect(0);
        }
        Sightlog.run("verify", "-q", copy).expect(0);
        List<Integer> frames = Ndjson.frames(Ndjson.all(copy), "door");
        assertThat(frames).hasSizeGreaterThanOrEqualTo(before).isEqualTo(Ndjson.range(0, frames.size()));

        Sightlog.feed(Ndjson.lines("restored", 0, 5), "append", "-q", copy).expect(0);
        assertThat(Ndjson.frames(Ndjson.all(copy), "restored")).isEqualTo(Ndjson.range(0, 5));
        Sightlog.run("verify", "-q", copy).expect(0);
    }
}
