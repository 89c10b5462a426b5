package io.sightlog.serve;

import io.sightlog.serve.api.Question;
import io.sightlog.serve.api.Refusal;
import io.sightlog.serve.live.LiveFeed;
import io.sightlog.serve.live.LiveQuestion;
import io.sightlog.serve.live.Outlet;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers {@code /api/v1/live}: as server-sent events, without end. A listener holds no thread, whether it reads or not. Any thread. */
final class LiveHandler {
    /** The feed sends something more often, and sees itself who takes nothing. */
    private static final long IDLE_MILLIS = 60_000;

    private final LiveFeed feed;

    /** @param feed stays the caller's; it is closed before the server, and ends all listeners */
    LiveHandler(LiveFeed feed) {
        this.feed = feed;
    }

    /**
     * Answers, later and on other threads, too: the callback is completed when the listener has gone.
     *
     * @throws Refusal when the question is wrong, or there are too many listeners; nothing was answered, and the callback is the caller's
     */
    void handle(Question question, Request request, Response response, Callback callback) throws Refusal {
        LiveQuestion asked = LiveQuestion.of(question);
        if (request.getMethod().equals("HEAD")) {
            headers(response);
            response.write(true, ByteBuffer.allocate(0), callback);
            return;
        }
        feed.join(asked, new JettyOutlet(request, response, callback));
    }

    private static void headers(Response response) {
        response.setStatus(200);
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        headers.put("X-Accel-Buffering", "no"); // a proxy must not wait for more
    }

    /** One connection. */
    private static final class JettyOutlet implements Outlet {
        private final Response response;
        private final Callback callback;
        private final EndPoint connection;
        private final Executor threads;
        private boolean isBegun;

        JettyOutlet(Request request, Response response, Callback callback) {
            this.response = response;
            this.callback = callback;
            connection = request.getConnectionMetaData().getConnection().getEndPoint();
            threads = request.getComponents().getExecutor();
            request.addIdleTimeoutListener(timeout -> false);
        }

        @Override
        public void send(ByteBuffer bytes, Consumer<@Nullable Throwable> sent) {
            if (!isBegun) {
                isBegun = true;
                headers(response);
                connection.setIdleTimeout(IDLE_MILLIS);
            }
            response.write(false, bytes, new Callback() {
                @Override
                public void succeeded() {
                    sent.accept(null);
                }

                @Override
                public void failed(Throwable failure) {
                    callback.failed(failure);
                    sent.accept(failure);
                }

                @Override
                public InvocationType getInvocationType() {
                    return InvocationType.NON_BLOCKING;
                }
            });
        }

        @Override
        public void end() {
            response.write(true, ByteBuffer.allocate(0), callback);
        }

        @Override
        public void cut(String why) {
            connection.close(new TimeoutException(why));
        }

        @Override
        public void execute(Runnable work) {
            threads.execute(work);
        }
    }
}
