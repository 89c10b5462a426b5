package io.sightlog.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** EXIF where a PNG has it as a text: as ImageMagick writes it, or as XMP. A text is inflated up to a limit and no further. */
final class PngTexts {
    private static final int MAX_TEXT_BYTES = 1 << 20;
    private static final int MAX_KEYWORD_BYTES = 79;

    private static final Pattern ORIENTATION = Pattern.compile("tiff:Orientation(?:=\"|>)\\s*([1-8])");

    private PngTexts() {}

    /** Of a chunk; {@link Exif#NONE} when it has none, or cannot be read. */
    static Exif exif(String type, ByteBuffer chunk) {
        int end = 0;
        while (end < chunk.limit() && chunk.get(end) != 0 && end <= MAX_KEYWORD_BYTES) {
            end++;
        }
        if (end >= chunk.limit() || chunk.get(end) != 0) {
            return Exif.NONE;
        }
        String keyword = latin(chunk.slice(0, end));
        ByteBuffer rest = chunk.slice(end + 1, chunk.limit() - end - 1);
        boolean raw = keyword.equals("Raw profile type exif") || keyword.equals("Raw profile type APP1");
        try {
            if (raw && type.equals("tEXt")) {
                return hex(latin(rest));
            }
            if (raw && type.equals("zTXt")) {
                return hex(latin(inflated(rest.slice(1, rest.limit() - 1))));
            }
            if (keyword.equals("XML:com.adobe.xmp") && type.equals("iTXt")) {
                return xmp(rest);
            }
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return Exif.NONE;
        }
        return Exif.NONE;
    }

    private static Exif xmp(ByteBuffer text) {
        boolean compressed = text.get(0) == 1;
        int at = 2;
        for (int strings = 0; strings < 2; at++) { // language and translated keyword
            strings += text.get(at) == 0 ? 1 : 0;
        }
        ByteBuffer xml = text.slice(at, text.limit() - at);
        Matcher orientation = ORIENTATION.matcher(latin(compressed ? inflated(xml) : xml));
        return orientation.find() ? Exif.NONE.lying(Integer.parseInt(orientation.group(1))) : Exif.NONE;
    }

    /** A line with the profile's name, one with its length, then hex digits. */
    private static Exif hex(String profile) {
        String[] parts = profile.strip().split("\\s+", 3);
        if (parts.length < 3 || !parts[0].toLowerCase(Locale.ROOT).matches("exif|app1|generic")) {
            return Exif.NONE;
        }
        String digits = parts[2].replaceAll("\\s+", "");
        return Exif.of(ByteBuffer.wrap(HexFormat.of().parseHex(digits, 0, digits.length() & ~1)));
    }

    /** Longer texts are cut. */
    private static String latin(ByteBuffer bytes) {
        byte[] copy = new byte[Math.min(bytes.remaining(), MAX_TEXT_BYTES)];
        bytes.get(bytes.position(), copy);
        return new String(copy, StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer inflated(ByteBuffer compressed) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(compressed.duplicate());
            byte[] text = new byte[1024];
            int length = 0;
            while (length < MAX_TEXT_BYTES) {
                if (length == text.length) {
                    text = Arrays.copyOf(text, 2 * length);
                }
                int more = inflater.inflate(text, length, text.length - length);
                if (more == 0) {
                    break;
                }
                length += more;
            }
            return ByteBuffer.wrap(text, 0, length);
        } catch (DataFormatException e) {
            return ByteBuffer.allocate(0);
        } finally {
            inflater.end();
        }
    }
}
