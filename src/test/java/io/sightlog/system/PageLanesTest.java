package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.inspect.JournalInfo;
import io.sightlog.journal.Journal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.WheelInput;

/** What a user does with the lanes, done in a real browser: zoomed, dragged, drawn, clicked. */
@Tag("slow")
class PageLanesTest extends PageFixture {
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

    @Test
    void aWindowIsAlsoDrawnWhereAllIsShownAndTheWayBackLeadsToAll() {
        WebElement overview = browser.find("#overview canvas");
        brush(); // its width is what it will be
        double width = overview.getSize().width;
        key("0");
        browser.await("all is shown", page -> brushStart() < 1 && brushEnd() > width - 1);
        browser.actions()
                .moveToElement(overview, (int) (300 - width / 2), -10)
                .clickAndHold()
                .moveByOffset(100, 0)
                .moveByOffset(100, 0)
                .release()
                .perform();
        browser.await(
                "the window is where it was drawn",
                page -> Math.abs(brushStart() - 300) < 4 && Math.abs(brushEnd() - 500) < 4);
        browser.script("history.back()");
        browser.await("all is shown again", page -> brushStart() < 1 && brushEnd() > width - 1);
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
}
