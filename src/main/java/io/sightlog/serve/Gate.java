package io.sightlog.serve;

import io.sightlog.metrics.Liveness;
import io.sightlog.serve.api.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What every request has to pass: it is for us, it only reads, no other site has sent it, and who asks may. */
final class Gate extends Handler.Wrapper {
    static final String METRICS = "/metrics";
    static final String HEALTH = "/healthz";
    static final String PAGE = "/";
    private static final String TOKEN = "token";
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private static final byte[] NO_TOKEN_PAGE = ("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                    + "<title>Sightlog</title><p>Open the link that <code>sightlog serve</code> has printed: it holds the"
                    + " token that this page needs.</p></html>")
            .getBytes(StandardCharsets.UTF_8);

    private final Access access;
    private final Hosts hosts;
    private final Liveness liveness;
    private final Connections connections;
    private final ServeMetrics metrics;

    Gate(Access access, Hosts hosts, Liveness liveness, Connections connections, ServeMetrics metrics, Handler inside) {
        super(inside);
        this.access = access;
        this.hosts = hosts;
        this.liveness = liveness;
        this.connections = connections;
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = String.valueOf(request.getHttpURI().getPath());
        Connections.Deadline deadline = connections.deadline(request);
        deadline.in(connections.patience().whole());
        Request.addCompletionListener(request, failure -> {
            deadline.in(connections.patience().next());
            metrics.answered(path, response.getStatus());
        });
        Answers.headers(response.getHeaders());
        try {
            check(request, response);
            if (path.equals(HEALTH)) {
                String whyNot = liveness.whyNot();
                byte[] line = ((whyNot == null ? "alive" : whyNot) + "\n").getBytes(StandardCharsets.UTF_8);
                Answers.whole(response, callback, whyNot == null ? 200 : 503, Answers.TEXT, line);
                return true;
            }
            if (path.equals(PAGE) && isTokenGiven(request)) {
                exchange(request, response, callback);
                return true;
            }
            if (!isOpen(request.getHeaders(), path)) {
                refuse(request, response, callback);
                return true;
            }
        } catch (Refusal e) {
            Answers.error(response, callback, e.status(), String.valueOf(e.getMessage()));
            return true;
        }
        return super.handle(request, response, callback);
    }

    private void check(Request request, Response response) throws Refusal {
        HttpFields headers = request.getHeaders();
        var local = request.getConnectionMetaData().getLocalSocketAddress();
        List<String> host = all(headers, "Host");
        HttpURI uri = request.getHttpURI();
        if (host.size() != 1
                || !hosts.isOurs(host.get(0), local)
                || (uri.getAuthority() != null && !hosts.isOurs(uri.getAuthority(), local))) {
            throw new Refusal(
                    421,
                    "this is not the host that was asked for: open the link that sightlog serve printed; a tunnel needs the"
                            + " same port on both sides");
        }
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            throw new Refusal(405, "only GET and HEAD are answered");
        }
        if (headers.contains("Transfer-Encoding")
                || all(headers, "Content-Length").stream().anyMatch(length -> !length.equals("0"))) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            throw new Refusal(400, "no request here has a body");
        }
        for (String origin : all(headers, "Origin")) {
            if (!hosts.isOurOrigin(origin, local)) {
                throw new Refusal(403, "another site has sent this request");
            }
        }
        for (String site : all(headers, "Sec-Fetch-Site")) {
            if (!OWN_SITE.contains(site) && !isLinkToPage(request)) {
                throw new Refusal(403, "another site has sent this request");
            }
        }
        plain(uri);
    }

    /** No dots, no empty parts, no parameters in the path. */
    private static void plain(HttpURI uri) throws Refusal {
        String path = uri.getPath();
        if (path == null || !path.startsWith("/") || path.contains("//") || path.contains("/.") || path.contains(";")) {
            throw new Refusal(400, "bad path in the address");
        }
    }

    /** A link in a mail or on another page: whoever follows it sees the page, and the other site sees nothing. */
    private static boolean isLinkToPage(Request request) {
        HttpFields headers = request.getHeaders();
        return PAGE.equals(request.getHttpURI().getPath())
                && all(headers, "Sec-Fetch-Mode").equals(List.of("navigate"))
                && all(headers, "Sec-Fetch-Dest").equals(List.of("document"));
    }

    private boolean isOpen(HttpFields headers, String path) {
        List<String> authorization = all(headers, "Authorization");
        return access.opens(authorization, all(headers, "Cookie"))
                || (path.equals(METRICS) && access.opensMetrics(authorization));
    }

    /** Of any number of parameters: the page itself says when there are too many. */
    private static boolean isTokenGiven(Request request) throws Refusal {
        for (String part : String.valueOf(request.getHttpURI().getQuery()).split("&", -1)) {
            if (QueryText.decoded(part.split("=", 2)[0]).equals(TOKEN)) {
                return true;
            }
        }
        return false;
    }

    /** The token in the address becomes a cookie, so that it stands in no history and no screenshot. */
    private void exchange(Request request, Response response, Callback callback) throws Refusal {
        String token = null;
        List<String> others = new ArrayList<>();
        for (String part : String.valueOf(request.getHttpURI().getQuery()).split("&", -1)) {
            String name = QueryText.decoded(part.split("=", 2)[0]);
            if (!name.equals(TOKEN)) {
                others.add(part);
            } else if (token != null) {
                throw new Refusal(400, "token is given twice");
            } else {
                token = QueryText.decoded(part.substring(part.indexOf('=') + 1));
            }
        }
        if (token == null || !access.isToken(token)) {
            refuse(request, response, callback);
            return;
        }
        response.getHeaders().add(HttpHeader.SET_COOKIE, access.setCookie());
        response.getHeaders().put(HttpHeader.LOCATION, others.isEmpty() ? PAGE : PAGE + "?" + String.join("&", others));
        Answers.whole(response, callback, 303, Answers.TEXT, new byte[0]);
    }

    private static void refuse(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"sightlog\"");
        String wanted = request.getHeaders().get(HttpHeader.ACCEPT);
        if (wanted != null && wanted.contains("text/html")) {
            Answers.whole(response, callback, 401, Answers.HTML, NO_TOKEN_PAGE);
        } else {
            Answers.error(response, callback, 401, "the token is needed: Authorization: Bearer TOKEN, or the cookie");
        }
    }

    private static List<String> all(HttpFields headers, String name) {
        @Nullable List<String> values = headers.getValuesList(name);
        return values == null ? List.of() : values;
    }
}
