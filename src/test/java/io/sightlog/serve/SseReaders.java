package io.sightlog.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Many who read event streams, on the thread that calls; each looks at frames only, and adds up what it is told. */
final class SseReaders implements AutoCloseable {
    private final Selector selector;
    private final int port;
    final List<Reader> all = new ArrayList<>();

    SseReaders(int port) {
        this.port = port;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What one has got. */
    static final class Reader {
        private final SocketChannel channel;
        private final StringBuilder text = new StringBuilder();
        private int chunkLeft;
        private boolean isInBody;
        String status = "";
        boolean isEnded;
        int hellos;
        long seen;
        long leftOut;
        long gap;
        long last = -1;
        long lastNanos;
        int replaced;

        @Nullable
        String wrong;

        String id = "";
        private final StringBuilder block = new StringBuilder();

        Reader(SocketChannel channel) {
            this.channel = channel;
        }

        private void took(String more) {
            text.append(more);
            if (!isInBody) {
                int end = text.indexOf("\r\n\r\n");
                if (end < 0) {
                    return;
                }
                status = text.substring(0, text.indexOf("\r\n"));
                text.delete(0, end + 4);
                isInBody = true;
            }
            dechunk();
        }

        private void dechunk() {
            int at = 0;
            while (true) {
                if (chunkLeft > 0) {
                    int some = Math.min(chunkLeft, text.length() - at);
                    block.append(text, at, at + some);
                    at += some;
                    chunkLeft -= some;
                    if (chunkLeft > 0 || text.length() - at < 2) {
                        break;
                    }
                }
                int from = text.length() - at >= 2 && text.charAt(at) == '\r' ? at + 2 : at;
                int end = text.indexOf("\r\n", from);
                if (end < 0) {
                    break;
                }
                chunkLeft = Integer.parseInt(text.substring(from, end), 16);
                at = end + 2;
                if (chunkLeft == 0) {
                    isEnded = true;
                    break;
                }
            }
            text.delete(0, at);
            blocks();
        }

        private void blocks() {
            int at = 0;
            int end;
            while ((end = block.indexOf("\n\n", at)) >= 0) {
                heard(block.substring(at, end));
                at = end + 2;
            }
            block.delete(0, at);
        }

        private void heard(String message) {
            lastNanos = System.nanoTime();
            int named = message.indexOf("id: ");
            if (named >= 0 && (named == 0 || message.charAt(named - 1) == '\n')) {
                int stop = message.indexOf('\n', named);
                id = message.substring(named + 4, stop < 0 ? message.length() : stop);
            }
            if (message.contains("event: hello\n")) {
                hellos++;
            } else if (message.contains("event: replaced\n")) {
                replaced++;
            } else if (message.contains("event: left-out\n")) {
                gap = number(message, "\"events\":");
                leftOut += gap;
            } else if (message.contains("event: seen\n")) {
                long frame = number(message, "\"frame\":");
                if (last >= 0 && frame != last + gap + 1) {
                    wrong = "frame " + frame + " came after " + last + " and " + gap + " left out";
                }
                gap = 0;
                last = frame;
                seen++;
            }
        }

        private static long number(String text, String name) {
            int from = text.indexOf(name) + name.length();
            int to = from;
            while (to < text.length() && (Character.isDigit(text.charAt(to)) || text.charAt(to) == '-')) {
                to++;
            }
            return Long.parseLong(text.substring(from, to));
        }

        /** Keeps no more than what was not looked at yet. */
        void trim() {
            text.trimToSize();
            block.trimToSize();
        }

        void close() throws IOException {
            channel.close();
        }
    }

    /** Asks, and reads nothing of the answer until {@link #readUntil}. */
    Reader ask(String query, boolean isReading, String lastEventId) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, isReading ? 1 << 20 : 4096);
        channel.connect(new InetSocketAddress("127.0.0.1", port));
        String request = "GET /api/v1/live" + query + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n"
                + (lastEventId.isEmpty() ? "" : "Last-Event-ID: " + lastEventId + "\r\n") + "\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        channel.configureBlocking(false);
        Reader reader = new Reader(channel);
        all.add(reader);
        if (isReading) {
            channel.register(selector, SelectionKey.OP_READ, reader);
        }
        return reader;
    }

    /** Reads until something holds; false when that takes too long. */
    boolean readUntil(BooleanSupplier holds, long seconds) throws IOException {
        long end = System.nanoTime() + seconds * 1_000_000_000;
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 14);
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            selector.select(20);
            for (SelectionKey key : selector.selectedKeys()) {
                Reader reader = (Reader) key.attachment();
                buffer.clear();
                int bytes = -1;
                try {
                    bytes = reader.channel.read(buffer);
                } catch (IOException e) {
                    // it was cut
                }
                if (bytes < 0) {
                    reader.isEnded = true;
                    key.cancel();
                } else {
                    buffer.flip();
                    reader.took(StandardCharsets.ISO_8859_1.decode(buffer).toString());
                }
            }
            selector.selectedKeys().clear();
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        for (Reader reader : all) {
            reader.close();
        }
        selector.close();
    }
}
