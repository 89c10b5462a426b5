package io.sightlog.serve;

import io.sightlog.serve.api.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** An answer that goes out through Jetty. One thread; {@link #end} or {@link #fail} once, behind all else. */
final class JettyReply implements Reply {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Connections.Deadline deadline;
    private final Patience patience;
    private final Turns turns;
    private final Turns.Turn turn;
    private final BooleanSupplier isClosing;
    private @Nullable Pieces pieces;
    private boolean isWhole;
    private volatile boolean hasFailed;

    JettyReply(
            Request request,
            Response response,
            Callback callback,
            Connections connections,
            Turns.Turn turn,
            BooleanSupplier isClosing) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.deadline = connections.deadline(request);
        this.patience = connections.patience();
        this.turns = connections.turns();
        this.turn = turn;
        this.isClosing = isClosing;
        deadline.never();
        request.addFailureListener(failure -> hasFailed = true);
    }

    @Override
    public void header(String name, String value) {
        response.getHeaders().put(name, value);
    }

    @Override
    public void whole(String contentType, byte[] body) throws IOException {
        if (body.length <= Limits.PIECE_BYTES) {
            isWhole = true;
            deadline.in(patience.whole());
            turns.waits(deadline, System.nanoTime());
            Answers.whole(response, Callback.from(() -> turns.reads(deadline), callback), 200, contentType, body);
            return;
        }
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        try (OutputStream out = begin(contentType)) {
            out.write(body);
        }
    }

    @Override
    public OutputStream begin(String contentType) {
        if (pieces != null || isWhole) {
            throw new IllegalStateException("there is an answer already");
        }
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        pieces = new Pieces(request.getMethod().equals("HEAD"));
        return pieces;
    }

    @Override
    public boolean isOver() {
        return isClosing.getAsBoolean()
                || hasFailed
                || (pieces != null && pieces.isForNobody)
                || !request.getConnectionMetaData()
                        .getConnection()
                        .getEndPoint()
                        .isOpen();
    }

    /** The endpoint has returned. */
    void end() throws IOException {
        if (isWhole) {
            return; // whose writing completes it
        }
        if (pieces == null) {
            throw new IllegalStateException("there was no answer");
        }
        pieces.close();
        callback.succeeded();
    }

    /**
     * The endpoint has failed: with its status where nothing was sent, else by an answer that ends before its end. Of one whose head alone
     * is wanted, that is all there is to send.
     */
    void fail(int status, String line, Throwable why) {
        if (isWhole) {
            return;
        }
        deadline.in(patience.whole());
        if (pieces != null && pieces.isForNobody && !response.isCommitted()) {
            response.write(true, ByteBuffer.allocate(0), callback);
            return;
        }
        if (response.isCommitted()) {
            callback.failed(why);
        } else {
            response.reset();
            Answers.headers(response.getHeaders());
            Answers.error(response, callback, status, line);
        }
    }

    /** What was written, in pieces that each wait until the asker has room for them. */
    private final class Pieces extends OutputStream {
        private final byte[] piece = new byte[Limits.PIECE_BYTES];
        private final boolean isForNobody;
        private int bytes;
        private boolean isClosed;

        Pieces(boolean isForNobody) {
            this.isForNobody = isForNobody;
        }

        @Override
        public void write(int b) throws IOException {
            if (bytes == piece.length) {
                send(false);
            }
            piece[bytes++] = (byte) b;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            int at = offset;
            int left = length;
            while (left > 0) {
                if (bytes == piece.length) {
                    send(false);
                }
                int some = Math.min(left, piece.length - bytes);
                System.arraycopy(from, at, piece, bytes, some);
                bytes += some;
                at += some;
                left -= some;
            }
        }

        @Override
        public void flush() throws IOException {
            if (bytes > 0) {
                send(false);
            }
        }

        private void send(boolean isLast) throws IOException {
            if (isClosed) {
                throw new IOException("the answer has ended");
            }
            int length = bytes;
            bytes = 0;
            if (!isForNobody || isLast) {
                deadline.in(patience.piece());
                Callback.Completable written = new Callback.Completable(Callback.InvocationType.NON_BLOCKING);
                response.write(isLast, ByteBuffer.wrap(piece, 0, isForNobody ? 0 : length), written);
                await(written);
                deadline.never();
            }
        }

        /** Without its turn, while the asker does not read. */
        private void await(Future<Void> written) throws IOException {
            try {
                try {
                    written.get(Limits.STALL_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    turn.stalls(deadline);
                    try {
                        written.get();
                    } finally {
                        turns.reads(deadline);
                    }
                    turn.goesOn();
                }
            } catch (ExecutionException e) {
                throw new IOException("the asker has gone", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("the server is closing", e);
            }
        }

        @Override
        public void close() throws IOException {
            if (!isClosed) {
                send(true);
                isClosed = true;
            }
        }
    }
}
