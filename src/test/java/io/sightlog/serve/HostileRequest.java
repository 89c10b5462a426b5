package io.sightlog.serve;

import java.util.List;
import java.util.Random;

/** Requests as those make them who look for a hole: a sound one, or most of one, with something odd in it. Bytes are characters. */
final class HostileRequest {
    private static final List<String> METHODS = List.of(
            "GET",
            "HEAD",
            "POST",
            "TRACE",
            "CONNECT",
            "OPTIONS",
            "PRI",
            "get",
            "G\u0000ET",
            "",
            "GET\t",
            "A".repeat(300));
    private static final List<String> SOUND_PATHS = List.of(
            "/",
            "/?token=right-token-of-this-test&",
            "/?token=x&",
            "/page/main.js",
            "/api/v1/info",
            "/api/v1/timeline",
            "/api/v1/events",
            "/api/v1/event/0x79cde00000000",
            "/api/v1/picture/0x79cde00000000:1",
            "/api/v1/producers",
            "/api/v1/consumers",
            "/api/v1/messages",
            "/metrics",
            "/healthz");
    private static final List<String> PATHS = List.of(
            "*",
            "/api/v1/../../etc/passwd",
            "/page/..%2f..%2fetc%2fpasswd",
            "/page/%2e%2e/%2e%2e/x",
            "/%c0%ae%c0%ae/x",
            "//evil.example/x",
            "///",
            "/page/\u0000",
            "/page/%00.js",
            "/;jsessionid=1",
            "/page/main.js;/..;/x",
            "\\..\\..\\x",
            "/page/main.js%5c..",
            "http://evil.example/",
            "https://localhost/",
            "http://localhost:PORT/",
            "http://user:pw@localhost:PORT/",
            "file:///etc/passwd",
            "evil.example:443",
            "localhost:PORT",
            "?x",
            "#x",
            "",
            "/" + "a/".repeat(3_000),
            "/%u0041",
            "/\u00e9\u00ff",
            "/a b",
            "http://[::1",
            "http://[::1%25eth0]:PORT/");
    private static final List<String> NUMBERS = List.of(
            "0",
            "-1",
            "1",
            "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808",
            "1e309",
            "NaN",
            "0x",
            "٣",
            "",
            "99999999999999999999999999999",
            "+5",
            "1.",
            "2026-11-30T12:00:00Z",
            "+1000000000-01-01T00:00:00Z",
            "0x79cde00000000",
            "0xffffffffffffffff",
            "0x79cde00000000:99999999999",
            "-0x1",
            "0x7fffffffffffffff:65535");
    private static final List<String> PARAMETERS = List.of(
            "from", "to", "px", "by", "lanes", "label", "conf", "source", "stream", "at", "after", "before", "limit",
            "every", "kind", "seen", "topic", "max", "boxes", "around", "most", "token", "x", "");
    private static final List<String> VALUES = List.of(
            "label",
            "source",
            "frame",
            "true",
            "*",
            "[",
            "**/../**",
            "%ff",
            "%00",
            "%",
            "%zz",
            "%c3%a9",
            "%F0%9F%90%95",
            "{a,b",
            "\\",
            "\u00e9",
            "a+b",
            "(a+)+$",
            "*".repeat(200),
            "%2e%2e%2f");
    private static final List<String> VERSIONS = List.of(
            "HTTP/1.1",
            "HTTP/1.0",
            "HTTP/0.9",
            "HTTP/2.0",
            "HTTP/1.2",
            "HTTP/9.9",
            "http/1.1",
            "HTTP/1.1 x",
            "",
            "FTP/1.0");
    private static final List<String> HOSTS = List.of(
            "evil.example",
            "localhost",
            "localhost:1",
            "localhost:99999999",
            "localhost:PORT.evil.example",
            "a:b:c",
            "[::1]:PORT",
            "",
            " ",
            "\u0000",
            "localhost:PORT\tx",
            "127.0.0.1:PORT, evil",
            "x".repeat(300),
            "%6cocalhost:PORT",
            "localhost:PORT/x");
    private static final List<String> HEADERS = List.of(
            "Content-Length: 5",
            "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: -1",
            "Content-Length: 99999999999999999999",
            "Content-Length: 0\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding:\u000bchunked",
            "Content-Length : 3",
            "Expect: 100-continue",
            "Expect: 200-maybe",
            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13",
            "Range: bytes=0-0,1-1,2-9999999999999",
            "Range: bytes=-1",
            "If-None-Match: " + "\"x\",".repeat(500),
            "If-Modified-Since: yesterday",
            "Origin: null",
            "Origin: http://localhost:PORT",
            "Cookie: sightlog-PORT=" + "x".repeat(500),
            "Cookie: " + "a=b; ".repeat(1_000),
            "Cookie: \u0000=\u00ff; sightlog-PORT",
            "Authorization: Bearer \u00ff\u00fe",
            "Authorization: Digest username=\"x\"",
            "Last-Event-ID: 0x99",
            "Accept: " + "text/html;q=0.1,".repeat(300),
            "Accept: application/openmetrics-text;q=2e9",
            "X: " + "x".repeat(Limits.HEADER_BYTES + 1_000),
            "x".repeat(Limits.HEADER_BYTES + 1_000) + ": x",
            "A: b\r\n".repeat(900) + "C: d",
            " folded: x",
            "X: a\r\n  folded",
            ": nothing",
            "X",
            "X\u0000: y",
            "X: \u0000",
            "X: a\rb",
            "X: a\nb: c",
            "X-Forwarded-Host: localhost",
            "Forwarded: host=evil.example",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Site: \u00ff",
            "Connection: close, keep-alive",
            "Connection: \"",
            "TE: trailers",
            "Host: localhost:PORT");

    private final Random random;
    private final String port;

    HostileRequest(Random random, int port) {
        this.random = random;
        this.port = Integer.toString(port);
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private boolean isRare(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    /** What is sent over one connection. */
    String next() {
        StringBuilder all = new StringBuilder();
        int requests = isRare(8) ? 2 + random.nextInt(20) : 1;
        for (int i = 0; i < requests; i++) {
            all.append(request());
        }
        String text = all.toString().replace("PORT", port);
        return switch (random.nextInt(24)) {
            case 0 -> text.substring(0, random.nextInt(text.length() + 1)); // half of it
            case 1 -> flipped(text);
            case 2 -> noise();
            case 3 -> text.replace("\r\n", "\n");
            default -> text;
        };
    }

    private String request() {
        String line = (isRare(12) ? one(METHODS) : "GET") + (isRare(60) ? "  " : " ") + target() + " "
                + (isRare(15) ? one(VERSIONS) : "HTTP/1.1") + "\r\n";
        StringBuilder text = new StringBuilder(line);
        if (!isRare(20)) {
            text.append("Host: ")
                    .append(isRare(12) ? one(HOSTS) : "localhost:PORT")
                    .append("\r\n");
        }
        if (!isRare(6)) {
            text.append("Authorization: Bearer ").append(Served.TOKEN).append("\r\n");
        }
        for (int i = isRare(2) ? 0 : random.nextInt(3); i > 0; i--) {
            text.append(one(HEADERS)).append("\r\n");
        }
        text.append("\r\n");
        if (isRare(10)) {
            text.append(one(List.of(
                    "5\r\nhello\r\n0\r\n\r\n",
                    "hello",
                    "ffffffffffffffff\r\n",
                    "-1\r\n",
                    "0\r\n\r\nGET /x HTTP/1.1\r\n\r\n")));
        }
        return text.toString();
    }

    private String target() {
        return isRare(3) ? one(PATHS) + query() : one(SOUND_PATHS) + query();
    }

    private String query() {
        if (isRare(2)) {
            return "";
        }
        StringBuilder query = new StringBuilder("?");
        for (int i = isRare(30) ? 80 : random.nextInt(3); i > 0; i--) {
            query.append(one(PARAMETERS))
                    .append('=')
                    .append(isRare(2) ? one(NUMBERS) : one(VALUES))
                    .append('&');
        }
        return query.toString();
    }

    private String flipped(String text) {
        char[] bytes = text.toCharArray();
        for (int i = 1 + random.nextInt(8); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (char) random.nextInt(256);
        }
        return new String(bytes);
    }

    private String noise() {
        StringBuilder text = new StringBuilder(
                isRare(2)
                        ? "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003"
                        : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        if (isRare(2)) {
            text.setLength(0);
        }
        for (int i = random.nextInt(3_000); i > 0; i--) {
            text.append((char) random.nextInt(256));
        }
        return text.toString();
    }
}
