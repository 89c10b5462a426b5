package io.sightlog.system;

import io.sightlog.journal.ForeignPrograms;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A real browser, Debian's Chromium, in a process of its own with a profile of its own. Every wait ends after {@link #PATIENCE} with what
 * was waited for and what the browser's console says. Tests that open one are skipped where there is none: see {@link ForeignPrograms}.
 */
final class Browser implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("sightlog.browser.patience", 60));
    private static final long LOOK_EVERY_NANOS = 10_000_000;
    private static final String CHROMIUM = "chromium";
    private static final String DRIVER = "chromedriver";

    private final ChromeDriver driver;

    /** How it is to look. */
    enum Scheme {
        LIGHT,
        DARK
    }

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Goes on only where there is a browser. */
    static void need() {
        ForeignPrograms.need(CHROMIUM);
        ForeignPrograms.need(DRIVER);
    }

    /** One of {@code width} x {@code height} pixels, of what is shown. */
    static Browser open(int width, int height, Scheme scheme, String... more) {
        need();
        Logger.getLogger("org.openqa.selenium").setLevel(Level.SEVERE); // it knows no newer browser, and need not
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program(CHROMIUM).toString());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--enable-precise-memory-info",
                "--lang=en-GB",
                "--window-size=" + width + "," + height);
        options.addArguments(more);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program(DRIVER).toFile())
                .usingAnyFreePort()
                .withSilent(true)
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        Browser browser = new Browser(driver);
        browser.scheme(scheme);
        browser.size(width, height); // of what is shown, without the window around it
        return browser;
    }

    private static Path program(String program) {
        return List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    ChromeDriver driver() {
        return driver;
    }

    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Has it look otherwise from now on. */
    void scheme(Scheme scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of(
                                "name",
                                "prefers-color-scheme",
                                "value",
                                scheme.name().toLowerCase(Locale.ROOT)))));
    }

    void go(String url) {
        driver.get(url);
    }

    WebElement find(String css) {
        return await("there is " + css, ignored -> driver.findElement(By.cssSelector(css)));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** What a script returns. */
    @SuppressWarnings("unchecked")
    <T> T script(String body, Object... arguments) {
        return (T) ((JavascriptExecutor) driver).executeScript(body, arguments);
    }

    /** What a script hands to the function that is its last argument. */
    @SuppressWarnings("unchecked")
    <T> T scriptLater(String body, Object... arguments) {
        return (T) ((JavascriptExecutor) driver).executeAsyncScript(body, arguments);
    }

    Actions actions() {
        return new Actions(driver);
    }

    /** Waits until something is there: neither null nor false. */
    <T> T await(String what, Function<Browser, T> look) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                T found = look.apply(this);
                if (found != null && !Boolean.FALSE.equals(found)) {
                    return found;
                }
            } catch (NoSuchElementException | StaleElementReferenceException e) {
                // not yet
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(
                        "waited " + PATIENCE.toSeconds() + " s in vain until " + what + "; the page says: "
                                + script("return document.body ? document.body.innerText.slice(0, 1500) : ''")
                                + "\nits console: "
                                + console());
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    /** Waits until the lanes of the page are painted from their own answer. */
    void awaitLanes() {
        await(
                "the lanes are painted",
                page -> "true".equals(page.find("#lanes canvas").getDomAttribute("data-fresh")));
    }

    /** What the page has written to its console since this was asked last, errors of the network included. */
    List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry -> entry.getLevel() + " " + entry.getMessage())
                .toList();
    }

    /** Writes what is shown into {@code target/pictures-of-the-page}. */
    Path screenshot(String name) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "pictures-of-the-page"));
        Map<String, Object> taken =
                driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "jpeg", "quality", 88));
        return Files.write(folder.resolve(name + ".jpg"), Base64.getDecoder().decode((String) taken.get("data")));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
