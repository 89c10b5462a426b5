package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Event;
import io.sightlog.inspect.JournalInfo;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.WheelInput;

/** What a user does with the page, done in a real browser: clicked, dragged, zoomed, typed. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTest {
    private static final int HOURS = 10;
    /** The journal ends in the middle of a second of 2026, far from any change of the clock. */
    private static final long END = 1_780_000_000L * PageJournal.SECOND;

    private static final String SPAN = "from=" + (END - HOURS * PageJournal.HOUR) + "&to=" + END;

    @TempDir
    static Path folder;

    private Path queue;
    private PageServer server;
    private Browser browser;

    @BeforeAll
    void open() throws IOException {
        Browser.need();
        queue = PageJournal.cameras(folder, HOURS, END);
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
    private void look(String parameters) {
        browser.go(server.origin() + "/?" + parameters);
        awaitLanes();
    }

    private void awaitLanes() {
        browser.awaitLanes();
    }

    private String data(String css, String name) {
        return browser.find(css).getDomAttribute("data-" + name);
    }

    private long from() {
        return Long.parseLong(data("#lanes canvas", "from"));
    }

    private long to() {
        return Long.parseLong(data("#lanes canvas", "to"));
    }

    private void key(CharSequence... keys) {
        browser.find("body").sendKeys(keys);
    }

    private void awaitAddress(String part) {
        browser.await(
                "the address has " + part, page -> page.driver().getCurrentUrl().contains(part));
    }

    /** Goes to the event at a position in the address. */
    private String shown() {
        return data("#detail", "position");
    }

    private String awaitShown() {
        return browser.await("an event is shown", page -> shown().isEmpty() ? null : shown());
    }

    private String awaitOther(String before) {
        return browser.await(
                "another event is shown", page -> shown().isEmpty() || shown().equals(before) ? null : shown());
    }

    @Test
    void lanesCountWhatAScanCounts() {
        Map<String, Long> lanes = new TreeMap<>();
        for (WebElement lane : browser.all("#lane-names button.lane")) {
            String number = lane.getDomAttribute("title").replaceAll("(?s).*\\n([\\d,.\\u00a0 ]+) detection.*", "$1");
            lanes.put(lane.getDomAttribute("data-lane"), Long.parseLong(number.replaceAll("\\D", "")));
        }
        assertThat(lanes).isEqualTo(JournalInfo.of(Journal.open(queue)).detectionsByLabel());
    }

    @Test
    void theWheelZoomsFromHoursToMicrosecondsAboutThePointer() {
        look(SPAN + "&zone=utc&by=stream");
        WebElement canvas = browser.find("#lanes canvas");
        long length = to() - from();
        WheelInput.ScrollOrigin pointer = WheelInput.ScrollOrigin.fromElement(canvas, 100, 0);
        double place = 0.5 + 100.0 / canvas.getSize().width;
        long pointed = from() + (long) (length * place);
        for (int i = 0; i < 80 && to() - from() > 100_000; i++) {
            browser.actions().scrollFromOrigin(pointer, 0, -400).perform();
        }
        assertThat(to() - from()).as("nanoseconds").isLessThan(100_000);
        assertThat(Math.abs(from() + (to() - from()) / 2 - pointed))
                .as("pixels of the beginning that the pointer has moved")
                .isLessThan(3 * length / canvas.getSize().width);
        assertThat(browser.find("#span-text").getText()).matches(".*\\d\\d:\\d\\d:\\d\\d\\.\\d{9} – .*");
        key("0");
        browser.await("all is shown again", page -> to() - from() >= length);
    }

    @Test
    void singleEventsAreShownWhenThereAreFewAndCanBeClicked() {
        long middle = END - 2 * PageJournal.HOUR;
        look("from=" + middle + "&to=" + (middle + 40 * PageJournal.SECOND) + "&by=stream&zone=utc");
        browser.await("there are single events", page -> "true".equals(data("#lanes canvas", "dots")));
        String before = shown();
        WebElement canvas = browser.find("#lanes canvas");
        browser.actions().moveToElement(canvas, 0, 0).click().perform();
        String position = awaitOther(before);
        awaitAddress("at=" + position.replace(":", "%3A"));
    }

    @Test
    void dragAndKeysMoveTheSpan() {
        WebElement canvas = browser.find("#lanes canvas");
        long length = to() - from();
        long before = from();
        browser.actions()
                .moveToElement(canvas)
                .clickAndHold()
                .moveByOffset(200, 0)
                .release()
                .perform();
        browser.await("the span has moved back", page -> from() < before);
        assertThat(to() - from()).isEqualTo(length);
        key("+");
        browser.await("the span is half as long", page -> Math.abs(to() - from() - length / 2) <= 2);
        key("-");
        browser.await("the span is as long as before", page -> Math.abs(to() - from() - length) <= 4);
        long here = from();
        key("d");
        browser.await("the span has moved on", page -> from() > here);
    }

    @Test
    void theBrushOfTheOverviewShowsWhatIsDrawn() {
        WebElement overview = browser.find("#overview canvas");
        key("+", "+", "+");
        browser.await("the window is narrow", page -> brushEnd() - brushStart() < overview.getSize().width / 5.0);
        browser.actions()
                .moveToElement(overview, -overview.getSize().width / 2 + 60, -10)
                .clickAndHold()
                .moveByOffset(100, 0)
                .release()
                .perform();
        long all = HOURS * PageJournal.HOUR;
        double width = overview.getSize().width;
        browser.await(
                "the span is what was drawn",
                page -> Math.abs(from() - (END - all + all * 60 / width)) < all / 20
                        && Math.abs(to() - from() - all * 100 / width) < all / 20);
        double left = browser.await(
                "the window is where it was drawn", page -> Math.abs(brushStart() - 60) < 3 ? brushStart() : null);
        browser.actions()
                .moveToElement(overview, (int) (left + 50 - width / 2), -10)
                .clickAndHold()
                .moveByOffset(300, 0)
                .release()
                .perform();
        browser.await("the window has moved", page -> brushStart() > left + 250);
    }

    private String brush() {
        return browser.await("there is a window over the span", page -> data("#overview canvas", "brush"));
    }

    private double brushStart() {
        return Double.parseDouble(brush().split(",")[0]);
    }

    private double brushEnd() {
        return Double.parseDouble(brush().split(",")[1]);
    }

    @Test
    void anEventIsShownWithPictureBoxesTableJsonAndMessagesAround() {
        browser.find("#next-seen").click();
        awaitShown();
        browser.await("its picture is there", page -> "source".equals(data("#picture", "kind")));
        int rows = browser.await(
                "its detections", page -> page.all("#detections tbody tr").size());
        assertThat(rows).isPositive();
        assertThat(browser.<Long>script("""
                        const c = document.querySelector("#picture canvas");
                        const seen = new Set();
                        const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
                        for (let i = 0; i < d.length; i += 400) seen.add((d[i] << 16) | (d[i + 1] << 8) | d[i + 2]);
                        return seen.size;
                        """)).as("colours of the picture").isGreaterThan(500);
        browser.find("#tab-json").click();
        String json = browser.find("#json").getText();
        assertThat(json).contains("\"capturedNanos\"", "\"detections\"", shown().split(":")[0]);
        browser.find("#tab-messages").click();
        browser.await("messages around it", page -> page.all("#messages button").size() > 5);
        String before = shown();
        browser.all("#messages button").get(3).click();
        awaitOther(before);
        assertThat(data("#detail", "kind")).isEqualTo("message");
    }

    @Test
    void arrowsGoFromEventToEventAndWithShiftToWhereSomethingIsSeen() {
        browser.find("#next").click();
        String first = awaitShown();
        key(Keys.ARROW_RIGHT);
        String second = awaitOther(first);
        assertThat(second).isGreaterThan(first);
        key(Keys.ARROW_LEFT);
        browser.await("the first is shown again", page -> shown().equals(first));
        key(Keys.SHIFT, Keys.ARROW_RIGHT);
        awaitOther(first);
        browser.await(
                "something is detected in it",
                page -> page.all("#detections tbody tr").size() > 0);
        key(Keys.NULL, Keys.END);
        browser.await("the newest is shown", page -> data("#detail", "position").startsWith("0x"));
        key(Keys.ARROW_RIGHT);
        browser.await(
                "it says that there is no more",
                page -> page.find("#search-status").getText().contains("no event after this one"));
    }

    @Test
    void aFilterThatIsTypedIsInTheAddressAndALinkShowsTheSame() {
        key("/");
        browser.find("#find").sendKeys("hors");
        browser.await(
                "it is suggested",
                page -> !page.all("#find-list [data-text=horse]").isEmpty());
        browser.find("#find").sendKeys(Keys.ENTER);
        awaitAddress("label=horse");
        browser.await(
                "only horses are left",
                page -> page.all("#lane-names button.lane:not(.none)").size() == 1);
        browser.script(
                "document.querySelector('#conf').value = '0.6'; document.querySelector('#conf').dispatchEvent(new Event('input', {bubbles: true}))");
        awaitAddress("conf=0.6");
        browser.find("#next-seen").click();
        String position = awaitShown();
        awaitAddress("at=");
        String total = browser.find("#lane-names button.lane .total").getText();
        String link = browser.driver().getCurrentUrl();

        browser.go("about:blank");
        browser.go(link);
        awaitLanes();
        browser.await(
                "the link shows the same",
                page -> shown().equals(position)
                        && page.find("#lane-names button.lane .total").getText().equals(total)
                        && page.all("#chips li").size() == 1);
        browser.find("#chips button.remove").click();
        browser.await(
                "all lanes are back",
                page -> page.all("#lane-names button.lane").size() > 1);
        browser.driver().navigate().back();
        browser.await(
                "the way back leads to the filter",
                page -> page.all("#chips li").size() == 1);
    }

    @Test
    void nothingFoundSkippedAndNoDataLookDifferent() {
        // of the lane of a label: columns in which there were frames without it, only skips, and nothing at all
        look(SPAN + "&zone=utc&by=label&stream=gate&label=horse");
        String quiet = pixels(END - HOURS * PageJournal.HOUR + 600 * PageJournal.SECOND);
        String skipped = pixels(END - HOURS * PageJournal.HOUR / 2 + 1500 * PageJournal.SECOND);
        String before = "from=" + (END - 3 * HOURS * PageJournal.HOUR) + "&to=" + END;
        look(before + "&zone=utc&by=label&stream=gate&label=horse");
        String none = pixels(END - 2 * HOURS * PageJournal.HOUR);
        assertThat(List.of(quiet, skipped, none)).doesNotHaveDuplicates();
        assertThat(quiet).as("a line").isNotEqualTo("");
    }

    /** What the first lane looks like at a time: its pixels, in a strip of eight columns. */
    private String pixels(long nanos) {
        return browser.script("""
                const c = document.querySelector("#lanes canvas");
                const from = Number(c.dataset.from), to = Number(c.dataset.to);
                const x = Math.round((arguments[0] - from) / (to - from) * c.width);
                const d = c.getContext("2d").getImageData(x - 12, 22, 24, 40).data;
                return Array.from(d).join();
                """, nanos);
    }

    @Test
    void thePastIsPlayedAtARate() {
        look("from=" + (END - PageJournal.HOUR) + "&to=" + END + "&zone=utc&rate=10");
        browser.find("#next").click();
        String before = awaitShown();
        key(Keys.SPACE);
        long appended = appended();
        for (int i = 0; i < 5; i++) {
            before = awaitOther(before);
        }
        assertThat(appended()).isGreaterThan(appended);
        key(Keys.SPACE);
        browser.await(
                "it has stopped", page -> "false".equals(page.find("#play").getDomAttribute("aria-pressed")));
    }

    private long appended() {
        browser.find("#tab-json").click();
        return Long.parseLong(
                browser.find("#json").getText().replaceAll("(?s).*\"appendedNanos\": ?\"(\\d+)\".*", "$1"));
    }

    @Test
    void producersConsumersAndDiskAreShown() throws IOException {
        Sightlog.run("tail", "-q", queue.toString(), "--as", "half-way", "-n", "20000")
                .expect(0);
        browser.await(
                "the consumer with its lag",
                page -> page.find("#consumers").getText().contains("half-way")
                        && page.find("#consumers").getText().matches("(?s).*\\d+ events.*"));
        browser.await("the producer", page -> page.find("#producers").getText().contains("yard"));
        assertThat(browser.find("#disk").getText())
                .containsIgnoringCase("journal")
                .containsIgnoringCase("free");
    }

    @Test
    void timesAreInUtcOrInTheZoneOfTheMachine() {
        browser.driver().executeCdpCommand("Emulation.setTimezoneOverride", Map.of("timezoneId", "Asia/Kolkata"));
        try {
            browser.find("#next").click();
            awaitShown();
            String utc = browser.find("#event-times").getText();
            key("u");
            browser.await("it is local", page -> page.find("#zone").getText().equals("+05:30"));
            assertThat(browser.find("#event-times").getText()).isNotEqualTo(utc);
        } finally {
            browser.driver().executeCdpCommand("Emulation.setTimezoneOverride", Map.of("timezoneId", ""));
        }
    }

    @Test
    void aKeyboardAndAScreenReaderFindTheirWay() {
        List<String> nameless = browser.script("""
                return [...document.querySelectorAll("button, input, select, [role=slider], [role=tab], canvas, section, aside")]
                  .filter((e) => e.checkVisibility?.() !== false && !e.closest("[aria-hidden=true]"))
                  .filter((e) => !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.title || e.textContent.trim()))
                  .map((e) => e.outerHTML.slice(0, 120));
                """);
        assertThat(nameless).isEmpty();
        for (String landmark :
                List.of("body > header", "main", "aside", "footer", "#detail[aria-label]", "#lanes[aria-label]")) {
            assertThat(browser.all(landmark)).as(landmark).hasSize(1);
        }
        assertThat(browser.find("#lanes canvas").getDomAttribute("aria-label")).contains("detections by label");
        Set<String> focused = new LinkedHashSet<>();
        for (int i = 0; i < 60; i++) {
            browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
            focused.add(browser.script("const e = document.activeElement; return e.id || e.className || e.tagName"));
        }
        assertThat(focused)
                .contains("find", "by-label", "conf", "live", "overview-slider", "next", "play", "tab-detections");
        key("?");
        browser.await("the keys are listed", page -> page.find("#help").isDisplayed());
        browser.find("#help-close").click();
    }

    @Test
    void itFitsAPhone() throws IOException {
        browser.size(360, 740);
        try {
            look(SPAN + "&zone=utc");
            browser.find("#next-seen").click();
            awaitShown();
            assertThat(browser.<Long>script("return document.documentElement.scrollWidth"))
                    .isLessThanOrEqualTo(360);
            browser.screenshot("phone");
        } finally {
            browser.size(1400, 900);
        }
    }

    /** What README shows is made here: {@code target/pictures-of-the-page/page.jpg}. */
    @ParameterizedTest
    @EnumSource
    void picturesOfThePageAreMade(Browser.Scheme scheme) throws IOException {
        browser.scheme(scheme);
        look(SPAN + "&zone=utc&at=" + dogBicycleAndCar());
        browser.await("its picture is there", page -> "source".equals(data("#picture", "kind")));
        browser.await(
                "its detections are listed",
                page -> page.all("#detections tbody tr").size() == 3);
        browser.await("the disk is known", page -> page.find("#disk").getText().contains("Index"));
        browser.screenshot(scheme == Browser.Scheme.LIGHT ? "page" : "page-dark");
        assertThat(browser.<String>script("return getComputedStyle(document.body).backgroundColor"))
                .isNotEqualTo(
                        scheme == Browser.Scheme.LIGHT ? backOf(Browser.Scheme.DARK) : backOf(Browser.Scheme.LIGHT));
    }

    private String backOf(Browser.Scheme scheme) {
        browser.scheme(scheme);
        return browser.script("return getComputedStyle(document.body).backgroundColor");
    }

    private Position dogBicycleAndCar() {
        try (Journal journal = Journal.open(queue);
                JournalReader reader = journal.reader(new Start.Time(END - 4 * PageJournal.HOUR))) {
            while (reader.next()) {
                Event event = reader.event();
                if (event.stream().equals("yard") && event.detectionCount() == 3) {
                    return new Position(event.index(), event.place());
                }
            }
        }
        throw new AssertionError("no such event");
    }
}
