package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A page in a browser, over the journal of {@link PageJournal#shared()}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageFixture {
    static final int HOURS = PageJournal.SHARED_HOURS;
    static final long END = PageJournal.SHARED_END;

    static final String SPAN = "from=" + (END - HOURS * PageJournal.HOUR) + "&to=" + END;

    Path queue;
    PageServer server;
    Browser browser;

    @BeforeAll
    void open() throws IOException {
        Browser.need();
        queue = PageJournal.shared();
        server = PageServer.start(queue);
        browser = Browser.open(1400, 900, Browser.Scheme.DARK);
        browser.go(server.link());
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

    @BeforeEach
    void look() {
        look(SPAN + "&zone=utc");
        browser.console();
    }

    @AfterEach
    void hasNoErrors() {
        assertThat(browser.console()).noneMatch(line -> line.startsWith("SEVERE"));
    }

    /** Opens a view, and waits until its lanes are those of the whole index. */
    void look(String parameters) {
        browser.go(server.origin() + "/?" + parameters);
        awaitLanes();
    }

    void awaitLanes() {
        browser.awaitLanes();
    }

    String data(String css, String name) {
        return browser.find(css).getDomAttribute("data-" + name);
    }

    long from() {
        return Long.parseLong(data("#lanes canvas", "from"));
    }

    long to() {
        return Long.parseLong(data("#lanes canvas", "to"));
    }

    void key(CharSequence... keys) {
        browser.find("body").sendKeys(keys);
    }

    void awaitAddress(String part) {
        browser.await(
                "the address has " + part, page -> page.driver().getCurrentUrl().contains(part));
    }

    /** The position of the event that is shown, empty when there is none. */
    String shown() {
        return data("#detail", "position");
    }

    String awaitShown() {
        return browser.await("an event is shown", page -> shown().isEmpty() ? null : shown());
    }

    String awaitOther(String before) {
        return browser.await(
                "another event is shown", page -> shown().isEmpty() || shown().equals(before) ? null : shown());
    }
}
