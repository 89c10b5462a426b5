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
}
