package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a journal, or to who may look at it, while a page shows it. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageChangesTest {
    private static final long HOUR = PageJournal.HOUR;
    /** The beginning of an hour of 2026. */
    private static final long BEGIN = 1_780_000_000L / 3600 * HOUR;

    @TempDir
    Path folder;

    private Browser browser;

    @BeforeAll
    void open() {
        Browser.need();
        browser = Browser.open(1200, 900, Browser.Scheme.LIGHT);
    }

    @AfterAll
    void close() {
        if (browser != null) {
            browser.close();
        }
    }

    /** One event at each of these times; gives their positions. */
    private static List<Position> write(Path queue, String label, long... appendedNanos) {
        long[] now = {appendedNanos[0]};
        List<Position> positions = new ArrayList<>();
        try (Journal journal = Journal.open(queue, () -> now[0]);
                JournalWriter writer = journal.writer()) {
            long labels = writer.publish(LabelSet.of("changes", List.of(label)));
            EventDraft draft = new EventDraft();
            for (long at : appendedNanos) {
                now[0] = at;
                long index = writer.append(draft.clear().source("/srv/gate.mp4").stream("gate")
                        .frame(positions.size(), 0)
                        .size(640, 480)
                        .capturedNanos(at)
                        .labelSet(labels)
                        .detection(0, 0.9f, 100, 100, 50, 80, 0));
                positions.add(new Position(index, 0));
            }
        }
        return positions;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static long[] hours(int number) {
        long[] times = new long[number * 60];
        for (int i = 0; i < times.length; i++) {
            times[i] = BEGIN + i * 60 * PageJournal.SECOND;
        }
        return times;
    }

    private void awaitFresh() {
        browser.awaitLanes();
    }

    private String lanes() {
        return browser.<String>script(
                "return [...document.querySelectorAll('#lane-names button')].map((b) => b.getAttribute('aria-label')).join(' / ')");
    }

    private String shown() {
        return browser.find("#detail").getDomAttribute("data-position");
    }

    private String note() {
        return browser.find("#note").getText();
    }

    @Test
    void theFirstLookIsAtTheNewestEvent() {
        Path queue = folder.resolve("two");
        List<Position> positions = write(queue, "person", BEGIN, BEGIN + PageJournal.SECOND);
        try (PageServer server = PageServer.start(queue)) {
            browser.go(server.link());
            browser.await("an event is shown", page -> shown() != null && !shown().isEmpty());
            assertThat(shown()).isEqualTo(positions.get(1).toString());
        }
    }

    @Test
    void whatWasPrunedIsNoLongerCounted() {
        Path queue = folder.resolve("pruned");
        write(queue, "person", hours(6));
        try (PageServer server = PageServer.start(queue)) {
            browser.go(server.link("from=" + BEGIN + "&to=" + (BEGIN + 2 * HOUR)));
            browser.await("two hours are counted", page -> lanes().startsWith("person, 120 detections"));
            Sightlog.run("prune", "-q", queue.toString(), "--keep-cycles", "2", "--execute")
                    .expect(0);
            browser.await("they are gone", page -> !lanes().contains("120"));
            assertThat(note()).doesNotContain("replaced");
        }
    }

    @Test
    void aJournalThatIsMadeAnewIsShownFromItsBeginning() throws IOException {
        Path queue = folder.resolve("anew");
        write(queue, "person", hours(2));
        try (PageServer server = PageServer.start(queue)) {
            browser.go(server.link("label=person&from=" + BEGIN + "&to=" + (BEGIN + HOUR)));
            awaitFresh();
            delete(queue);
            browser.await(
                    "it says that it is gone",
                    page -> page.find("body").getText().contains("No journal yet"));
            List<Position> positions = write(queue, "person", BEGIN - HOUR, BEGIN - HOUR + PageJournal.SECOND);
            browser.await(
                    "it shows the new one", page -> positions.get(1).toString().equals(shown()));
            browser.await("it says so", page -> note().startsWith("the journal was replaced"));
            browser.await("its lanes are there", page -> lanes().startsWith("person, 2 detections"));
            browser.await(
                    "what was looked for stays, when it was does not",
                    page -> page.<String>script("return location.search").contains("label=person")
                            && !page.<String>script("return location.search").contains("from=" + BEGIN + "&"));
        }
    }

    /** All of its positions are behind those of the old one, as if that had been pruned and gone on. */
    @Test
    void aJournalThatTakesThePlaceOfAnotherAtOnceIsNotTakenForAPrunedOne() throws IOException {
        Path queue = folder.resolve("taken");
        write(queue, "person", hours(2));
        Path other = folder.resolve("other");
        List<Position> positions = write(other, "car", BEGIN + 10 * HOUR, BEGIN + 10 * HOUR + PageJournal.SECOND);
        try (PageServer server = PageServer.start(queue)) {
            browser.go(server.link("from=" + BEGIN + "&to=" + (BEGIN + HOUR)));
            browser.await("the old one is shown", page -> lanes().startsWith("person, 60 detections"));
            browser.await(
                    "the page knows which it is",
                    page -> !page.find("#version").getText().isEmpty());
            Files.move(queue, folder.resolve("away"));
            Files.move(other, queue);
            browser.await("it says so", page -> note().startsWith("the journal was replaced"));
            browser.await(
                    "it shows the new one", page -> positions.get(1).toString().equals(shown()));
            browser.await("its lanes are there", page -> lanes().equals("car, 2 detections, show only this"));
            browser.screenshot("replaced");
        }
    }

    @Test
    void eventsOfTheFutureAreShown() {
        Path queue = folder.resolve("future");
        long later = System.currentTimeMillis() * 1_000_000L + HOUR;
        List<Position> positions =
                write(queue, "person", later, later + PageJournal.SECOND, later + 2 * PageJournal.SECOND);
        try (PageServer server = PageServer.start(queue)) {
            browser.go(server.link());
            browser.console();
            browser.await(
                    "the newest is shown", page -> positions.get(2).toString().equals(shown()));
            browser.await("its lane is there", page -> lanes().startsWith("person, 3 detections"));
            browser.find("#zoom-all").click();
            awaitFresh();
            assertThat(lanes()).startsWith("person, 3 detections");
            browser.await(
                    "the overview has its answer",
                    page -> page.find("#producers").getText().contains("Counted since"));
            assertThat(browser.find("body").getText())
                    .doesNotContain("no span of time")
                    .doesNotContain("Of the last -");
            assertThat(browser.console()).noneMatch(line -> line.contains("/timeline"));
        }
    }

    @Test
    void damagedEventsAreCountedBelowTheLanes() throws IOException {
        Path queue = folder.resolve("damaged");
        write(queue, "person", hours(2));
        Path cycle;
        try (Stream<Path> files = Files.list(queue)) {
            cycle = files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(cycle);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("/srv/gate.mp4", bytes.length / 200);
        for (int i = at - 20; i < at; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(cycle, bytes);
        try (PageServer server = PageServer.start(queue)) {
            browser.go(server.link());
            awaitFresh();
            browser.await(
                    "it says so",
                    page -> page.find("#lanes-left-out").getText().startsWith("1 event is damaged and not counted"));
        }
    }

    @Test
    void aPageWhoseTokenIsRefusedSaysSoOnce() throws IOException {
        Path queue = folder.resolve("token");
        write(queue, "person", hours(1));
        Path first = Files.writeString(folder.resolve("first"), "a".repeat(40) + "\n");
        Path second = Files.writeString(folder.resolve("second"), "b".repeat(40) + "\n");
        for (Path file : List.of(first, second)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        String listen;
        try (PageServer server = PageServer.start(queue, "--token-file", first.toString())) {
            listen = "127.0.0.1:" + server.port();
            browser.go(server.link());
            awaitFresh();
            server.stop();
        }
        try (PageServer again = PageServer.startAt(listen, queue, "--token-file", second.toString())) {
            browser.await("it says so", page -> page.find("#failure").getText().contains("open the link"));
            browser.find("#zoom-in").click();
            browser.await(
                    "the panels know",
                    page -> page.find("#producers").getText().contains("not let in")
                            && page.find("#consumers").getText().contains("not let in"));
            assertThat(browser.find("body").getText().split("open the link", -1))
                    .hasSize(2);
            browser.go(again.link());
            awaitFresh();
        }
    }

    @Test
    void theSearchAlsoOffersWhatCameLongAfterItWasEntered() {
        Path queue = folder.resolve("to-come");
        write(queue, "dog", hours(1));
        try (PageServer server = PageServer.start(queue)) {
            browser.go(server.link());
            browser.awaitLanes();
            browser.find("#find").click();
            browser.find("#find-list [data-kind=label][data-text=dog]");
            write(queue, "zebra", BEGIN + 2 * HOUR);
            browser.await(
                    "the page knows of it", page -> page.find("#live").getText().equals("New events"));
            browser.script(
                    "const now = performance.now.bind(performance); performance.now = () => now() + 60000;"); // a
            // minute
            // later
            browser.find("#find").sendKeys("zeb");
            browser.find("#find-list [data-kind=label][data-text=zebra]");
        }
    }

    @Test
    void aRareLabelAmongManyIsFoundAndFilteredFor() {
        Path queue = folder.resolve("many-labels");
        try (Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer()) {
            List<String> names =
                    IntStream.range(0, 600).mapToObj(i -> "Thing " + i).toList();
            long labels = writer.publish(LabelSet.of("many", names));
            EventDraft draft = new EventDraft();
            for (int i = 0; i < names.size(); i++) {
                for (int times = i < 200 ? 2 : 1; times > 0; times--) {
                    writer.append(draft.clear()
                            .source("/srv/a.mp4")
                            .capturedNanos(1)
                            .labelSet(labels)
                            .detection(i, 0.9f, 1, 2, 3, 4, 0));
                }
            }
        }
        try (PageServer server = PageServer.start(queue)) {
            browser.go(server.link());
            browser.awaitLanes();
            browser.find("#find").sendKeys("thing 550");
            browser.find("#find-list [data-kind=label][data-text='Thing 550']").click();
            browser.find("#chips [data-value='Thing 550']");
            browser.find("#lane-names [data-lane='Thing 550']");
        }
    }

    @Test
    void aLinkWithTooManyFiltersIsRefusedInASentenceOnThePage() {
        Path queue = folder.resolve("many-filters");
        write(queue, "person", BEGIN);
        try (PageServer server = PageServer.start(queue)) {
            browser.go(server.link("label=person&" + "label=a&".repeat(200) + "conf=0.1"));
            browser.find("#lane-names [data-lane='person']");
            browser.go(server.link("label=a&".repeat(300) + "conf=0.1"));
            browser.await("it says why", page -> page.find("body").getText().contains("take some away"));
        }
    }
}
