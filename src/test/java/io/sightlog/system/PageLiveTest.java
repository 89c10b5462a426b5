package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WindowType;

/** What is appended is on the page at once, also before there was a journal and after the server was started again. */
@Tag("alone")
@Tag("slow")
class PageLiveTest {
    private static final int EVENTS = 100;
    private static final long GAP_MILLIS = 50;

    /** Notes when the page shows which event, and how late its own timer is. */
    private static final String WATCH = """
            window.seen = new Map();
            window.timer = [];
            const detail = document.querySelector("#detail");
            const note = () => seen.has(detail.dataset.position) || seen.set(detail.dataset.position, performance.timeOrigin + performance.now());
            new MutationObserver(note).observe(detail, { attributes: true, attributeFilter: ["data-position"] });
            (function tick() {
              const due = performance.now() + 10;
              setTimeout(() => { timer.push(performance.now() - due); tick(); }, 10);
            })();
            """;

    @TempDir
    Path folder;

    private final EventDraft draft = new EventDraft();

    @BeforeEach
    void needsABrowser() {
        Browser.need();
    }

    private Position append(JournalWriter writer, long labels, int number) {
        long index = writer.append(draft.clear().source("/srv/gate.mp4").stream("gate")
                .frame(number, 0)
                .size(640, 480)
                .capturedNanos(System.currentTimeMillis() * 1_000_000L)
                .labelSet(labels)
                .detection(number % 2, 0.9f, 100, 100, 50 + number % 200, 80, 0));
        return new Position(index, 0);
    }

    @Test
    void whatIsAppendedIsShownWithinTwoHundredMilliseconds() throws Exception {
        Path queue = folder.resolve("queue-data");
        try (PageServer server = PageServer.start(queue);
                Browser browser = Browser.open(1200, 900, Browser.Scheme.LIGHT)) {
            browser.go(server.link());
            browser.await(
                    "it says that there is no journal yet",
                    page -> page.find("body").getText().contains("No journal yet"));
            browser.await(
                    "nothing is called sound that is not there",
                    page -> page.find("#health").getText().contains("There is no journal to look at yet"));
            try (Journal journal = Journal.open(queue);
                    JournalWriter writer = journal.writer()) {
                long labels = writer.publish(LabelSet.of("live", List.of("person", "car")));
                Position first = append(writer, labels, 0);
                browser.await(
                        "the first event is shown by itself",
                        page -> shown(page).equals(first.toString()));
                browser.script(WATCH);
                Position[] positions = new Position[EVENTS];
                double[] appended = new double[EVENTS];
                for (int i = 0; i < EVENTS; i++) {
                    positions[i] = append(writer, labels, i + 1);
                    appended[i] = System.currentTimeMillis();
                    Position last = positions[i];
                    browser.await(
                            "event " + i + " is shown", page -> shown(page).equals(last.toString()));
                    Thread.sleep(GAP_MILLIS); // a producer's pace
                }
                double[] late = new double[EVENTS];
                for (int i = 0; i < EVENTS; i++) {
                    Number at = browser.script("return seen.get(arguments[0])", positions[i].toString());
                    late[i] = at.doubleValue() - appended[i];
                }
                Arrays.sort(late);
                double timer = ((Number) browser.script("return timer.sort((a, b) => a - b)[timer.length >> 1]"))
                        .doubleValue();
                System.out.printf(
                        Locale.ROOT,
                        "from append to page, %d events: p50 %.0f ms, p90 %.0f, max %.0f; the browser's own timer of 10 ms is late by p50 %.1f ms%n",
                        EVENTS,
                        late[EVENTS / 2],
                        late[EVENTS * 9 / 10],
                        late[EVENTS - 1],
                        timer);
                assertThat(late[EVENTS / 2]).as("ms from append to page, p50").isLessThan(200 + timer);
            }
        }
    }

    private static String shown(Browser page) {
        return String.valueOf(page.find("#detail").getDomAttribute("data-position"));
    }

    /** Notes each event that the page is given, and how many it was told to be left out. */
    private static final String LISTEN = """
            window.given = [];
            document.addEventListener("sightlog:live", ({ detail }) => given.push(detail.event.frame));
            """;

    @Test
    void aServerThatHangsIsNoticedAndNoEventIsLostOrShownTwice() {
        Path queue = folder.resolve("queue-data");
        try (Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer();
                PageServer server = PageServer.start(queue);
                Browser browser = Browser.open(1200, 900, Browser.Scheme.LIGHT)) {
            long labels = writer.publish(LabelSet.of("live", List.of("person", "car")));
            int number = 0;
            append(writer, labels, number);
            browser.go(server.link());
            browser.awaitLanes();
            browser.script(LISTEN);
            while (!isShown(browser, append(writer, labels, ++number))) {
                // the page is not there yet
            }
            server.process().hang();
            long hung = System.nanoTime();
            browser.await(
                    "it says that the server is silent",
                    page -> page.find("#foot").getText().matches("(?s).*no word from the server for \\d+ s.*"));
            assertThat(System.nanoTime() - hung).as("ns until it was noticed").isLessThan(15_000_000_000L);
            assertThat(isLive(browser, "Waiting")).as("it is not lit").isTrue();
            browser.await(
                    "a question has taken too long",
                    page -> page.find("#failure").getText().contains("no answer within the time for it"));
            assertThat(browser.find("#silence").isDisplayed())
                    .as("for how long is still said")
                    .isTrue();
            Position meanwhile = append(writer, labels, ++number);
            server.process().goOn();
            browser.await("what came meanwhile is shown", page -> shown(page).equals(meanwhile.toString()));
            browser.await("it follows again", page -> isLive(page, "Live"));
            browser.await(
                    "nothing is said any more",
                    page -> page.find("#silence").getText().isEmpty());
            for (int i = 0; i < 10; i++) {
                Position last = append(writer, labels, ++number);
                browser.await("each is shown", page -> shown(page).equals(last.toString()));
            }
            List<Long> given = browser.script("return given");
            assertThat(given)
                    .hasSizeGreaterThan(11)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(given.get(0), number).boxed().toList());
        }
    }

    /** Each stream that is opened from now on is refused. */
    private static final String REFUSE = """
            window.EventSource = class extends EventTarget {
              static CLOSED = 2;
              readyState = 2;
              constructor() {
                super();
                setTimeout(() => this.dispatchEvent(new Event("error")));
              }
              close() {}
            };
            """;

    @Test
    void aServerThatRefusesIsNotCalledSilent() {
        Path queue = folder.resolve("queue-data");
        try (Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer();
                PageServer server = PageServer.start(queue);
                Browser browser = Browser.open(1200, 900, Browser.Scheme.LIGHT)) {
            append(writer, writer.publish(LabelSet.of("live", List.of("person", "car"))), 0);
            browser.go(server.link());
            browser.awaitLanes();
            browser.await("it follows", page -> isLive(page, "Live"));
            server.process().hang();
            browser.await(
                    "it is silent", page -> page.find("#silence").getText().contains("no word"));
            browser.script(REFUSE);
            browser.await(
                    "it is silent no more",
                    page -> page.find("#silence").getText().isEmpty());
            assertThat(isLive(browser, "Waiting")).as("it is not lit").isTrue();
            server.process().goOn();
        }
    }

    @Test
    void aTabNoticesThatTheTabWithTheStreamStandsStill() {
        Path queue = folder.resolve("queue-data");
        try (Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer();
                PageServer server = PageServer.start(queue);
                Browser browser = Browser.open(1200, 900, Browser.Scheme.LIGHT)) {
            append(writer, writer.publish(LabelSet.of("live", List.of("person", "car"))), 0);
            browser.go(server.link());
            browser.awaitLanes();
            browser.await("it follows", page -> isLive(page, "Live"));
            browser.go(server.origin() + "/icon.svg");
            browser.<Boolean>scriptLater("""
                    const done = arguments[0];
                    navigator.locks.request("sightlog-live " + location.host + " most=20", () => {
                      done(true);
                      return new Promise(() => {});
                    });
                    """);
            browser.driver().switchTo().newWindow(WindowType.WINDOW);
            browser.go(server.origin() + "/");
            browser.await("it says so", page -> page.find("#silence").getText().contains("no word"));
            assertThat(isLive(browser, "Waiting")).as("it is not lit").isTrue();
        }
    }

    /** Whether an event is shown within two seconds. */
    private static boolean isShown(Browser page, Position position) {
        return page.<Boolean>scriptLater("""
                const [position, done] = arguments;
                const until = performance.now() + 2000;
                (function look() {
                  const shown = document.querySelector("#detail").dataset.position === position;
                  shown || performance.now() > until ? done(shown) : setTimeout(look, 20);
                })();
                """, position.toString());
    }

    @Test
    void whatKeepsEventsFromComingIsSaidUnderHealth() throws Exception {
        Path queue = folder.resolve("queue-data");
        try (Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer()) {
            append(writer, writer.publish(LabelSet.of("live", List.of("person", "car"))), 0);
        }
        try (PageServer server = PageServer.start(queue);
                Browser browser = Browser.open(1200, 900, Browser.Scheme.LIGHT)) {
            browser.go(server.link());
            browser.awaitLanes();
            Files.move(queue, folder.resolve("moved"));
            Files.writeString(queue, "no folder");
            browser.await("it is said", page -> page.find("#health").getText().contains("Nothing can be followed: "));
        }
    }

    private static boolean isLive(Browser page, String text) {
        return page.find("#live").getText().equals(text)
                && page.all("#live.behind").isEmpty() != text.equals("Waiting");
    }

    @Test
    void aTabThatIsLeftOpenGoesOnWhenTheServerIsStartedAgain() {
        Path queue = folder.resolve("queue-data");
        try (Journal journal = Journal.open(queue);
                JournalWriter writer = journal.writer();
                Browser browser = Browser.open(1200, 900, Browser.Scheme.LIGHT)) {
            long labels = writer.publish(LabelSet.of("live", List.of("person", "car")));
            append(writer, labels, 0);
            String listen;
            try (PageServer server = PageServer.start(queue)) {
                listen = "127.0.0.1:" + server.port();
                browser.go(server.link());
                Position last = append(writer, labels, 1);
                browser.await("it follows", page -> shown(page).equals(last.toString()));
                server.stop();
            }
            browser.await(
                    "it says that nobody answers",
                    page -> page.find("#foot").getText().contains("does not answer"));
            append(writer, labels, 2);
            try (PageServer again = PageServer.startAt(listen, queue)) {
                assertThat(again.port()).isEqualTo(Integer.parseInt(listen.substring(listen.indexOf(':') + 1)));
                browser.await("it shows what came meanwhile or later", page -> {
                    Position last = append(writer, labels, 3);
                    return isShown(page, last);
                });
            }
        }
    }
}
