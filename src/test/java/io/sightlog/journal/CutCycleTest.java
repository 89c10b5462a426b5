package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The file of a cycle that has ended is cut behind its end mark, while readers that have mapped more of it stand there. Where the mark is the last
 * of a page, the next byte is none of the file any more: who touches it is killed.
 */
@Tag("slow")
final class CutCycleTest {
    private static final int PAGE = 4096;
    private static final int MARK_BYTES = 8;
    /** Characters of a message. */
    private static final int SHORT = 8;

    @TempDir
    Path temp;

    private final AtomicLong now = new AtomicLong(Recording.BEGIN);
    private Path queue;
    private Journal journal;
    private JournalWriter writer;
    private int appended;

    enum Language {
        JAVA,
        C,
        PYTHON;

        List<String> command() throws IOException, InterruptedException {
            return switch (this) {
                case JAVA ->
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            Path.of("target", "classes") + File.pathSeparator + System.getProperty("java.class.path"),
                            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                            PatientReader.class.getName());
                case C ->
                    List.of(ForeignPrograms.c("patient_reader", ForeignPrograms.WITH_LIBRARY)
                            .toString());
                case PYTHON -> {
                    ForeignPrograms.need("python3");
                    yield List.of("python3", "src/test/python/patient_reader.py");
                }
            };
        }
    }

    @BeforeEach
    void open() {
        queue = temp.resolve("q");
        journal = Journal.open(queue, now::get);
        writer = journal.writer(Roll.MINUTELY);
    }

    private void append(int bytes) {
        writer.append(new EventDraft().capturedNanos(appended++).message("t", "x".repeat(bytes)));
    }

    /** Where the end mark of the first cycle comes, or is. */
    private long end() {
        Path first = journal.files().get(0);
        try (CycleFile file = Objects.requireNonNull(CycleFile.tryOpen(first, 0))) {
            CycleCursor cursor = file.start();
            cursor.toEnd();
            return cursor.position();
        }
    }

    /** Appends until a mark that is written next is the last of its page. */
    private void fillAPage() {
        append(SHORT);
        long begin = end();
        append(SHORT);
        int least = (int) (end() - begin);
        int tries = 0;
        for (int missing = missing(); missing > 0; missing = missing()) {
            append(SHORT + (missing < least ? 0 : missing - least));
            assertThat(tries++).as("tries").isLessThan(10);
        }
    }

    /** Bytes from where the mark would end to the end of its page. */
    private int missing() {
        return (int) (PAGE - 1 - (end() + MARK_BYTES - 1) % PAGE);
    }

    private void roll() throws IOException {
        long end = end();
        now.addAndGet(60_000_000_000L);
        append(SHORT);
        assertThat(Files.size(journal.files().get(0)))
                .as("the mark ends its file")
                .isEqualTo(end + MARK_BYTES);
    }

    @Test
    void aReaderThatStandsAtTheEndOfAPageGoesOnBehindIt() throws IOException {
        try (JournalReader reader = journal.reader()) {
            fillAPage();
            int read = 0;
            while (reader.next()) {
                read++;
            }
            assertThat(read).isEqualTo(appended);
            roll();
            assertThat(reader.next()).isTrue();
        } finally {
            writer.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProcessThatStandsAtTheEndOfAPageGoesOnBehindIt(Language language) throws IOException, InterruptedException {
        fillAPage();
        List<String> command = new ArrayList<>(language.command());
        command.addAll(List.of(queue.toString(), "alarm", "again"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                OutputStream in = process.getOutputStream()) {
            assertThat(linesToEnd(out)).hasSize(appended);
            roll();
            in.write('\n');
            in.flush();
            assertThat(linesToEnd(out)).containsExactly("event " + (appended - 1));
        } finally {
            process.destroyForcibly().waitFor();
            writer.close();
        }
    }

    private static List<String> linesToEnd(BufferedReader out) throws IOException {
        List<String> lines = new ArrayList<>();
        String line = Objects.requireNonNull(out.readLine(), "it has ended");
        while (!line.equals("end")) {
            lines.add(line);
            line = Objects.requireNonNull(out.readLine(), "it has ended");
        }
        return lines;
    }
}
