package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Single events by the time at which they were captured, in a journal that has got them in another order. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageCaptureTest {
    private static final long SECOND = PageJournal.SECOND;
    private static final long BEGIN = 1_780_000_000L * SECOND;
    private static final int MANY = 1_000;
    private static final String SPAN = "zone=utc&from=" + BEGIN + "&to=" + (BEGIN + 10 * SECOND);

    /** When each event of the span was captured, in seconds of the span; the first one is appended at 1 s, the next at 2 s, and so on. */
    private static final double[] CAPTURED = {5.5, 1.5, Double.NaN, 2.25, -10, 60};

    /** Events of the span by capture time; the one without is at its append time, 3 s. The first and the last are outside of the span. */
    private static final int[] BY_CAPTURE = {4, 1, 3, 2, 0, 5};

    @TempDir
    static Path folder;

    private final List<Position> positions = new ArrayList<>();
    private Position before;
    private Position behind;
    private PageServer server;
    private Browser browser;

    @BeforeAll
    void open() {
        Browser.need();
        Path queue = folder.resolve("queue-data");
        long[] now = {BEGIN};
        try (Journal journal = Journal.open(queue, () -> now[0]);
                JournalWriter writer = journal.writer()) {
            long labels = writer.publish(LabelSet.of("capture", List.of("person")));
            for (int i = MANY; i > 0; i--) {
                before = append(writer, labels, now, BEGIN - (20 + i) * SECOND, BEGIN - (20 + i) * SECOND, i);
            }
            for (int i = 0; i < CAPTURED.length; i++) {
                long captured = Double.isNaN(CAPTURED[i]) ? 0 : BEGIN + (long) (CAPTURED[i] * SECOND);
                positions.add(append(writer, labels, now, BEGIN + (i + 1) * SECOND, captured, i));
            }
            behind = append(writer, labels, now, BEGIN + 30 * SECOND, BEGIN + 30 * SECOND, 9);
        }
        server = PageServer.start(queue);
        browser = Browser.open(1200, 900, Browser.Scheme.LIGHT);
        browser.go(server.link());
        browser.awaitLanes();
        browser.console();
    }

    private static Position append(
            JournalWriter writer, long labels, long[] now, long appendedNanos, long capturedNanos, int frame) {
        now[0] = appendedNanos;
        return new Position(
                writer.append(new EventDraft()
                        .source("/srv/gate.mp4").stream("gate")
                                .frame(frame, 0)
                                .size(640, 480)
                                .capturedNanos(capturedNanos)
                                .labelSet(labels)
                                .detection(0, 0.5f + frame % 5 / 10f, 100, 100, 50, 80, 0)),
                0);
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

    @AfterEach
    void hasNoErrors() {
        assertThat(browser.console()).noneMatch(line -> line.startsWith("SEVERE") && !line.contains("/picture/"));
    }

    private void look(String parameters) {
        browser.go(server.origin() + "/?" + parameters);
        browser.awaitLanes();
    }

    private void lookAtDots(String parameters) {
        look(parameters);
        browser.await(
                "single events are drawn",
                page -> "true".equals(page.find("#lanes canvas").getDomAttribute("data-dots")));
    }

    private void key(CharSequence keys) {
        browser.find("body").sendKeys(keys);
    }

    private void awaitShown(Position position) {
        browser.await(
                position + " is shown",
                page -> position.toString().equals(page.find("#detail").getDomAttribute("data-position")));
    }

    private void awaitPressed(boolean isPressed) {
        browser.await(
                "the switch is " + isPressed,
                page -> String.valueOf(isPressed)
                        .equals(page.find("#by-captured").getDomAttribute("aria-pressed")));
    }

    private void awaitAddress(boolean isCaptured) {
        browser.await(
                "the address says so",
                page -> isCaptured == page.driver().getCurrentUrl().contains("order=captured"));
    }

    private String note() {
        return browser.find("#capture-note").getText();
    }

    /** What the page says of the place in the lane of persons at a second of the span. */
    private String pointedAt(double second) {
        WebElement canvas = browser.find("#lanes canvas");
        int width = canvas.getSize().width;
        int height = canvas.getSize().height;
        browser.actions()
                .moveToElement(canvas, (int) Math.round(width * (second / 10 - 0.5)), 36 + 13 - height / 2)
                .perform();
        return browser.find("#lanes-tip").getText();
    }

    @Test
    void eventsLieWhereTheyWereCapturedAndOthersAreCountedAtTheEdges() throws IOException {
        lookAtDots(SPAN);
        for (int i = 0; i < CAPTURED.length; i++) {
            assertThat(pointedAt(i + 1)).contains("frame " + i);
        }
        assertThat(note()).isEmpty();
        browser.screenshot("capture-by-append");
        browser.find("#by-captured").click();
        browser.await("it says so", page -> note().startsWith("by capture time"));
        assertThat(note())
                .isEqualTo("by capture time: 1 captured before this span, 1 captured after this span;"
                        + " 1 without capture time, hollow, at append time");
        assertThat(pointedAt(5.5))
                .contains("frame 0", "captured 2026-05-28 20:26:45.5", "appended 2026-05-28 20:26:41");
        assertThat(pointedAt(1.5)).contains("frame 1");
        assertThat(pointedAt(2.25)).contains("frame 3");
        assertThat(pointedAt(3)).contains("frame 2", "no capture time");
        for (int second : new int[] {1, 4, 5, 6}) {
            assertThat(pointedAt(second)).doesNotContain("frame");
        }
        assertThat(browser.find("#lanes canvas").getDomAttribute("aria-label"))
                .contains("1 captured before this span, 1 captured after this span");
        browser.screenshot("capture-by-capture");
    }

    @Test
    void stepsGoByCaptureTimeAndPastTheEdgeByAppendTime() {
        lookAtDots(SPAN + "&order=captured&at=" + positions.get(1));
        awaitShown(positions.get(1));
        for (int i : new int[] {3, 2, 0, 5}) {
            key(Keys.ARROW_RIGHT);
            awaitShown(positions.get(i));
        }
        for (int i = BY_CAPTURE.length - 2; i >= 0; i--) {
            key(Keys.ARROW_LEFT);
            awaitShown(positions.get(BY_CAPTURE[i]));
        }
        key(Keys.ARROW_LEFT);
        awaitShown(before);

        lookAtDots(SPAN + "&order=captured&at=" + positions.get(5));
        awaitShown(positions.get(5));
        key(Keys.chord(Keys.SHIFT, Keys.ARROW_RIGHT));
        awaitShown(behind);

        lookAtDots(SPAN + "&at=" + positions.get(1));
        awaitShown(positions.get(1));
        key(Keys.ARROW_RIGHT);
        awaitShown(positions.get(2));
    }

    @Test
    void theSwitchWorksByKeysAndALinkShowsTheSame() {
        lookAtDots(SPAN);
        awaitPressed(false);
        key("c");
        awaitPressed(true);
        awaitAddress(true);
        browser.driver().navigate().refresh();
        awaitPressed(true);
        browser.await("it is in order of capture", page -> note().startsWith("by capture time"));
        browser.find("#by-captured").sendKeys(Keys.SPACE);
        awaitPressed(false);
        awaitAddress(false);
        browser.driver().navigate().back();
        awaitPressed(true);
        assertThat(browser.find("#by-captured").getAccessibleName()).isEqualTo("By capture time");
    }

    @Test
    void overColumnsItSaysThatItCountsWhenZoomedIn() {
        look("zone=utc&order=captured&from=" + (BEGIN - 1_100 * SECOND) + "&to=" + (BEGIN + 60 * SECOND));
        browser.await("it says so", page -> note().equals("capture time counts when zoomed in to single events"));
        awaitPressed(true);
        assertThat(browser.find("#by-captured").isEnabled()).isTrue();
    }

    @Test
    void aClickShowsWhatWasCapturedNext() {
        lookAtDots(SPAN + "&order=captured");
        WebElement canvas = browser.find("#lanes canvas");
        int width = canvas.getSize().width;
        browser.actions()
                .moveToElement(canvas, (int) (width * (0.45 - 0.5)), 36 + 13 - canvas.getSize().height / 2)
                .click()
                .perform();
        awaitShown(positions.get(0));
    }

    @ParameterizedTest
    @EnumSource(Browser.Scheme.class)
    void onAPhoneItHasRoom(Browser.Scheme scheme) throws IOException {
        try (Browser phone = Browser.open(390, 844, scheme)) {
            phone.go(server.link(SPAN + "&order=captured"));
            phone.awaitLanes();
            phone.await(
                    "it is in order of capture",
                    page -> page.find("#capture-note").getText().startsWith("by capture time"));
            assertThat(phone.<Long>script("return document.documentElement.scrollWidth"))
                    .isLessThanOrEqualTo(390);
            phone.screenshot("capture-phone-" + scheme.name().toLowerCase(Locale.ROOT));
        }
    }
}
