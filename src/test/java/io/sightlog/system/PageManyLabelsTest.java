package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A page of more labels than it has lanes. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageManyLabelsTest {
    private static final long BEGIN = 1_780_000_000L * PageJournal.SECOND;
    private static final int LABELS = 130;

    @TempDir
    static Path folder;

    private PageServer server;
    private Browser browser;

    @BeforeAll
    void open() {
        Browser.need();
        Path queue = folder.resolve("labels");
        long[] now = {BEGIN};
        try (Journal journal = Journal.open(queue, () -> now[0]);
                JournalWriter writer = journal.writer()) {
            EventDraft draft = new EventDraft();
            long labels = writer.publish(LabelSet.of(
                    "labels",
                    IntStream.range(0, LABELS).mapToObj(i -> "label " + i).toList()));
            for (int i = 0; i < LABELS; i++) {
                now[0] += PageJournal.SECOND;
                writer.append(draft.clear().source("/srv/gate.mp4").stream("gate")
                        .frame(i, 0)
                        .size(640, 480)
                        .capturedNanos(now[0])
                        .labelSet(labels)
                        .detection(i, 0.9f, 100, 100, 50, 80, 0));
            }
        }
        server = PageServer.start(queue);
        browser = Browser.open(1200, 900, Browser.Scheme.LIGHT);
        browser.go(server.link());
    }

    @BeforeEach
    void look() {
        browser.go(server.origin() + "/");
        browser.awaitLanes();
    }

    @AfterAll
    void close() {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void whereThereCannotBeMoreLanesTheRestLeadsToTheSearch() {
        String others = "#lane-names .others";
        browser.await("all lanes that can be are there", page -> {
            if (page.find(others).getDomAttribute("aria-label").contains("search for one")) {
                return true;
            }
            page.script("document.querySelector(arguments[0]).click()", others);
            page.awaitLanes();
            return false;
        });
        assertThat(browser.all("#lane-names li")).hasSize(101);
        browser.script("document.querySelector(arguments[0]).click()", others);
        browser.await(
                "the search is open",
                page -> page.find("#find").equals(page.driver().switchTo().activeElement()));
    }

    /** What the search asks for is answered by a function of the page, {@code answer}. */
    private static final String ANSWER = """
            window.asked = window.fetch;
            window.fetch = (url, ...rest) => url.includes("named=") ? (window.wasAsked = true, (async () => %s)()) : asked(url, ...rest);
            """;

    /** A label that is not among the 100 that the page asks for at first. */
    private String rareLabel() {
        return browser.<String>scriptLater("""
                const [most, done] = arguments;
                fetch("api/v1/timeline?px=1&by=label&lanes=100").then((answer) => answer.json()).then(({ lanes }) => {
                  const known = new Set(lanes.map((lane) => lane.name));
                  done(Array.from({ length: most }, (_, i) => "label " + i).find((name) => !known.has(name)));
                });
                """, LABELS);
    }

    @Test
    void aNameThatWasNotKnownYetIsAskedForAgainAndTheListSaysThatNotAllAreKnown() {
        String rare = rareLabel();
        browser.script(
                ANSWER.formatted("new Response(JSON.stringify({ lanes: [], otherLanes: 0, unknown: [['1', '2']] }))"));
        browser.find("#find").sendKeys(rare);
        browser.await(
                "it says that not all are known",
                page -> page.find("#find-list").getText().contains("not all names are known yet"));
        browser.script("window.fetch = window.asked");
        String entry = "#find-list [data-kind=label][data-text='" + rare + "']";
        browser.await("it is found when the box is entered again", page -> {
            page.script("document.querySelector('#find').blur(); document.querySelector('#find').focus()");
            return !page.all(entry).isEmpty();
        });
        assertThat(browser.find("#find-list").getText()).doesNotContain("not all names are known yet");
    }

    @Test
    void aSearchThatFailsDoesNotGoOnLooking() {
        browser.script(ANSWER.formatted("new Response('{\"error\": \"too busy\"}', { status: 503 })"));
        browser.find("#find").sendKeys("nowhere");
        browser.await("it was asked", page -> page.script("return window.wasAsked === true"));
        browser.await("it ends", page -> page.find("#find-list").getText().contains("nothing is called so"));
    }
}
