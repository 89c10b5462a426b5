package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.FrameDamageException;
import io.sightlog.journal.FrameJournal;
import io.sightlog.journal.FrameReader;
import io.sightlog.journal.FrameWriter;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.ExcerptIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
            Process copying = copy(command);
            int fed = before;
            while (copying.isAlive() || fed == before) {
                append.write(Ndjson.lines("door", fed, ++fed));
                live.awaitLines(fed);
                LockSupport.parkNanos(5_000_000); // at most 200 events a second: of what is faster the next tests tell
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

    /** Whichever came first, the events or their pictures: those that are in the copy are whole, and the others are no damage. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cp -a journal copy",
                "rsync -a --sparse journal/ copy/",
                "mkdir copy; cp -a journal/frames copy/; cp -a journal/[!f]* copy/",
                "mkdir copy; cp -a journal/[!f]* copy/; cp -a journal/frames copy/",
            })
    void holdsThePicturesThatWereKeptBeforeItBegan(String command) throws Exception {
        ForeignPrograms.need(command.startsWith("rsync") ? "rsync" : "cp");
        Path journal = temp.resolve("journal");
        int before = 50;
        int kept = 0;
        try (JournalWriter writer = Journal.open(journal).writer(Roll.DAILY)) {
            FrameWriter frames = new FrameJournal(journal).frames(writer, 100_000);
            while (kept < before) {
                keep(writer, frames, kept++);
            }
            Process copying = copy(command);
            while (copying.isAlive()) {
                keep(writer, frames, kept++);
            }
            assertThat(copying.waitFor()).isIn(0, 1, 24); // a file that was being made has its name by now
        }
        String copy = temp.resolve("copy").toString();
        expectSoundTo(before, Sightlog.run("verify", "-q", copy));
        int whole = 0;
        int others = 0;
        try (JournalReader reader = Journal.open(Path.of(copy)).reader();
                FrameReader frames = Journal.open(Path.of(copy)).frames()) {
            while (hasNext(reader, before)) {
                boolean isHere = isWhole(frames, reader.event());
                whole += isHere ? 1 : 0;
                others += isHere ? 0 : 1;
                assertThat(isHere || reader.event().frame() >= before).isTrue();
            }
        }
        assertThat(whole).isGreaterThanOrEqualTo(before);
        assertThat(others).isLessThanOrEqualTo(kept - before);
    }

    /** A copy reads a file from front to back, and what it reads last is newer: the newest events may be torn, and no other. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cp -a journal copy",
                "rsync -a --sparse journal/ copy/",
                "mkdir copy && tar -cSf - journal | tar -xf - -C copy --strip-components=1"
            })
    void losesNothingFromBeforeItBeganBesideAProducerThatIsFasterThanIt(String command) throws Exception {
        ForeignPrograms.need(command.startsWith("rsync") ? "rsync" : "tar");
        int before = 20_000;
        int appended = 0;
        try (JournalWriter writer = Journal.open(temp.resolve("journal")).writer(Roll.DAILY)) {
            EventDraft draft = new EventDraft().capturedNanos(0);
            while (appended < before) {
                writer.append(draft.frame(appended++, 0));
            }
            Process copying = copy(command);
            while (copying.isAlive()) {
                writer.append(draft.frame(appended++, 0));
            }
            assertThat(copying.waitFor()).isIn(0, 1, 24);
        }
        String copy = temp.resolve("copy").toString();
        expectSoundTo(before, Sightlog.run("verify", "-q", copy));
        int read = 0;
        try (JournalReader reader = Journal.open(Path.of(copy)).reader()) {
            while (hasNext(reader, before)) {
                assertThat(read >= before || reader.event().frame() == read).isTrue();
                read++;
            }
        }
        assertThat(read).isBetween(before, appended);

        String mended = temp.resolve("mended").toString();
        Sightlog.run("recover", "-q", copy, "--into", mended);
        Sightlog.run("verify", "-q", mended).expect(0);
        int frame = -1;
        int mendedEvents = 0;
        try (JournalReader reader = Journal.open(Path.of(mended)).reader()) {
            while (reader.next()) {
                assertThat(reader.event().frame()).isGreaterThan(frame);
                frame = (int) reader.event().frame();
                mendedEvents++;
            }
        }
        assertThat(mendedEvents).isGreaterThanOrEqualTo(read);
    }

    private Process copy(String command) throws IOException {
        return new ProcessBuilder("sh", "-c", command)
                .directory(temp.toFile())
                .inheritIO()
                .start();
    }

    private static void expectSoundTo(int before, Sightlog.Done verified) {
        if (verified.code() != 0) {
            verified.expect(3);
            assertThat(verified.out().subList(0, verified.out().size() - 1))
                    .allMatch(line -> isOfTheLast(line, before), "is of the events that came meanwhile");
        }
    }

    /** A file begun or a counter behind meanwhile, or a gap between parts that were copied one after the other. */
    private static boolean isOfTheLast(String finding, int before) {
        String[] words = finding.split(" +", 4);
        return words[0].equals("note")
                || (words[0].equals("damage") && words[1].equals("counter"))
                || finding.endsWith("it is not there")
                || (words[0].equals("loss") && ExcerptIndex.sequence(Long.decode(words[2])) >= before);
    }

    private static boolean hasNext(JournalReader reader, int before) {
        while (true) {
            try {
                return reader.next();
            } catch (DamageException e) {
                assertThat(ExcerptIndex.sequence(e.position().index())).isGreaterThanOrEqualTo(before);
            }
        }
    }

    private static void keep(JournalWriter writer, FrameWriter frames, int number) {
        writer.append(
                new EventDraft().capturedNanos(0).frame(number, 0).keptFrame(FrameJournal.write(frames, 5000, number)));
    }

    private static boolean isWhole(FrameReader frames, Event event) {
        byte[] picture;
        try {
            picture = frames.read(Objects.requireNonNull(KeptFrame.of(event)));
        } catch (FrameDamageException e) {
            assertThat(e.getMessage()).contains("it ends at byte");
            return false;
        }
        if (picture != null) {
            assertThat(picture).isEqualTo(FrameJournal.picture(5000, (int) event.frame()));
        }
        return picture != null;
    }
}
