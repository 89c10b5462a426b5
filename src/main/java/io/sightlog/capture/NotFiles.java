package io.sightlog.capture;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names and addresses that other programs take for sources, and this one does not: what to do instead. */
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
            return "a camera at this machine is called by its device, as in " + device;
        }
        if (!URL.matcher(text).matches() || text.startsWith("file:")) {
            return null;
        }
        return text.startsWith("http")
                        && Source.looksLikeOne(java.nio.file.Path.of(
                                text.replaceFirst("[?#].*", "").replaceFirst(".*/", "x")))
                ? "files are not read out of the network: get it, as with curl -O " + shown(given)
                        + ", and then produce that"
                : "such addresses are not read, but rtsp, rtsps, http, https, udp and rtmp are: record a file, as with ffmpeg -i "
                        + shown(given) + " -t 60 -c copy clip.mkv, and then produce that";
    }

    /** As a shell takes it. */
    private static String shown(String text) {
        String given = Credentials.hidden(text);
        return given.matches("[A-Za-z0-9_./,:@%+=-]+") ? given : "'" + given.replace("'", "'\\''") + "'";
    }
}
