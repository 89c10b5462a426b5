package io.sightlog.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A client that sends what it is told, also what is no request. Bytes are characters of ISO 8859-1. */
final class Raw {
    private static final int TIMEOUT_MILLIS = 20_000;

    /** So that the system takes little for one that does not read. */
    private static final int RECEIVE_BYTES = 64 * 1024;

    /** An answer. */
    record Answer(int code, List<String> headers, String body) {
        /** Of a header, empty when there is none; several are joined by line feeds. */
        String header(String name) {
            List<String> values = new ArrayList<>();
            for (String line : headers) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ": ")) {
                    values.add(line.substring(name.length() + 2));
                }
            }
            return String.join("\n", values);
        }
    }

    private Raw() {}

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A request with these headers beside the host, and its answer; the connection is closed then. */
    static Answer ask(int port, String line, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of(line));
        if (Arrays.stream(headers).noneMatch(header -> header.startsWith("Host:"))) {
            all.add("Host: 127.0.0.1:" + port);
        }
        all.addAll(Arrays.asList(headers));
        all.add("Connection: close");
        try (Socket socket = connect(port)) {
            send(socket, String.join("\r\n", all) + "\r\n\r\n");
            return answer(all(socket.getInputStream()));
        }
    }

    static Answer get(int port, String path, String... headers) throws IOException {
        return ask(port, "GET " + path + " HTTP/1.1", headers);
    }

    /** Until the server closes the connection, in whatever way. */
    static String all(InputStream in) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server keeps the connection open", e);
        } catch (SocketException e) {
            // reset: closed with bytes unread
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    static Answer answer(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || !text.startsWith("HTTP/1.1 ")) {
            throw new AssertionError("no answer: \"" + text + "\"");
        }
        List<String> head = List.of(text.substring(0, end).split("\r\n"));
        return new Answer(
                Integer.parseInt(head.get(0).split(" ")[1]), head.subList(1, head.size()), text.substring(end + 4));
    }
}
