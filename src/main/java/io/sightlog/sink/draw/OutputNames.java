package io.sightlog.sink.draw;

import io.sightlog.capture.VideoNames;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Turns sources into file names that mean the same on every file system: no folder, no device, nothing hidden. */
final class OutputNames {
    private static final int MAX = Integer.MAX_VALUE;

    /** Leaves room for {@code -123456.jpeg} in the 255 bytes a name may have. */
    private static final int MAX_STEM_BYTES = 180;

    /** What OpenCV writes, and how many pixels long a side may be in it. */
    private static final Map<String, Integer> PICTURES = Map.of(
            "jpg", 65_500, "jpeg", 65_500, "jpe", 65_500, "webp", 16_383, "png", MAX, "bmp", MAX, "tif", MAX, "tiff",
            MAX, "ppm", MAX);

    private static final Pattern NOT_IN_NAMES =
            Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\u2028\\u2029/\\\\:*?\"<>|]");
    private static final Pattern DEVICE =
            Pattern.compile("(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\\..*)?", Pattern.CASE_INSENSITIVE);

    private OutputNames() {}

    /** The name of a source without folders and extension, safe to be a file's name; never empty. */
    static String stem(String source) {
        String name = lastPart(source);
        int dot = name.lastIndexOf('.');
        String stem = Normalizer.normalize(dot > 0 ? name.substring(0, dot) : name, Normalizer.Form.NFC);
        stem = NOT_IN_NAMES.matcher(stem).replaceAll("_");
        stem = stem.replaceAll("^[.\\s~-]+", "");
        stem = shortened(stem).replaceAll("[.\\s]+$", "");
        if (stem.isEmpty()) {
            return "frame";
        }
        return DEVICE.matcher(stem).matches() ? stem + "_" : stem;
    }

    /**
     * The extension for the drawn picture: the source's own where OpenCV can write it, png otherwise.
     *
     * @param longerSide of the picture in pixels
     */
    static String pictureExtension(String source, int longerSide) {
        String extension = extension(source);
        return longerSide <= PICTURES.getOrDefault(extension, 0) ? extension : "png";
    }

    /** Whether a source is named like a video. */
    static boolean isVideo(String source) {
        return VideoNames.isVideo(source);
    }

    private static String extension(String source) {
        String name = lastPart(source);
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static String lastPart(String source) {
        String trimmed = source.replaceAll("[/\\\\]+$", "");
        return trimmed.substring(Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf('\\')) + 1);
    }

    private static String shortened(String stem) {
        int bytes = 0;
        int i = 0;
        while (i < stem.length()) {
            int codePoint = stem.codePointAt(i);
            bytes += new String(Character.toChars(codePoint)).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_STEM_BYTES) {
                break;
            }
            i += Character.charCount(codePoint);
        }
        return stem.substring(0, i);
    }
}
