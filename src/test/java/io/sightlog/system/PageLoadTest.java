package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;

/**
 * The page over a large journal: a million events and 200 zooms, with {@code -Dsightlog.page.events=10000000 -Dsightlog.page.zooms=1000}
 * ten million and a thousand.
 */
@Tag("alone")
@Tag("slow")
class PageLoadTest {
    private static final int EVENTS = Integer.getInteger("sightlog.page.events", 1_000_000);
    private static final int ZOOMS = Integer.getInteger("sightlog.page.zooms", 200);
    private static final long END = 1_780_000_000L * PageJournal.SECOND;
    private static final long MEBIBYTE = 1 << 20;

    /** Turns the wheel at a place, and says how long it takes until it is seen, and until the server's answer is painted. */
    private static final String ZOOM = """
            const [place, delta, done] = arguments;
            const canvas = document.querySelector("#lanes canvas");
            const box = canvas.getBoundingClientRect();
            const before = Number(canvas.dataset.painted);
            const began = performance.now();
            canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: delta, clientX: box.left + place * box.width, clientY: box.top + 60, bubbles: true, cancelable: true }));
            let painted = 0;
            (function look() {
              const elapsed = performance.now() - began;
              painted ||= Number(canvas.dataset.painted) > before ? elapsed : 0;
              const isFresh = painted && canvas.dataset.fresh === "true";
              if (isFresh || elapsed > 20000) { done([painted, isFresh ? elapsed : -1]); } else { requestAnimationFrame(look); }
            })();
            """;

    @TempDir
    Path folder;

    @Test
    void zoomsArePaintedWithinATenthOfASecondAndTheTabDoesNotGrow() {
        Browser.need();
        Path queue = folder.resolve("queue-data");
        long began = System.nanoTime();
        PageJournal.many(queue, EVENTS, END - EVENTS * (PageJournal.SECOND / 300));
        long made = System.nanoTime();
        Random random = new Random(Seeds.of(PageLoadTest.class));
        try (PageServer server = PageServer.start(queue);
                Browser browser = Browser.open(1400, 900, Browser.Scheme.DARK)) {
            browser.go(server.link("zone=utc"));
            browser.await(
                    "lanes are there while the index is being made",
                    page -> page.all("#lane-names button.lane").size() > 5);
            long usable = System.nanoTime();
            browser.await(
                    "all is indexed",
                    page -> page.<Boolean>scriptLater(
                            "const done = arguments[0]; fetch('api/v1/info').then((r) => r.json()).then((i) => done(i.index.upToDate))"));
            System.out.printf(
                    Locale.ROOT,
                    "%,d events made in %.1f s, page usable after %.1f s, indexed after %.1f s%n",
                    EVENTS,
                    (made - began) / 1e9,
                    (usable - made) / 1e9,
                    (System.nanoTime() - made) / 1e9);
            double[] painted = new double[ZOOMS];
            double[] fresh = new double[ZOOMS];
            long heapBefore = 0;
            int depth = 0;
            for (int i = 0; i < ZOOMS; i++) {
                if (i == ZOOMS / 4) {
                    heapBefore = heap(browser.driver());
                }
                boolean isIn = depth == 0 || (depth < 30 && random.nextInt(2) == 0);
                depth += isIn ? 1 : -1;
                List<Number> took = browser.scriptLater(ZOOM, random.nextDouble(), isIn ? -300 : 300);
                painted[i] = took.get(0).doubleValue();
                fresh[i] = took.get(1).doubleValue();
                if (fresh[i] < 0) {
                    throw new AssertionError(
                            "zoom " + i + " has no answer: " + browser.driver().getCurrentUrl() + ", "
                                    + browser.find("#lanes canvas").getDomAttribute("data-from") + " to "
                                    + browser.find("#lanes canvas").getDomAttribute("data-to") + "; the page says: "
                                    + browser.find("#lanes").getText() + "\n"
                                    + browser.find("#foot").getText() + "\nits console: "
                                    + browser.console());
                }
            }
            long heapAfter = heap(browser.driver());
            java.util.Arrays.sort(painted);
            java.util.Arrays.sort(fresh);
            System.out.printf(
                    Locale.ROOT,
                    "%d zooms: seen p50 %.0f p95 %.0f max %.0f ms; with the answer p50 %.0f p95 %.0f max %.0f ms; heap of the tab %d then %d MiB%n",
                    ZOOMS,
                    painted[ZOOMS / 2],
                    painted[ZOOMS * 95 / 100],
                    painted[ZOOMS - 1],
                    fresh[ZOOMS / 2],
                    fresh[ZOOMS * 95 / 100],
                    fresh[ZOOMS - 1],
                    heapBefore / MEBIBYTE,
                    heapAfter / MEBIBYTE);
            assertThat(painted[ZOOMS * 95 / 100])
                    .as("ms until a zoom is seen, p95")
                    .isLessThan(100);
            assertThat(heapAfter).as("heap of the tab").isLessThan(heapBefore + 8 * MEBIBYTE);
        }
    }

    /** What the tab holds after its garbage is gone. */
    private static long heap(ChromeDriver driver) {
        driver.executeCdpCommand("HeapProfiler.collectGarbage", Map.of());
        Object used = driver.executeCdpCommand("Runtime.getHeapUsage", Map.of()).get("usedSize");
        return ((Number) used).longValue();
    }
}
