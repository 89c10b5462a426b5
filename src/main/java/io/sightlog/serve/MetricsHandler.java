package io.sightlog.serve;

import io.sightlog.journal.JournalException;
import io.sightlog.metrics.PrometheusText;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers {@code /metrics}. */
final class MetricsHandler extends Handler.Abstract {
    private final ServeMetrics metrics;

    MetricsHandler(ServeMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!Gate.METRICS.equals(request.getHttpURI().getPath())) {
            return false;
        }
        PrometheusText.Text text;
        try {
            synchronized (metrics) { // sources look at files: one after the other
                text = PrometheusText.asked(
                        request.getHeaders().get("Accept"), metrics.now().families());
            }
        } catch (JournalException e) {
            Answers.error(response, callback, 503, "the metrics cannot be read: " + e.getMessage());
            return true;
        }
        Answers.whole(response, callback, 200, text.contentType(), text.bytes());
        return true;
    }
}
