package io.sightlog.serve;

import io.sightlog.serve.api.Refusal;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Brings those who listen to the live events, where they stay as long as they like. */
final class LiveRoute extends Handler.Abstract {
    static final String NAME = "live";
    private static final String PATH = "/api/v1/live";

    private final LiveHandler live;
    private final Connections connections;

    LiveRoute(LiveHandler live, Connections connections) {
        this.live = live;
        this.connections = connections;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!PATH.equals(request.getHttpURI().getPath())) {
            return false;
        }
        Connections.Deadline deadline = connections.deadline(request);
        deadline.never();
        try {
            live.handle(ApiHandler.question(request), request, response, callback);
        } catch (Refusal e) {
            deadline.in(connections.patience().whole());
            Answers.error(response, callback, e.status(), String.valueOf(e.getMessage()));
        }
        return true;
    }
}
