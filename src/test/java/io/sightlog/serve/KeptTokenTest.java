package io.sightlog.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.inspect.Diagnosis;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.WriterOptions;
import io.sightlog.timeline.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token outlives its server, but is never believed when another could have read or written it. */
class KeptTokenTest {
    private static final String FORM = "[A-Za-z0-9_-]{43}";

    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();
    private Journal journal;
    private Path file;

    @BeforeEach
    void open() {
        journal = Journal.open(folder.resolve("q"));
        file = folder.resolve("q/timeline/serve.token");
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private void fill() {
        WriterOptions shared = WriterOptions.DEFAULT.permissions(PosixFilePermissions.fromString("rw-rw-r--"));
        try (JournalWriter writer = journal.writer(shared)) {
            writer.append(new EventDraft().capturedNanos(1).message("a", "b"));
        }
    }

    private KeptToken token(@Nullable Path cache) {
        try (Timeline timeline = new Timeline(journal, cache)) {
            return new KeptToken(journal, timeline, cache == null, warnings::add);
        }
    }

    private String text() {
        return token(null).text();
    }

    @Test
    void itIsTheSameAfterAnotherStartAndNobodyElsesEvenInASharedJournal() throws IOException {
        fill();

        String first = text();

        assertThat(first).matches(FORM);
        assertThat(text()).isEqualTo(first);
        assertThat(file).hasContent(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(journal.strayFiles()).isEmpty();
        assertThat(Diagnosis.of(journal, NanoClock.SYSTEM).symptoms())
                .noneMatch(symptom -> symptom.toString().contains("token"));
    }

    @Test
    void itLiesBesideTheIndexElsewhere() throws IOException {
        Path cache = folder.resolve("cache");
        String first = token(cache).text();

        assertThat(token(cache).text()).isEqualTo(first);
        assertThat(Files.exists(journal.directory())).isFalse();
        try (Timeline timeline = new Timeline(journal, cache)) {
            assertThat(timeline.folder().resolve("serve.token")).hasContent(first);
        }
    }

    @Test
    void whatOthersCouldReadOrWriteIsMadeAnew() throws IOException {
        fill();
        for (String permissions : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"}) {
            String before = text();
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
            String after = text();

            assertThat(after).as(permissions).matches(FORM).isNotEqualTo(before);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void whatIsNoTokenIsMadeAnew() throws IOException {
        fill();
        String good = text();
        for (String bad : new String[] {"", "short", good + good, good.substring(1) + "\u0000", "x".repeat(5_000)}) {
            Files.writeString(file, bad);
            assertThat(text()).as(bad).matches(FORM).isNotEqualTo(good);
        }
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        fill();
        String good = text();
        Path elsewhere = folder.resolve("elsewhere");
        Files.move(file, elsewhere);
        Files.createSymbolicLink(file, elsewhere);

        assertThat(text()).isNotEqualTo(good);
        assertThat(elsewhere).hasContent(good);
        assertThat(Files.isSymbolicLink(file)).isFalse();
    }

    @Test
    void withoutAJournalItIsKeptOnceThereIsOne() {
        KeptToken early = token(null);
        early.keep();
        assertThat(Files.exists(journal.directory())).isFalse();

        fill();
        early.keep();

        assertThat(text()).isEqualTo(early.text());
    }

    @Test
    void whereItCannotBeKeptThatIsSaidOnce() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        KeptToken token = token(file);
        token.keep();

        assertThat(token.text()).matches(FORM).isNotEqualTo(token(file).text());
        assertThat(warnings).hasSize(2);
        assertThat(warnings.get(0)).startsWith("the token is for this run alone, as it cannot be kept (");
    }

    @Test
    void theIndexLetsItBe() {
        fill();
        String first = text();
        try (Timeline timeline = new Timeline(journal)) {
            timeline.refresh(() -> false);
        }
        assertThat(text()).isEqualTo(first);
    }
}
