package io.sightlog.capture;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * One file to look at.
 *
 * @param file absolute
 * @param video whether it is read frame by frame
 */
record Source(Path file, boolean video) {
    private static final List<String> VIDEOS = List.of(
            "mp4", "avi", "mov", "mkv", "m4v", "webm", "mpg", "mpeg", "ts", "mts", "m2ts", "wmv", "asf", "flv", "3gp",
            "ogv", "3g2", "f4v", "vob", "ivf", "m1v", "m2v", "mjpeg", "mjpg", "h264", "264", "h265", "265", "hevc");
    private static final List<String> PICTURES =
            List.of("jpg", "jpeg", "jpe", "png", "bmp", "webp", "tif", "tiff", "gif");

    /** A file of any name: what does not look like a video is tried as a picture. */
    static Source of(Path file) {
        return new Source(file.toAbsolutePath().normalize(), VIDEOS.contains(extension(file)));
    }

    /** Whether the name is one of a picture or video. */
    static boolean looksLikeOne(Path file) {
        String extension = extension(file);
        return PICTURES.contains(extension) || VIDEOS.contains(extension);
    }

    static boolean looksLikeAList(Path file) {
        return extension(file).equals("txt");
    }

    private static String extension(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
