package io.sightlog.serve;

import static io.sightlog.serve.Served.TOKEN;
import static io.sightlog.serve.Served.bearer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets at what of a page, in every combination of what is asked, from where, and with what. */
class AccessTest {
    private static final List<String> PATHS = List.of(
            "/", "/page/main.js", "/page/icon.svg", "/api/v1/info", "/api/v1/events", "/api/v1/live", "/metrics");
    private static final String METRICS = "/metrics";

    @TempDir
    static Path folder;

    private static Served page;

    @BeforeAll
    static void serve() {
        page = new Served(folder).with(3, 10);
    }

    @AfterAll
    static void close() {
        page.close();
    }

    /** What is shown, and whether it opens everything, metrics alone, or nothing. */
    private static Map<String, String> credentials() throws IOException {
        String cookie = page.cookie();
        String name = "sightlog-" + page.port();
        Map<String, String> all = new LinkedHashMap<>();
        all.put(bearer(), "all");
        all.put("Authorization: bearer  " + TOKEN, "all");
        all.put(cookie, "all");
        all.put("Cookie: a=b; x; " + cookie.substring("Cookie: ".length()) + "; =;;", "all");
        all.put(cookie.replace("Cookie: ", "Cookie: " + name + "=wrong; "), "all");
        all.put("Authorization: Bearer " + Served.METRICS_TOKEN, "metrics");
        all.put("X-Nothing: 1", "none");
        all.put("Authorization: Bearer", "none");
        all.put("Authorization: Bearer " + TOKEN + "x", "none");
        all.put("Authorization: Bearer " + TOKEN.substring(1), "none");
        all.put("Authorization: Basic " + TOKEN, "none");
        all.put("Authorization: " + TOKEN, "none");
        all.put("Cookie: " + name + "=" + TOKEN, "none");
        all.put("Cookie: " + name + "=", "none");
        all.put("Cookie: " + cookie.substring(cookie.indexOf('=') + 1), "none");
        all.put(cookie.replace(name, "sightlog-1"), "none");
        all.put("Cookie: token=" + TOKEN, "none");
        return all;
    }

    @Test
    void withoutTheTokenNothingIsShown() throws IOException {
        for (Map.Entry<String, String> shown : credentials().entrySet()) {
            for (String path : PATHS) {
                boolean opens =
                        shown.getValue().equals("all") || (shown.getValue().equals("metrics") && path.equals(METRICS));
                if (opens && path.equals("/api/v1/live")) {
                    continue; // which does not end
                }
                Raw.Answer answer = page.get(path, shown.getKey());
                assertThat(answer.code()).as("%s with %s", path, shown.getKey()).isEqualTo(opens ? 200 : 401);
                if (!opens) {
                    assertThat(answer.body())
                            .as("%s with %s", path, shown.getKey())
                            .startsWith("{\"error\":\"the token is needed")
                            .hasSizeLessThan(120);
                }
            }
        }
    }

    @Test
    void theTokenIsTakenFromTheLinkAloneAndOnlyThere() throws IOException {
        for (String path : PATHS.subList(1, PATHS.size())) {
            assertThat(page.get(path + "?token=" + TOKEN).code()).as(path).isEqualTo(401);
        }
        assertThat(page.get("/?token=" + TOKEN + "x").code()).isEqualTo(401);
        assertThat(page.get("/?token=").code()).isEqualTo(401);
        assertThat(page.get("/?token").code()).isEqualTo(401);
        assertThat(page.get("/?token=" + TOKEN + "&token=" + TOKEN).code()).isEqualTo(400);
        assertThat(page.get("/?token=" + Served.METRICS_TOKEN).code()).isEqualTo(401);
        assertThat(page.get("/?token=wrong", bearer()).code())
                .as("a wrong one is not passed over")
                .isEqualTo(401);
    }

    @Test
    void theLinkGivesACookieAndLeadsToTheSamePageWithoutTheToken() throws IOException {
        Raw.Answer answer = page.get("/?from=1&to%20=%2F%2F&token=" + TOKEN + "&b");

        assertThat(answer.code()).isEqualTo(303);
        assertThat(answer.header("Location")).isEqualTo("/?from=1&to%20=%2F%2F&b");
        assertThat(answer.header("Set-Cookie"))
                .matches("sightlog-" + page.port() + "=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax")
                .doesNotContain(TOKEN);
        assertThat(page.get("/?token=" + TOKEN).header("Location")).isEqualTo("/");
        assertThat(page.get("/?%74oken=" + TOKEN.replace("r", "%72")).code()).isEqualTo(303);
    }

    @Test
    void aBrowserWithoutTheTokenIsToldWhereItIs() throws IOException {
        Raw.Answer answer = page.get("/", "Accept: text/html,*/*;q=0.8");

        assertThat(answer.code()).isEqualTo(401);
        assertThat(answer.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(answer.body()).contains("Open the link that <code>sightlog serve</code> has printed");
    }

    @Test
    void onlyTheNamesOfThisServerAreAnswered() throws IOException {
        String port = ":" + page.port();
        for (String host : List.of("127.0.0.1" + port, "localhost" + port, "LOCALHOST" + port, "[::1]" + port)) {
            assertThat(page.get("/", "Host: " + host, bearer()).code()).as(host).isEqualTo(200);
        }
        for (String host : List.of(
                "evil.example" + port,
                "127.0.0.1",
                "localhost",
                "localhost:1",
                "127.0.0.2" + port,
                "localhost." + port,
                "localhost.evil.example" + port,
                "evil.example",
                "x@localhost" + port,
                "0.0.0.0" + port,
                "127.1" + port,
                "[::]" + port,
                "::1" + port,
                port,
                "")) {
            for (String path : List.of("/", "/?token=" + TOKEN, "/healthz", "/api/v1/info", "/nothing")) {
                Raw.Answer answer = page.get(path, "Host: " + host, bearer());
                assertThat(answer.code()).as("%s of \"%s\"", path, host).isIn(400, 421);
                assertThat(answer.header("Set-Cookie")).isEmpty();
            }
        }
        assertThat(Raw.ask(page.port(), "GET http://evil.example" + port + "/ HTTP/1.1", bearer())
                        .code())
                .isIn(400, 421);
        assertThat(page.get("/", "Host: localhost" + port, "Host: localhost" + port, bearer())
                        .code())
                .isIn(400, 421);
    }

    @Test
    void aRequestThatAnotherSiteHasSentIsRefused() throws IOException {
        String own = "http://127.0.0.1:" + page.port();
        assertThat(page.get("/api/v1/info", "Origin: " + own, bearer()).code()).isEqualTo(200);
        for (String origin : List.of(
                "http://evil.example",
                "null",
                "https" + own.substring(4),
                "http://127.0.0.1",
                "http://127.0.0.1:1",
                own + "/",
                own + ".evil.example",
                "")) {
            for (String path : PATHS) {
                assertThat(page.get(path, "Origin: " + origin, bearer()).code())
                        .as("%s from \"%s\"", path, origin)
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void onlyALinkToThePageMayComeFromAnotherSite() throws IOException {
        String cookie = page.cookie();
        for (String site : List.of("cross-site", "same-site", "same-origin", "none", "other")) {
            boolean isOwn = site.equals("same-origin") || site.equals("none");
            for (String mode : List.of("navigate", "no-cors", "")) {
                for (String destination : List.of("document", "iframe", "image")) {
                    boolean isLink = mode.equals("navigate") && destination.equals("document");
                    for (String path : List.of("/", "/page/icon.svg", "/api/v1/info")) {
                        int code = page.get(
                                        path,
                                        cookie,
                                        "Sec-Fetch-Site: " + site,
                                        "Sec-Fetch-Mode: " + mode,
                                        "Sec-Fetch-Dest: " + destination)
                                .code();
                        boolean isIn = isOwn || (isLink && path.equals("/"));
                        assertThat(code)
                                .as("%s: %s %s %s", path, site, mode, destination)
                                .isEqualTo(isIn ? 200 : 403);
                    }
                }
            }
        }
    }

    @Test
    void healthNeedsNoTokenAndTellsNothing() throws IOException {
        Raw.Answer answer = page.get("/healthz");

        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("alive\n");
    }
}
