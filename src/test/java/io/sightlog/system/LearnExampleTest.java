package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.AnsweredEvent;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import io.sightlog.event.Origin;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Start;
import io.sightlog.journal.WriterOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/learn.py}: scikit-learn reads what came through a bridge, and its verdicts go into the same journal. */
@Tag("slow")
class LearnExampleTest {
    private static final String PYTHON = "/usr/bin/python3";
    private static final int USUAL = 200;
    private static final int STRANGE = USUAL; // the frame after these

    @TempDir
    Path temp;

    @Test
    void whatIsUnlikeTheRestIsAnsweredByAMessageAndAFrame() throws Exception {
        ForeignPrograms.need("gcc");
        ForeignPrograms.need(hasScikitLearn(), PYTHON + " has no sklearn (python3-sklearn)");
        Journal journal = Journal.open(temp.resolve("journal"));
        write(journal);
        String id = journal.makeId().toString();

        String said = learn(journal);

        assertThat(said).contains("learned: dog in yard").doesNotContain("cat");
        Answers found = answers(journal, id);
        assertThat(found.verdicts).as(said).isGreaterThan(0).isLessThan(USUAL / 20);
        assertThat(found.frames).isEqualTo(found.verdicts);
        assertThat(found.verdictOnTheStrange)
                .as("the dog that is where none was before")
                .contains("\"label\": \"dog\"");
    }

    private static final class Answers {
        int verdicts;
        int frames;
        String verdictOnTheStrange = "";
    }

    private static Answers answers(Journal journal, String id) {
        Answers found = new Answers();
        try (JournalReader reader = journal.reader(Start.OLDEST)) {
            while (reader.next()) {
                Event event = reader.event();
                AnsweredEvent answered = AnsweredEvent.of(event);
                if (answered == null) {
                    continue;
                }
                assertThat(String.valueOf(answered.journal())).isEqualTo(id);
                if (event.kind() == EventKind.MESSAGE) {
                    found.verdicts++;
                    assertThat(event.topic()).isEqualTo("learn/yard");
                    if (answered.sequence() == STRANGE) {
                        found.verdictOnTheStrange = event.text();
                    }
                } else {
                    found.frames++;
                    assertThat(event.detectionCount()).isPositive();
                    assertThat(event.label(0)).isEqualTo("dog");
                    assertThat(event.stream()).isEqualTo("yard");
                }
            }
        }
        return found;
    }

    /** Dogs in one corner, and at last one in the other; some cats, of which too few came to learn anything. */
    private static void write(Journal journal) {
        Random random = new Random(1);
        try (JournalWriter writer = journal.writer(WriterOptions.DEFAULT)) {
            long labels = writer.publish(LabelSet.of("net", List.of("dog", "cat")));
            Origin origin = new Origin(Origin.MQTT, "broker:1883", "yard", "", "", -1, -1, List.of(), 0, 0, 0);
            EventDraft draft = new EventDraft();
            for (int i = 0; i <= USUAL; i++) {
                float at = i == STRANGE ? 1500 : 100;
                draft.clear().stream("yard")
                        .source("cam")
                        .size(1920, 1080)
                        .labelSet(labels)
                        .capturedNanos(1_795_000_000_000_000_000L + i * 1_000_000_000L)
                        .origin(origin);
                draft.detection(0, 0.8f, at + 20 * random.nextFloat(), 100, 200 + 10 * random.nextFloat(), 150, 0);
                if (i % 20 == 0) {
                    draft.detection(1, 0.5f, 10, 10, 20, 20, 0);
                }
                writer.append(draft);
            }
            writer.append(new EventDraft().message("local", "of no bridge").capturedNanos(1));
        }
    }

    private String learn(Journal journal) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        PYTHON,
                        "src/main/python/examples/learn.py",
                        "--to-end",
                        journal.directory().toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("said").toFile());
        builder.environment().put("SIGHTLOG_LIBRARY", ForeignPrograms.library().toString());
        Process process = builder.start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("learn.py ends").isTrue();
        String said = Files.readString(temp.resolve("said"), StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    private static boolean hasScikitLearn() throws IOException, InterruptedException {
        return Files.isExecutable(Path.of(PYTHON))
                && new ProcessBuilder(PYTHON, "-c", "import sklearn.ensemble")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }
}
