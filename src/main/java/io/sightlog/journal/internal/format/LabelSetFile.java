package io.sightlog.journal.internal.format;

import io.sightlog.event.LabelSet;
import io.sightlog.event.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.wire.Wire;
import net.openhft.chronicle.wire.WireType;

/**
 * A label set as a file: YAML, one {@code key: value} a line, written by Chronicle Wire. A value is the rest of its line, or a
 * text in double quotes with the escapes {@code \" \\ \n \t \xHH \}{@code uHHHH}; read line by line here, and
 * in the same way from C.
 */
final class LabelSetFile {
    static final int MAX_BYTES = 16 << 20;

    private static final String FORMAT = "sightlog label set 1";
    private static final String LABEL = "label.";

    private LabelSetFile() {}

    /** @throws IllegalArgumentException when a text of the set would not come back as it is */
    static byte[] write(LabelSet set) {
        byte[] content = Writing.yaml(set);
        if (content.length > MAX_BYTES || !read(content).equals(set)) {
            throw new IllegalArgumentException("this label set cannot be kept: it has " + content.length
                    + " bytes (at most " + MAX_BYTES + "), or a label with characters that cannot be written");
        }
        return content;
    }

    /** @throws IllegalArgumentException when it is not a label set, naming the line */
    static LabelSet read(byte[] content) {
        String text = Utf8.decode(content);
        TreeMap<String, String> fields = new TreeMap<>();
        TreeMap<Integer, String> labels = new TreeMap<>();
        int number = 0;
        for (int start = 0, end; start <= text.length(); start = end + 1) {
            int found = text.indexOf('\n', start);
            end = found < 0 ? text.length() : found;
            String line = text.substring(start, end);
            number++;
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(": ");
            String key = colon < 0 ? line : line.substring(0, colon);
            try {
                String value = unquoted(colon < 0 ? "" : line.substring(colon + 2));
                if (key.startsWith(LABEL)) {
                    labels.put(Integer.parseInt(key.substring(LABEL.length())), value);
                } else {
                    fields.put(key, value);
                }
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("line " + number + " is not understood: " + line, e);
            }
        }
        if (!FORMAT.equals(fields.get("format"))) {
            throw new IllegalArgumentException(
                    "its format is \"" + fields.get("format") + "\", this Sightlog reads \"" + FORMAT + "\"");
        }
        return new LabelSet(
                new LabelSet.Model(
                        fields.getOrDefault("model", ""),
                        fields.getOrDefault("sha256", ""),
                        fields.getOrDefault("input", ""),
                        Float.parseFloat(fields.getOrDefault("threshold", "0")),
                        Float.parseFloat(fields.getOrDefault("iou", "0")),
                        fields.getOrDefault("classes", "")),
                labels);
    }

    private static String unquoted(String value) {
        if (!value.startsWith("\"")) {
            return value;
        }
        if (value.length() < 2 || !value.endsWith("\"")) {
            throw new IllegalArgumentException("no closing quote");
        }
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 1; i < value.length() - 1; i++) {
            char c = value.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escape = value.charAt(++i);
            switch (escape) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case '"', '\\' -> text.append(escape);
                case 'x', 'u' -> {
                    int digits = escape == 'x' ? 2 : 4;
                    text.append((char) Integer.parseInt(value.substring(i + 1, i + 1 + digits), 16));
                    i += digits;
                }
                default -> throw new IllegalArgumentException("escape \\" + escape);
            }
        }
        return text.toString();
    }

    /** The only half that uses the wire: a class of its own, so that reading loads none of it. */
    private static final class Writing {
        static byte[] yaml(LabelSet set) {
            Bytes<byte[]> bytes = Bytes.allocateElasticOnHeap();
            Wire wire = WireType.YAML_ONLY.apply(bytes);
            LabelSet.Model model = set.model();
            wire.write("format").text(FORMAT);
            write(wire, "model", model.name());
            write(wire, "sha256", model.sha256());
            write(wire, "input", model.input());
            wire.write("threshold").text(Float.toString(model.threshold()));
            wire.write("iou").text(Float.toString(model.iou()));
            write(wire, "classes", model.classes());
            set.labels().forEach((id, label) -> write(wire, LABEL + id, label));
            return bytes.toByteArray();
        }

        /** The wire would put a text with double quotes into single ones, which other readers of this file do not know. */
        private static void write(Wire wire, String key, String text) {
            if (text.indexOf('"') < 0) {
                wire.write(key).text(text);
            } else {
                String quoted = '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
                wire.write(key).rawBytes(quoted.getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
