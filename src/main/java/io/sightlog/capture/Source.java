package io.sightlog.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One file to look at.
 *
 * @param file absolute
 * @param video whether it is read frame by frame
 * @param unread why it is not even opened; null when it is
 */
record Source(Path file, boolean video, @Nullable String unread) {
    private static final List<String> PICTURES = List.of(
            "jpg", "jpeg", "jpe", "jfif", "jfi", "jif", "pjpeg", "pjp", "mpo", "png", "apng", "bmp", "dib", "webp",
            "tif", "tiff", "gif");

    /** What people have besides, and what is refused by its name unless its bytes are those of another kind. */
    private static final Set<String> OTHER_PICTURES = Set.of(
            "heic", "heif", "hif", "avif", "avifs", "jp2", "j2k", "jpf", "jpx", "jpc", "jxl", "jxr", "wdp", "psd",
            "psb", "xcf", "ico", "cur", "tga", "pcx", "dcx", "ppm", "pgm", "pbm", "pnm", "pam", "pfm", "exr", "hdr",
            "sgi", "rgb", "ras", "xpm", "xbm", "dds", "qoi", "fits", "svg", "dng", "cr2", "cr3", "crw", "nef", "nrw",
            "arw", "srf", "sr2", "orf", "rw2", "raf", "pef", "raw", "srw", "x3f", "mrw", "3fr", "iiq", "rwl", "kdc",
            "dcr", "erf", "mng", "jng");

    Source(Path file, boolean video) {
        this(file, video, null);
    }

    /** A file of any name, that somebody named: what is no video by its name or its first bytes is tried as a picture. */
    static Source of(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        String unread = unread(absolute);
        boolean named = VideoNames.isVideo(file.toString());
        return new Source(
                absolute,
                named
                        || (unread == null
                                && !looksLikeAPicture(file)
                                && head(absolute).isVideo()),
                unread);
    }

    /** A file that was found in a folder; null when neither its name nor its first bytes are those of a picture or video. */
    static @Nullable Source found(Path file) {
        if (looksLikeOne(file)) {
            return of(file);
        }
        Head head = unread(file) == null ? head(file) : Head.OTHER;
        return head == Head.OTHER ? null : new Source(file.toAbsolutePath().normalize(), head.isVideo());
    }

    /** Whether the name is one of a picture or video. */
    static boolean looksLikeOne(Path file) {
        return looksLikeAPicture(file) || VideoNames.isVideo(file.toString());
    }

    private static boolean looksLikeAPicture(Path file) {
        String extension = extension(file);
        return PICTURES.contains(extension) || OTHER_PICTURES.contains(extension);
    }

    static boolean looksLikeAList(Path file) {
        return extension(file).equals("txt");
    }

    private static String extension(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** Links that lead nowhere, and what is no file at all. Such things are never opened. */
    private static @Nullable String unread(Path file) {
        if (Files.isRegularFile(file)) {
            return null;
        }
        if (Files.exists(file)) {
            return Files.isDirectory(file) ? "a folder" : "not a regular file but a pipe, a socket or a device";
        }
        if (!Files.isSymbolicLink(file)) {
            return null; // gone since, or not to be looked at: opening it says which
        }
        try {
            Path target = Files.readSymbolicLink(file);
            return leadsInACircle(file)
                    ? "a link that leads to itself"
                    : "a link to " + target + ", which is not there";
        } catch (IOException e) {
            return "a link that cannot be followed";
        }
    }

    private static boolean leadsInACircle(Path link) {
        try {
            return link.toRealPath().equals(link) && Files.isSymbolicLink(link);
        } catch (NoSuchFileException e) {
            return false;
        } catch (FileSystemException e) {
            return true; // too many links
        } catch (IOException e) {
            return false;
        }
    }

    /** What a file begins as. */
    private enum Head {
        PICTURE,
        VIDEO,
        OTHER;

        boolean isVideo() {
            return this == VIDEO;
        }
    }

    static boolean beginsAsVideo(Path file) {
        return head(file).isVideo();
    }

    private static Head head(Path file) {
        if (!Files.isRegularFile(file)) {
            return Head.OTHER;
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer head = ByteBuffer.allocate(PictureType.HEAD_BYTES);
            while (head.hasRemaining() && channel.read(head) >= 0) {}
            head.flip();
            return PictureType.isVideo(head) ? Head.VIDEO : PictureType.isSurely(head) ? Head.PICTURE : Head.OTHER;
        } catch (IOException e) {
            return Head.OTHER;
        }
    }
}
