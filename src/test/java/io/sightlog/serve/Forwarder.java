package io.sightlog.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hands bytes on, both ways, as {@code ssh -L} does: what comes to one address goes to a port of 127.0.0.1, from there. */
final class Forwarder implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final int target;

    /** @param port where it listens, 0 for any that is free */
    Forwarder(String address, int port, int target) throws IOException {
        this.target = target;
        listening.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                Socket in = listening.accept();
                Socket out = new Socket("127.0.0.1", target);
                open.addAll(List.of(in, out));
                start(() -> pump(in, out));
                start(() -> pump(out, in));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // one side has gone, so the other one goes
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "forwarder");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
