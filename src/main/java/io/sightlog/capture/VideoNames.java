package io.sightlog.capture;

import java.util.Locale;
import java.util.Set;

/** Which names are those of videos. */
public final class VideoNames {
    private static final Set<String> EXTENSIONS = Set.of(
            "mp4", "avi", "mov", "mkv", "m4v", "webm", "mpg", "mpeg", "ts", "mts", "m2ts", "wmv", "asf", "flv", "3gp",
            "ogv", "3g2", "qt", "mpv", "m1v", "m2v", "vob", "ogm", "divx", "mjpeg", "mjpg", "h264", "264", "avc",
            "h265", "265", "hevc", "ivf", "mxf", "dv", "rm", "rmvb", "y4m", "f4v", "wtv", "nut");

    private VideoNames() {}

    /** Whether a path or address ends like a video. */
    public static boolean isVideo(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        return EXTENSIONS.contains(last.substring(last.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }
}
