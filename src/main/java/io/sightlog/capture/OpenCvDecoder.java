package io.sightlog.capture;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Decodes one picture with OpenCV. A picture that it warns about is not whole. */
final class OpenCvDecoder {
    /** How OpenCV's messages begin: where in its own sources, on the machine where it was built. */
    private static final Pattern OWN_SOURCES =
            Pattern.compile("^(?:imdecode_\\(''\\): )?(?:can't read \\w+: )?(?:OpenCV\\(.*?error: \\([^)]*\\) )?");

    private static final Pattern CANNOT =
            Pattern.compile("not configured|not implemented|[Uu]nsupported|not supported|can not handle");

    private OpenCvDecoder() {}

    /**
     * Decodes bytes where they lie, as 8-bit BGR and as the picture lies in them.
     *
     * @param harmless which lines of warnings say nothing about the pixels
     */
    static Mat bgr(BytePointer encoded, long length, Predicate<String> harmless) throws UnreadableException {
        return decode(encoded, length, IMREAD_COLOR | IMREAD_IGNORE_ORIENTATION, harmless);
    }

    /** Likewise, with its alpha where it has one; no warning is harmless. */
    static Mat unchanged(BytePointer encoded, long length) throws UnreadableException {
        return decode(encoded, length, IMREAD_UNCHANGED, line -> false);
    }

    private static Mat decode(BytePointer encoded, long length, int flags, Predicate<String> harmless)
            throws UnreadableException {
        StringBuilder said = new StringBuilder();
        Mat picture;
        try (Mat bytes = new Mat(1, Math.toIntExact(length), CV_8UC1, encoded)) {
            picture = LibraryWarnings.hear(() -> imdecode(bytes, flags), said);
        } catch (RuntimeException e) { // how OpenCV's exceptions arrive
            if (String.valueOf(e.getMessage()).contains("Insufficient memory")) {
                throw new UnreadableException(Pictures.NO_MEMORY, 0, e);
            }
            String reason = first(said, line -> false);
            throw damaged(reason == null ? cleaned(String.valueOf(e.getMessage())) : reason, e);
        }
        String warning = first(said, picture.empty() ? line -> false : harmless);
        if (picture.empty() || warning != null) {
            picture.close();
            throw damaged(warning, null);
        }
        return picture;
    }

    private static UnreadableException damaged(@Nullable String reason, @Nullable Throwable cause) {
        if (reason == null) {
            return new UnreadableException("damaged: it cannot be decoded", 0, cause);
        }
        String kind = CANNOT.matcher(reason).find() ? "not supported: " : "damaged: ";
        return new UnreadableException(kind + reason, 0, cause);
    }

    /** The first line that matters, without what only the library's authors need; null when there is none. */
    private static @Nullable String first(CharSequence said, Predicate<String> harmless) {
        return said.toString()
                .lines()
                .map(OpenCvDecoder::cleaned)
                .filter(line -> !line.isEmpty() && !harmless.test(line))
                .findFirst()
                .orElse(null);
    }

    private static String cleaned(String line) {
        return OWN_SOURCES
                .matcher(line)
                .replaceFirst("")
                .replaceFirst(" in function '\\w+'$", "")
                .strip();
    }
}
