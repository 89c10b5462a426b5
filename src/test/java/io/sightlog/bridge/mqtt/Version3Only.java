package io.sightlog.bridge.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;

/** Stands in front of a broker, and makes it one that does not speak MQTT 5: it refuses, or only hangs up. */
final class Version3Only implements AutoCloseable {
    private static final byte[] UNACCEPTABLE_VERSION = {0x20, 2, 0, 1};

    private final ServerSocket listener;
    private final int brokerPort;
    private final boolean refuses;

    Version3Only(Mosquitto broker, boolean refuses) throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        brokerPort = broker.port();
        this.refuses = refuses;
        start(() -> {
            while (true) {
                Socket client = listener.accept();
                start(() -> serve(client));
            }
        });
    }

    int port() {
        return listener.getLocalPort();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // closed
                    }
                },
                "version 3 only");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket client) throws IOException {
        byte[] first = new byte[64 << 10];
        int bytes = client.getInputStream().read(first);
        int lengthBytes = first[1] >= 0 ? 1 : 2;
        int level = first[1 + lengthBytes + 6]; // after the length and "MQTT" with its own length
        if (level != 4) {
            if (refuses) {
                client.getOutputStream().write(UNACCEPTABLE_VERSION);
            }
            client.close();
            return;
        }
        Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
        broker.getOutputStream().write(Arrays.copyOf(first, bytes));
        start(() -> copy(client, broker));
        copy(broker, client);
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
