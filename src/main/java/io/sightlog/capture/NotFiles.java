package io.sightlog.capture;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of cameras and addresses in networks, as other programs take them for sources: what to do as long as these are not read. */
final class NotFiles {
    private static final Pattern CAMERA = Pattern.compile("\\d{1,3}|/dev/video\\d+|(usb|camera|cam|webcam):.*");
    private static final Pattern URL = Pattern.compile("[a-z][a-z0-9+.-]*://.*");

    private NotFiles() {}

    /**
     * Why something cannot be a source, and what can be done.
     *
     * @return null when it looks like neither
     */
    static @Nullable String advice(String given) {
        String text = given.toLowerCase(Locale.ROOT);
        if (CAMERA.matcher(text).matches()) {
            String device =
                    text.matches("\\d+") ? "/dev/video" + text : text.startsWith("/dev/") ? text : "/dev/video0";
            return "such names of cameras are not known, but /dev/video0 is; or record a file, as with ffmpeg -f v4l2 -i " + device
                    + " -t 60 clip.mkv, and then produce that";
        }
        if (!URL.matcher(text).matches() || text.startsWith("file:")) {
            return null;
        }
        return text.startsWith("http")
                        && Source.looksLikeOne(java.nio.file.Path.of(
                                text.replaceFirst("[?#].*", "").replaceFirst(".*/", "x")))
                ? "URLs are not read: get the file, as with curl -O " + shown(given) + ", and then produce that"
                : "URLs are not read: record a file, as with ffmpeg -i " + shown(given)
                        + " -t 60 -c copy clip.mkv, and then produce that";
    }

    /** As a shell takes it. */
    private static String shown(String given) {
        return given.matches("[A-Za-z0-9_./,:@%+=-]+") ? given : "'" + given.replace("'", "'\\''") + "'";
    }
}
