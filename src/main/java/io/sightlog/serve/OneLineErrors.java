package io.sightlog.serve;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** How Jetty refuses what is no request, or is more than is taken: in our form, and without telling anything about itself. */
final class OneLineErrors extends ErrorHandler {
    static final String TOO_MANY = "too many ask at once; ask again";
    private static final int BUSY = 503;

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Answers.headers(response.getHeaders());
        int status = status(response.getStatus());
        Answers.error(response, callback, status, line(status));
        return true;
    }

    /** Versions and codings that are not spoken here are the asker's fault, too. */
    private static int status(int status) {
        return status > 500 && status != BUSY ? 400 : status;
    }

    private static String line(int status) {
        return switch (status) {
            case 413 -> "no request here has a body";
            case 414, 431 -> "the request's line or headers are too long";
            case 421 -> "this is not the host that was asked for";
            case BUSY -> TOO_MANY;
            default ->
                status < 500 ? "this is no request that is understood here" : "the question could not be answered";
        };
    }
}
