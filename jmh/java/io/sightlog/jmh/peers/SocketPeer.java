package io.sightlog.jmh.peers;

import io.sightlog.event.Memory;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A stream socket of the Unix domain: one write an event, of one length; reads take as many as there are. */
final class SocketPeer {
    private static final int READ_BYTES = 1 << 16;
    private static final long CONNECT_NANOS = 20_000_000_000L;

    private SocketPeer() {}

    private static UnixDomainSocketAddress address(Path directory) {
        return UnixDomainSocketAddress.of(directory.resolve("s")); // a path of at most 107 bytes, most of them random
    }

    static final class Producer implements Sender {
        private final Frames frames = new Frames();
        private final SocketChannel channel;

        Producer(Path directory) {
            channel = connect(directory);
        }

        private static SocketChannel connect(Path directory) {
            long deadline = System.nanoTime() + CONNECT_NANOS;
            while (true) {
                try {
                    if (Files.exists(address(directory).getPath())) {
                        return SocketChannel.open(address(directory));
                    }
                } catch (IOException e) {
                    if (System.nanoTime() > deadline) { // it may be bound, and not listening yet
                        throw new UncheckedIOException(e);
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("no socket consumer has come within 20 s");
                }
                Thread.onSpinWait();
            }
        }

        @Override
        public void send(long number, long nanos) {
            frames.with(number, nanos);
            ByteBuffer bytes = frames.buffer().clear();
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            SocketPeer.close(channel);
        }
    }

    static final class Consumer implements Receiver {
        private final int size = new Frames().size();
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(READ_BYTES);
        private final long address = Memory.addressOf(bytes);
        private final SocketChannel channel;

        Consumer(Path directory, WaitKind wait) {
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(address(directory));
                channel = server.accept();
                channel.configureBlocking(wait == WaitKind.BLOCK);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void poll(Arrivals arrivals) {
            try {
                int read = channel.read(bytes);
                if (read < 0) {
                    throw new EOFException("the producer has gone");
                }
                if (read == 0) {
                    Thread.onSpinWait();
                    return;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            int whole = bytes.position() / size * size;
            for (int at = 0; at < whole; at += size) {
                arrivals.onEvent(Frames.number(address + at), Frames.nanos(address + at));
            }
            bytes.flip().position(whole);
            bytes.compact();
        }

        @Override
        public void close() {
            SocketPeer.close(channel);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
