package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page without a mouse, for those who listen to it, for those who see little, and with an address that somebody made up. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageKeysTest {
    private static final long END = 1_780_000_000L * PageJournal.SECOND;
    private static final int EVENTS = 3_000;
    private static final long FROM = END - EVENTS * PageJournal.SECOND / 300;

    /** Each text that is shown with too little contrast to what is behind it, by the rules of WCAG 2 AA. */
    private static final String TOO_FAINT = """
            const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
            const read = (colour) => {
              pen.clearRect(0, 0, 1, 1);
              pen.fillStyle = colour;
              pen.fillRect(0, 0, 1, 1);
              const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
              return [r, g, b, a / 255];
            };
            const over = (f, b) => {
              const a = f[3] + b[3] * (1 - f[3]);
              return a === 0 ? [0, 0, 0, 0] : [0, 1, 2].map((i) => (f[i] * f[3] + b[i] * b[3] * (1 - f[3])) / a).concat(a);
            };
            const linear = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
            const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
            const faint = [];
            let all = 0;
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
              const element = texts.currentNode.parentElement;
              const text = texts.currentNode.textContent.trim();
              if (!text || !element.checkVisibility({ visibilityProperty: true }) || element.closest(":disabled") || element.getBoundingClientRect().width === 0) {
                continue;
              }
              let back = [0, 0, 0, 0];
              let opacity = 1;
              for (let parent = element; parent; parent = parent.parentElement) {
                const style = getComputedStyle(parent);
                back = over(back, read(style.backgroundColor));
                opacity *= Number(style.opacity);
              }
              back = over(back, read(getComputedStyle(document.documentElement).getPropertyValue("--back")));
              const style = getComputedStyle(element);
              const ink = read(style.color);
              const [high, low] = [light(over([ink[0], ink[1], ink[2], ink[3] * opacity], back)), light(back)].sort((p, q) => q - p);
              const ratio = (high + 0.05) / (low + 0.05);
              const size = parseFloat(style.fontSize);
              all++;
              if (ratio < (size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5)) {
                faint.push(text + ": " + ratio.toFixed(2));
              }
            }
            return [all, faint];
            """;

    @TempDir
    static Path folder;

    private PageServer server;
    private Browser browser;

    @BeforeAll
    void open() {
        Browser.need();
        Path queue = folder.resolve("queue-data");
        PageJournal.many(queue, EVENTS, FROM);
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
        look("zone=utc");
        browser.console();
    }

    private void look(String parameters) {
        browser.go(server.origin() + "/?" + parameters);
        browser.awaitLanes();
    }

    private void await(String what, String script) {
        browser.await(what, page -> page.<Boolean>script("return " + script));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#overview-slider", "#conf"})
    void keysWorkAfterSomethingWasSlid(String slider) {
        WebElement slid = browser.find(slider);
        slid.click();
        slid.sendKeys("u");
        await("the zone is another one", "document.querySelector('#zone').textContent !== 'UTC'");
        slid.sendKeys("3");
        await("lanes are streams", "document.querySelector('#by-stream').ariaChecked === 'true'");
        String before = browser.find("#span-text").getText();
        slid.sendKeys("+");
        browser.await(
                "it is zoomed in", page -> !page.find("#span-text").getText().equals(before));
        slid.sendKeys("/");
        await("the search has the focus", "document.activeElement.id === 'find'");
    }

    @Test
    void lettersThatAreTypedIntoTheSearchAreNoKeys() {
        await("the address has the span and the event", "/from=.*at=/.test(location.search)");
        String before = browser.<String>script("return location.search");
        browser.find("#find").sendKeys("l 0ud13?+-");
        await("what was typed is there", "document.querySelector('#find').value === 'l 0ud13?+-'");
        assertThat(browser.<Boolean>script("return document.querySelector('#help').open"))
                .isFalse();
        assertThat(browser.find("#live").getDomAttribute("aria-pressed")).isEqualTo("false");
        assertThat(browser.find("#by-label").getDomAttribute("aria-checked")).isEqualTo("true");
        browser.find("#find").sendKeys(Keys.ESCAPE);
        await("it is empty", "document.querySelector('#find').value === ''");
        assertThat(browser.<String>script("return location.search")).isEqualTo(before);
    }

    @Test
    void theHelpKeepsTheFocusUntilEscape() {
        browser.find("#keys").sendKeys(Keys.ENTER);
        await("the help is open", "document.querySelector('#help').open");
        for (int i = 0; i < 5; i++) {
            browser.actions().sendKeys(Keys.TAB).perform();
            assertThat(
                            browser.<Boolean>script(
                                    "return document.activeElement === document.body || document.activeElement.closest('#help') !== null"))
                    .isTrue();
        }
        browser.actions().sendKeys(Keys.ESCAPE).perform();
        await("the help is closed", "!document.querySelector('#help').open");
        assertThat(browser.<String>script("return document.activeElement.id")).isEqualTo("keys");
    }

    @Test
    @SuppressWarnings("unchecked")
    void whateverTakesTheFocusHasAName() {
        look("zone=utc&label=label%201&conf=0.37");
        List<Map<String, Object>> nodes = (List<Map<String, Object>>) browser.driver()
                .executeCdpCommand("Accessibility.getFullAXTree", Map.of())
                .get("nodes");
        List<Object> nameless = new ArrayList<>();
        int focusable = 0;
        for (Map<String, Object> node : nodes) {
            List<Map<String, Object>> properties =
                    (List<Map<String, Object>>) node.getOrDefault("properties", List.of());
            boolean takesFocus = properties.stream()
                    .anyMatch(property -> property.get("name").equals("focusable")
                            && Boolean.TRUE.equals(((Map<String, Object>) property.get("value")).get("value")));
            if (takesFocus && !Boolean.TRUE.equals(node.get("ignored"))) {
                focusable++;
                Map<String, Object> name = (Map<String, Object>) node.getOrDefault("name", Map.of());
                if (String.valueOf(name.getOrDefault("value", "")).isBlank()) {
                    nameless.add(node);
                }
            }
        }
        assertThat(focusable).isGreaterThan(20);
        assertThat(nameless).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Browser.Scheme.class)
    void allTextsCanBeRead(Browser.Scheme scheme) {
        browser.scheme(scheme);
        look("zone=utc&label=label%201&label=nobody&conf=0.37");
        browser.find("#keys").click();
        List<Object> found = browser.script(TOO_FAINT);
        assertThat((Long) found.get(0)).isGreaterThan(80);
        assertThat((List<?>) found.get(1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=200&to=100",
                "from=1&to=9999999999999999999",
                "from=-500&to=1780000000000000000",
                "from=0&to=1",
                "last=9999999999999999999",
                "at=0xffffffffffffffff",
                "conf=-3",
                "conf=0.001",
                "by=bogus&zone=mars&rate=-1&conf=many&more=1",
                "label=%22%3E%3Cscript%3Edocument.title='in'%3C/script%3E"
            })
    void nonsenseInTheAddressIsPassedOver(String parameters) {
        look(parameters);
        browser.await("an event is shown, or none is asked for", page -> page.<Boolean>script("""
                return document.querySelector("#detail").dataset.position !== "" || document.querySelector("#picture .words").textContent !== "";
                """));
        String text = browser.find("body").getText();
        assertThat(text).doesNotContain("bad ").doesNotContain("is needed").doesNotContain("≥ 0.00");
        assertThat(browser.<String>script("return document.title")).isEqualTo("queue-data · Sightlog");
        assertThat(browser.console()).noneMatch(line -> line.startsWith("SEVERE") && !line.contains("/picture/"));
    }

    @Test
    void theEndOfAPlayThatShowsNothingSaysWhy() {
        look("label=nobody");
        browser.find("#play").click();
        browser.await(
                "it says why",
                page -> page.find("#note")
                        .getText()
                        .equals("No frame comes after this one that the filters let through."));
    }
}
