package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Event;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;

/** What a user does with the page, done in a real browser: clicked, typed, looked at. */
@Tag("slow")
class PageTest extends PageFixture {
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
        browser.await("the newest is shown", page -> shown().equals(newest()));
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

    private String newest() {
        try (Journal journal = Journal.open(queue);
                JournalReader reader = journal.reader(new Start.Last(1))) {
            assertThat(reader.next()).isTrue();
            return new Position(reader.event().index(), reader.event().place()).toString();
        }
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
