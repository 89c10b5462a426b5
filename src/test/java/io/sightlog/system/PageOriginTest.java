package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page of another origin, in the browser that has our cookie, gets nothing. */
@Tag("slow")
class PageOriginTest {
    /** Tries all that a page can make a browser do with another server; says of each what came of it. */
    private static final String ATTACK = """
            const [target, position, done] = arguments;
            const tried = {};
            const later = [];
            const api = target + "/api/v1/";
            for (const path of ["", "page/main.js", "api/v1/info", "api/v1/events", "api/v1/picture/" + position, "metrics"]) {
              for (const mode of ["cors", "no-cors"]) {
                for (const credentials of ["include", "omit"]) {
                  later.push(fetch(target + "/" + path, { mode, credentials }).then(
                    async (r) => tried["fetch " + path + " " + mode + " " + credentials] = r.type === "opaque" ? "opaque" : "read " + (await r.text()).length,
                    (e) => tried["fetch " + path + " " + mode + " " + credentials] = "refused"));
                }
              }
            }
            function element(kind, name, url) {
              later.push(new Promise((resolve) => {
                const e = document.createElement(kind);
                e.onload = () => { tried[name] = "loaded"; resolve(); };
                e.onerror = () => { tried[name] = "refused"; resolve(); };
                if (kind === "link") { e.rel = "stylesheet"; e.href = url; } else { e.src = url; }
                document.body.append(e);
              }));
            }
            element("img", "img", api + "picture/" + position);
            element("img", "icon", target + "/page/icon.svg");
            element("script", "script", target + "/page/main.js");
            element("link", "style", target + "/page/style.css");
            later.push(new Promise((resolve) => {
              const live = new EventSource(api + "live", { withCredentials: true });
              live.onopen = () => { tried.live = "opened"; live.close(); resolve(); };
              live.onerror = () => { tried.live = "refused"; live.close(); resolve(); };
            }));
            later.push(new Promise((resolve) => {
              const frame = document.createElement("iframe");
              frame.onload = () => {
                let text = "refused";
                try { text = frame.contentDocument === null ? "refused" : "read " + frame.contentDocument.body.innerText; } catch { }
                tried.frame = text;
                tried.framesInside = frame.contentWindow.length;
                resolve();
              };
              frame.src = target + "/";
              document.body.append(frame);
            }));
            Promise.all(later).then(() => done(tried));
            """;

    private static Path queue;

    @BeforeAll
    static void make() throws IOException {
        Browser.need();
        queue = PageJournal.shared();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void aPageOfAnotherOriginGetsNothingThoughItsBrowserHasTheCookie(String host) throws IOException {
        String position = first(queue);
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] page = "<!doctype html><title>other</title><body>other".getBytes(StandardCharsets.UTF_8);
        other.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        other.start();
        try (PageServer server = PageServer.start(queue);
                Browser browser = Browser.open(800, 600, Browser.Scheme.LIGHT)) {
            browser.go(server.link());
            Map<String, Object> own = browser.scriptLater(ATTACK, server.origin(), position);
            assertThat(own.get("fetch api/v1/info cors include"))
                    .as("our own page")
                    .asString()
                    .startsWith("read");
            assertThat(own.get("img")).as("our own page").isEqualTo("loaded");
            browser.go("http://" + host + ":" + other.getAddress().getPort() + "/");
            assertThat(browser.<String>script("return document.title")).isEqualTo("other");
            Map<String, Object> tried = browser.scriptLater(ATTACK, server.origin(), position);
            assertThat(tried).hasSizeGreaterThan(25);
            tried.forEach((what, came) -> assertThat(String.valueOf(came))
                    .as(what)
                    .isIn(List.of("refused", "opaque", "0"))); // opaque: sent, and nothing of it can be read
        } finally {
            other.stop(0);
        }
    }

    @Test
    void aLinkFromAnotherPageOpensOurs() {
        try (PageServer server = PageServer.start(queue);
                Browser browser = Browser.open(800, 600, Browser.Scheme.LIGHT)) {
            browser.go(server.link());
            browser.find("#lanes canvas");
            browser.go(
                    "data:text/html,<title>mail</title><a id=link href='" + server.origin() + "/?by=source'>look</a>");
            browser.find("#link").click();
            browser.find("#lanes canvas");
            assertThat(browser.<String>script("return location.search")).contains("by=source");
        }
    }

    private static String first(Path queue) {
        try (Journal journal = Journal.open(queue);
                JournalReader reader = journal.reader()) {
            assertThat(reader.next()).isTrue();
            return new Position(reader.event().index(), reader.event().place()).toString();
        }
    }
}
