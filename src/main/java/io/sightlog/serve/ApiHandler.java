package io.sightlog.serve;

import io.sightlog.serve.api.Endpoint;
import io.sightlog.serve.api.Question;
import io.sightlog.serve.api.Refusal;
import java.io.IOException;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/** Asks the endpoints under {@code /api/v1}, on the thread of the server. What none of them is for is not found. */
final class ApiHandler extends Handler.Abstract {
    private static final String ROOT = "/api/v1/";
    private static final String PICTURE = "picture";

    private final Map<String, Endpoint> endpoints;
    private final BooleanSupplier isClosing;
    private final Consumer<String> warn;
    private final Connections connections;

    ApiHandler(
            Map<String, Endpoint> endpoints,
            Connections connections,
            BooleanSupplier isClosing,
            Consumer<String> warn) {
        this.endpoints = endpoints;
        this.connections = connections;
        this.isClosing = isClosing;
        this.warn = warn;
    }

    /** The endpoint's name in a path, as it was sent; null when it is none of the API. */
    static @Nullable String name(@Nullable String path) {
        if (path == null || !path.startsWith(ROOT)) {
            return null;
        }
        int end = path.indexOf('/', ROOT.length());
        return path.substring(ROOT.length(), end < 0 ? path.length() : end);
    }

    /** What a request asks an endpoint. */
    static Question question(Request request) throws Refusal {
        HttpURI uri = request.getHttpURI();
        String path = String.valueOf(uri.getPath());
        int end = path.indexOf('/', ROOT.length());
        return new Question(
                end < 0 ? "" : QueryText.decoded(path.substring(end + 1)),
                QueryText.parameters(uri.getQuery()),
                request.getHeaders().get("Last-Event-ID"));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = request.getHttpURI().getPath();
        String name = name(path);
        Endpoint endpoint = name == null ? null : endpoints.get(name);
        if (endpoint == null) {
            Answers.error(response, callback, 404, "there is nothing at this address");
            return true;
        }
        long waited = NanoTime.millisSince(request.getHeadersNanoTime());
        Turns.Turn turn = connections
                .turns()
                .take(PICTURE.equals(name), connections.patience().turn() - waited);
        if (turn == null) {
            Answers.error(response, callback, 503, OneLineErrors.TOO_MANY);
            return true;
        }
        JettyReply reply = new JettyReply(request, response, callback, connections, turn, isClosing);
        try (turn) {
            endpoint.answer(question(request), reply);
            reply.end();
        } catch (Refusal e) {
            reply.fail(e.status(), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            reply.fail(503, "the answer could not be sent", e);
        } catch (OutOfMemoryError e) {
            warn.accept("cannot answer " + path + ": not enough memory; SIGHTLOG_OPTS=-Xmx4g gives more");
            reply.fail(503, "there is not enough memory for this answer now; ask again, or for less", e);
        } catch (RuntimeException e) {
            warn.accept("cannot answer " + path + ": " + e);
            reply.fail(500, "the question could not be answered; sightlog serve has said why", e);
        }
        return true;
    }
}
