package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.EventDraft;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The directory of a journal is replaced, renamed or removed, or a link to it leads elsewhere, while writers and named consumers
 * in several languages work on it. They end and say so; what had been acknowledged stays in the old journal, and the new one has its
 * own writer's events and nothing else.
 */
@Tag("slow")
final class ReplacedTest {
    private static final String ENDED = "was replaced, moved or removed since it was opened";
    private static final int EVENTS_BEFORE = 200;
    private static final int SECONDS = 120;
    private static final List<KillLanguage> LANGUAGES = List.of(KillLanguage.values());

    @TempDir
    Path temp;

    private final List<Child> children = new ArrayList<>();
    private final List<Path> acknowledged = new ArrayList<>();
    private Path directory;
    private Path real;

    /** What becomes of the journal. */
    enum Change {
        REPLACE,
        RENAME,
        REMOVE,
        LINK
    }

    private record Child(String name, Path log, Path errors, Process process) {
        boolean hasLogged(long count) throws IOException {
            return KillLog.count(log) >= count;
        }

        /** It has ended by itself and said why, in a line. */
        void checkEnd() throws IOException, InterruptedException {
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            String text = Files.readString(errors);
            assertThat(ended).as("%s ends: %s", name, text).isTrue();
            assertThat(process.exitValue()).as("%s: %s", name, text).isEqualTo(1);
            assertThat(text.lines().filter(line -> line.contains(ENDED)))
                    .as("%s: %s", name, text)
                    .isNotEmpty();
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String what, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(5);
        }
    }

    private Child start(String name, List<String> command, Path log) throws IOException {
        Path errors = temp.resolve(name + ".err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        Child child = new Child(name, log, errors, process);
        children.add(child);
        return child;
    }

    private void writer(KillLanguage language, int run) throws IOException, InterruptedException {
        Path log = temp.resolve("writer-" + run);
        acknowledged.add(log);
        List<String> arguments =
                List.of(directory.toString(), log.toString(), "SECONDLY", "" + run, "STEADY", "none", "" + run);
        start(language + "-writer", language.writer(arguments, new NeverDies()), log);
    }

    private void consumer(KillLanguage language) throws IOException, InterruptedException {
        Path log = temp.resolve("consumer-" + language);
        List<String> arguments = List.of(directory.toString(), log.toString(), "consumer-" + language);
        start(language + "-consumer", language.consumer(arguments), log);
    }

    /** For {@link KillLanguage}: a writer in C is not told to kill itself. */
    private static final class NeverDies extends Random {
        private static final long serialVersionUID = 1;

        @Override
        public boolean nextBoolean() {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void whoHasItOpenEndsAndTheNewJournalIsItsWritersAlone(Change change) throws Exception {
        ForeignPrograms.need("gcc");
        ForeignPrograms.need("python3");
        make(change);
        for (KillLanguage language : LANGUAGES) {
            writer(language, language.ordinal());
            consumer(language);
        }
        for (Child child : children) {
            await(
                    child.name() + " works",
                    () -> child.hasLogged(EVENTS_BEFORE) || !child.process().isAlive());
            assertThat(child.process().isAlive())
                    .as("%s: %s", child.name(), Files.readString(child.errors()))
                    .isTrue();
        }

        Path other = temp.resolve("other");
        boolean another = change == Change.REPLACE || change == Change.LINK;
        if (another) {
            Journal.open(other).writer(Roll.SECONDLY).close();
        }
        apply(change, other);
        int appended = another ? appendWhileTheyLive() : 0;
        for (Child child : children) {
            child.checkEnd();
        }
        checkOld(change);
        if (another) {
            checkNew(appended);
        } else {
            assertThat(directory).doesNotExist();
        }
    }

    /** A journal that came with an image, below the layer that is written to: readers have mapped what no writer writes to any more. */
    @Test
    void readersOfTheLowerLayerOfAnOverlayEndWhenAWriterHasItsOwnCopy() throws Exception {
        ForeignPrograms.need("gcc");
        ForeignPrograms.need("python3");
        for (String folder : List.of("lower", "upper", "work", "merged")) {
            Files.createDirectory(temp.resolve(folder));
        }
        append(temp.resolve("lower/q"), 0);
        assumeTrue(mountOverlay(), "mounting an overlay is not allowed here");
        try {
            directory = temp.resolve("merged/q");
            for (KillLanguage language : LANGUAGES) {
                consumer(language);
            }
            for (Child child : children) {
                await(
                        child.name() + " reads",
                        () -> child.hasLogged(1) || !child.process().isAlive());
            }
            append(directory, 1);
            for (Child child : children) {
                child.checkEnd();
            }
            for (KillLanguage language : LANGUAGES) {
                try (JournalReader reader = Journal.open(directory).reader("consumer-" + language)) {
                    assertThat(reader.remaining()).as("%s goes on", language).isEqualTo(1);
                }
            }
        } finally {
            killChildren();
            run("umount", "-l", temp.resolve("merged").toString());
        }
    }

    private static void append(Path journal, int run) {
        try (JournalWriter writer = Journal.open(journal).writer(Roll.DAILY)) {
            writer.append(KillChild.fill(new EventDraft().capturedNanos(0), run, 0));
        }
    }

    private boolean mountOverlay() throws InterruptedException {
        String layers = "lowerdir=" + temp.resolve("lower") + ",upperdir=" + temp.resolve("upper") + ",workdir="
                + temp.resolve("work");
        return run(
                "mount",
                "-t",
                "overlay",
                "overlay",
                "-o",
                layers,
                temp.resolve("merged").toString());
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Its position would be saved where nobody finds it. */
    @Test
    void aNamedConsumerWhosePositionIsRemovedEnds() throws Exception {
        ForeignPrograms.need("gcc");
        ForeignPrograms.need("python3");
        directory = temp.resolve("q");
        append(directory, 0);
        for (KillLanguage language : LANGUAGES) {
            consumer(language);
        }
        for (Child child : children) {
            await(
                    child.name() + " reads",
                    () -> child.hasLogged(1) || !child.process().isAlive());
        }
        for (KillLanguage language : LANGUAGES) {
            Files.delete(directory.resolve("consumers").resolve("consumer-" + language + ".position"));
        }
        for (Child child : children) {
            child.checkEnd();
        }
        assertThat(Journal.open(directory).consumers()).isEmpty();
    }

    /** Moved away and back, it is the same one. */
    @Test
    void aJournalThatIsBackWhereItWasIsTheSame() throws Exception {
        directory = temp.resolve("q");
        Path away = temp.resolve("away");
        long[] nanos = {1_700_000_000_000_000_000L};
        try (Journal journal = Journal.open(directory, () -> nanos[0]);
                JournalWriter writer = journal.writer(Roll.HOURLY)) {
            writer.append(KillChild.fill(new EventDraft().capturedNanos(0), 0, 0));
            Files.move(directory, away);
            writer.append(KillChild.fill(new EventDraft().capturedNanos(0), 0, 1)); // within the second
            nanos[0] += 1_000_000_000;
            assertThatThrownBy(() -> writer.append(KillChild.fill(new EventDraft().capturedNanos(0), 0, 2)))
                    .isInstanceOf(JournalReplacedException.class)
                    .hasMessageContaining(ENDED + " (no directory is there now): open it again");
            Files.move(away, directory);
            writer.append(KillChild.fill(new EventDraft().capturedNanos(0), 0, 2));
        }
        assertThat(AppendedEvents.of(directory).count()).isEqualTo(3);
    }

    /** What was planned for one journal is not done to another. */
    @Test
    void whatIsDeletedIsDeletedFromTheJournalThatWasLookedAt() throws Exception {
        directory = temp.resolve("q");
        Path other = temp.resolve("other");
        long[] nanos = {1_700_000_000_000_000_000L};
        for (Path journal : List.of(directory, other)) {
            try (JournalWriter writer = Journal.open(journal, () -> nanos[0]).writer(Roll.SECONDLY)) {
                writer.append(KillChild.fill(new EventDraft().capturedNanos(0), 0, 0));
                nanos[0] += 1_000_000_000;
                writer.append(KillChild.fill(new EventDraft().capturedNanos(0), 0, 1));
                nanos[0] -= 1_000_000_000;
            }
        }
        Retention retention = Journal.open(directory).retention();
        Retention.Plan plan = retention.plan(new Retention.Policy(null, Long.MAX_VALUE, 1, Set.of(), false));
        assertThat(plan.cycles()).hasSize(1);
        apply(Change.REPLACE, other);
        assertThatThrownBy(() -> retention.execute(plan)).isInstanceOf(JournalReplacedException.class);
        assertThat(AppendedEvents.of(directory).count()).isEqualTo(2);
    }

    private void make(Change change) throws IOException {
        real = temp.resolve("q");
        directory = real;
        if (change == Change.LINK) {
            real = temp.resolve("q-real");
            Files.createDirectory(real);
            Files.createSymbolicLink(directory, real);
        }
    }

    private void apply(Change change, Path other) throws IOException, InterruptedException {
        Path moved = temp.resolve("q-moved");
        switch (change) {
            case REPLACE -> {
                Files.move(directory, moved);
                Files.move(other, directory);
            }
            case RENAME -> Files.move(directory, moved);
            case REMOVE -> remove(directory);
            case LINK -> {
                Path link = temp.resolve("link");
                Files.createSymbolicLink(link, other);
                Files.move(link, directory, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        real = change == Change.LINK ? real : moved;
    }

    /** Again when a writer has made a file meanwhile. */
    private static void remove(Path journal) throws IOException, InterruptedException {
        await("it is removed", () -> {
            try (Stream<Path> files = Files.walk(journal)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (DirectoryNotEmptyException | UncheckedIOException e) {
                return false;
            }
            return true;
        });
    }

    private void checkOld(Change change) throws IOException {
        if (change != Change.REMOVE) {
            AppendedEvents there = AppendedEvents.of(real);
            there.unacknowledged(acknowledged);
            there.checkFiles();
        }
    }

    /** To the journal that has taken the place, and a little longer than the old one's writers and consumers live. */
    private int appendWhileTheyLive() throws IOException, InterruptedException {
        int[] appended = {0};
        try (JournalWriter writer = Journal.open(directory).writer()) {
            EventDraft draft = new EventDraft().capturedNanos(0);
            await("all have ended", () -> {
                boolean live =
                        children.stream().anyMatch(child -> child.process().isAlive());
                writer.append(KillChild.fill(draft, 0, appended[0]++));
                return !live;
            });
        }
        return appended[0];
    }

    /** Sound, and with all that its own writer appended, and nothing else. */
    private void checkNew(int events) throws IOException {
        AppendedEvents there = AppendedEvents.of(directory);
        assertThat(there.count()).isEqualTo(events);
        there.checkFiles();
        assertThat(Journal.open(directory).consumers()).isEmpty();
    }

    @AfterEach
    void killChildren() {
        children.forEach(child -> child.process().destroyForcibly());
    }
}
