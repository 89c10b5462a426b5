package io.sightlog.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a file is by its first bytes. */
enum PictureType {
    JPEG("JPEG"),
    PNG("PNG"),
    GIF("GIF"),
    BMP("BMP"),
    WEBP("WebP"),
    TIFF("TIFF"),
    /** Something that has a name, and is not read. */
    OTHER(""),
    UNKNOWN("");

    /** How many bytes are looked at. */
    static final int HEAD_BYTES = 64;

    /** Names of what is not read, in the order in which they are tried. */
    private static final Magic[] OTHERS = {
        new Magic(0, "\0\0\0\fjP  ", "JPEG 2000"),
        new Magic(0, "\u00ffO\u00ffQ", "JPEG 2000"),
        new Magic(0, "\0\0\0\fJXL ", "JPEG XL"),
        new Magic(0, "\u00ff\n", "JPEG XL"),
        new Magic(4, "ftypavif", "AVIF"),
        new Magic(4, "ftypavis", "AVIF"),
        new Magic(4, "ftyphei", "HEIC"),
        new Magic(4, "ftyphev", "HEIC"),
        new Magic(4, "ftypmif1", "HEIF"),
        new Magic(4, "ftypmsf1", "HEIF"),
        new Magic(4, "ftypcrx ", "Canon CR3"),
        new Magic(4, "ftyp", "MP4 or QuickTime"),
        new Magic(0, "II\u001a\0\0\0HEAPCCDR", "Canon CRW"),
        new Magic(0, "IIRO", "Olympus ORF"),
        new Magic(0, "MMOR", "Olympus ORF"),
        new Magic(0, "IIU\0", "Panasonic RW2"),
        new Magic(0, "FUJIFILM", "Fujifilm RAF"),
        new Magic(0, "\0MRM", "Minolta MRW"),
        new Magic(0, "FOVb", "Sigma X3F"),
        new Magic(0, "8BPS", "Photoshop"),
        new Magic(0, "gimp xcf", "GIMP XCF"),
        new Magic(0, "%PDF-", "PDF"),
        new Magic(0, "%!PS", "PostScript"),
        new Magic(0, "v/1\u0001", "OpenEXR"),
        new Magic(0, "#?R", "Radiance HDR"),
        new Magic(0, "\u0001\u00da", "SGI"),
        new Magic(0, "\0\0\u0001\0", "ICO"),
        new Magic(0, "\0\0\u0002\0\0\0", "TGA"),
        new Magic(0, "\0\0\n\0\0\0", "TGA"),
        new Magic(0, "\0\0\u0002\0", "a Windows cursor"),
        new Magic(0, "PF\n", "PFM"),
        new Magic(0, "Pf\n", "PFM"),
        new Magic(0, "id=ImageMagick", "MIFF"),
        new Magic(0, "\u00b1h\u00de:", "DCX"),
        new Magic(0, "/* XPM */", "XPM"),
        new Magic(0, "#define ", "XBM"),
        new Magic(0, "DDS ", "DDS"),
        new Magic(0, "\u008aMNG\r\n\u001a\n", "MNG"),
        new Magic(0, "\u008bJNG\r\n\u001a\n", "JNG"),
        new Magic(0, "qoif", "QOI"),
        new Magic(0, "SIMPLE  =", "FITS"),
        new Magic(0, "Y\u00a6j\u0095", "Sun raster"),
        new Magic(0, "icns", "Apple icons"),
        new Magic(0, "BPG\u00fb", "BPG"),
        new Magic(0, "FLIF", "FLIF"),
        new Magic(0, "\u001aE\u00df\u00a3", "Matroska or WebM"),
        new Magic(0, "OggS", "Ogg"),
        new Magic(0, "FLV\u0001", "FLV"),
        new Magic(0, "0&\u00b2u\u008ef\u00cf\u0011", "Windows Media"),
        new Magic(0, "\0\0\u0001\u00ba", "MPEG"),
        new Magic(8, "AVI ", "AVI"),
        new Magic(8, "WAVE", "WAVE"),
        new Magic(0, "RIFF", "RIFF"),
        new Magic(0, "PK\u0003\u0004", "ZIP"),
        new Magic(0, "\u001f\u008b", "gzip"),
    };

    /** Those of the others that no text and no program begins like by chance. */
    private static final Set<String> SURELY_PICTURES = Set.of(
            "JPEG 2000",
            "JPEG XL",
            "AVIF",
            "HEIC",
            "HEIF",
            "Canon CR3",
            "Canon CRW",
            "Canon CR2",
            "Olympus ORF",
            "Panasonic RW2",
            "Fujifilm RAF",
            "Minolta MRW",
            "Sigma X3F",
            "Photoshop",
            "GIMP XCF",
            "OpenEXR",
            "QOI",
            "MNG",
            "JNG",
            "BPG",
            "FLIF");

    private static final Set<String> VIDEOS =
            Set.of("MP4 or QuickTime", "Matroska or WebM", "Ogg", "FLV", "MPEG", "AVI", "Windows Media");

    private record Magic(int offset, String bytes, String name) {}

    private final String title;

    PictureType(String title) {
        this.title = title;
    }

    /** As people call it; empty for {@link #OTHER} and {@link #UNKNOWN}. */
    String title() {
        return title;
    }

    /** @param head the first {@link #HEAD_BYTES}, or all there are */
    static PictureType of(ByteBuffer head) {
        if (starts(head, 0, "\u00ff\u00d8\u00ff")) {
            return JPEG;
        }
        if (starts(head, 0, "\u0089PNG\r\n\u001a\n")) {
            return PNG;
        }
        if (starts(head, 0, "GIF87a") || starts(head, 0, "GIF89a")) {
            return GIF;
        }
        if (starts(head, 0, "RIFF") && starts(head, 8, "WEBP")) {
            return WEBP;
        }
        if (starts(head, 0, "BM")) {
            return BMP;
        }
        boolean tiff = starts(head, 0, "II*\0") || starts(head, 0, "MM\0*");
        boolean bigTiff = starts(head, 0, "II+\0\b\0") || starts(head, 0, "MM\0+\0\b");
        if ((tiff || bigTiff) && !starts(head, 8, "CR\u0002")) {
            return TIFF;
        }
        return nameOfOther(head) == null ? UNKNOWN : OTHER;
    }

    /** Whether it is a picture of any kind, read or not, beyond doubt. */
    static boolean isSurely(ByteBuffer head) {
        PictureType type = of(head);
        if (type == BMP) {
            return head.limit() > 18 && head.getInt(6) == 0 && head.get(14) >= 12 && head.get(15) == 0;
        }
        return type == OTHER ? SURELY_PICTURES.contains(nameOfOther(head)) : type != UNKNOWN;
    }

    /** Whether it is a container of videos. */
    static boolean isVideo(ByteBuffer head) {
        return of(head) == OTHER && VIDEOS.contains(nameOfOther(head));
    }

    /** What it is called when it is {@link #OTHER}; null when it has no name. */
    static @Nullable String nameOfOther(ByteBuffer head) {
        for (Magic magic : OTHERS) {
            if (starts(head, magic.offset, magic.bytes)) {
                return magic.name;
            }
        }
        if (starts(head, 8, "CR\u0002")) {
            return "Canon CR2";
        }
        if (head.limit() > 3 && head.get(0) == 'P' && head.get(1) >= '1' && head.get(1) <= '7' && head.get(2) <= ' ') {
            return "PNM";
        }
        if (head.limit() > 64 - 1 && head.get(0) == 10 && head.get(1) <= 5 && head.get(1) >= 0 && head.get(2) == 1) {
            return "PCX";
        }
        String text = latin(head).stripLeading();
        return text.startsWith("<svg") || text.startsWith("<?xml") ? "SVG or XML" : null;
    }

    private static boolean starts(ByteBuffer head, int offset, String bytes) {
        if (head.limit() < offset + bytes.length()) {
            return false;
        }
        for (int i = 0; i < bytes.length(); i++) {
            if ((head.get(offset + i) & 0xff) != bytes.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String latin(ByteBuffer head) {
        byte[] bytes = new byte[Math.min(head.limit(), HEAD_BYTES)];
        head.get(0, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
