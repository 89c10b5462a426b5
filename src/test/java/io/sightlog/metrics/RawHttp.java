package io.sightlog.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A client that sends what it is told, also what is no request. */
final class RawHttp {
    private static final int TIMEOUT_MILLIS = 20_000;

    /** All that came until the server closed. */
    record Answer(String status, List<String> headers, String body) {
        int code() {
            return Integer.parseInt(status.split(" ")[1]);
        }

        String header(String name) {
            return headers.stream()
                    .filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse("");
        }
    }

    private RawHttp() {}

    static Socket connect(ListenAddress server) throws IOException {
        Socket socket = new Socket(InetAddress.getByName(server.host()), server.port());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    static Answer get(ListenAddress server, String path) throws IOException {
        return ask(server, "GET " + path + " HTTP/1.1", "Host: localhost");
    }

    /** Asks that the connection be closed. */
    static Answer ask(ListenAddress server, String requestLine, String... headers) throws IOException {
        try (Socket socket = connect(server)) {
            String request = requestLine + "\r\n" + String.join("\r\n", headers) + (headers.length == 0 ? "" : "\r\n")
                    + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return answer(all(socket.getInputStream()));
        }
    }

    /** Until the server closes the connection, in whatever way. */
    static String all(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the server keeps the connection open", e);
        } catch (java.net.SocketException e) { // reset: closed with bytes unread
            return all.toString(StandardCharsets.UTF_8);
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static Answer answer(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new AssertionError("no answer: \"" + text + "\"");
        }
        List<String> head = List.of(text.substring(0, end).split("\r\n"));
        return new Answer(head.get(0), head.subList(1, head.size()), text.substring(end + 4));
    }
}
