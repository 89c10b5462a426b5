package io.sightlog.serve.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A question without a web server, and its answer. */
final class Asked implements Reply {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    final Map<String, String> headers = new LinkedHashMap<>();
    private final BooleanSupplier isOver;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    String contentType = "";
    boolean isClosed;
    int flushes;

    Asked(BooleanSupplier isOver) {
        this.isOver = isOver;
    }

    /** As a browser asks: {@code event/0x1?max=3&boxes=true}. */
    static Asked of(Map<String, Endpoint> endpoints, String address) throws IOException, Refusal {
        return of(endpoints, address, () -> false);
    }

    static Asked of(Map<String, Endpoint> endpoints, String address, BooleanSupplier isOver)
            throws IOException, Refusal {
        String path = address.replaceAll("\\?.*", "");
        String name = path.replaceAll("/.*", "");
        Asked asked = new Asked(isOver);
        Endpoint endpoint = endpoints.get(name);
        if (endpoint == null) {
            throw new AssertionError("no endpoint " + name + " in " + endpoints.keySet());
        }
        endpoint.answer(
                question(path.length() > name.length() ? path.substring(name.length() + 1) : "", address), asked);
        return asked;
    }

    private static Question question(String path, String address) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        if (address.contains("?")) {
            for (String pair : address.substring(address.indexOf('?') + 1).split("&")) {
                int equals = pair.indexOf('=');
                parameters
                        .computeIfAbsent(pair.substring(0, equals), name -> new ArrayList<>())
                        .add(pair.substring(equals + 1));
            }
        }
        return new Question(path, parameters, null);
    }

    /** What is refused, as {@code 404 none there}. */
    static String refused(Map<String, Endpoint> endpoints, String address) throws IOException {
        try {
            of(endpoints, address);
        } catch (Refusal e) {
            return e.status() + " " + e.getMessage();
        }
        throw new AssertionError(address + " was answered");
    }

    byte[] bytes() {
        return body.toByteArray();
    }

    String text() {
        return body.toString(StandardCharsets.UTF_8);
    }

    static JsonNode parse(String text) throws IOException {
        return MAPPER.readTree(text);
    }

    JsonNode json() throws IOException {
        return parse(text());
    }

    /** Every line. */
    List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text().split("\n")) {
            lines.add(MAPPER.readTree(line));
        }
        return lines;
    }

    /** The lines that are events. */
    List<JsonNode> events() throws IOException {
        List<JsonNode> events = lines();
        events.removeIf(line -> !line.has("index"));
        return events;
    }

    /** The last line. */
    JsonNode end() throws IOException {
        List<JsonNode> lines = lines();
        JsonNode end = lines.get(lines.size() - 1).get("end");
        if (end == null || !isClosed) {
            throw new AssertionError("no end: " + lines.get(lines.size() - 1));
        }
        return end;
    }

    @Override
    public void header(String name, String value) {
        headers.put(name, value);
    }

    @Override
    public void whole(String type, byte[] bytes) {
        begun(type);
        body.writeBytes(bytes);
        isClosed = true;
    }

    private void begun(String type) {
        if (!contentType.isEmpty()) {
            throw new AssertionError("answered twice");
        }
        contentType = type;
    }

    @Override
    public OutputStream begin(String type) {
        begun(type);
        return new OutputStream() {
            @Override
            public void write(int b) {
                body.write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                body.write(bytes, offset, length);
            }

            @Override
            public void flush() {
                flushes++;
            }

            @Override
            public void close() {
                isClosed = true;
            }
        };
    }

    @Override
    public boolean isOver() {
        return isOver.getAsBoolean();
    }
}
