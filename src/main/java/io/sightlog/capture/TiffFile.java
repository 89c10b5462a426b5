package io.sightlog.capture;

import io.sightlog.capture.Still.Stills;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A TIFF and its pages. The decoder gets a directory with the tags of the pixels alone, written past the end of the file in memory: so
 * one page is decoded like another, no text or profile is read, and nothing is turned twice.
 */
final class TiffFile implements Stills {
    /** Room that is needed past the end of the file. */
    static final int SPARE_BYTES = 1024;

    private static final int MAX_PAGES = 4096;
    private static final int MAX_SAMPLES = 8;

    private static final int SUBFILE = 254;
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS = 258;
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRIC = 262;
    private static final int STRIPS = 273;
    private static final int SAMPLES = 277;
    private static final int STRIP_BYTES = 279;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int TILES = 324;
    private static final int TILE_BYTES = 325;
    private static final int SUB_DIRECTORIES = 330;
    private static final int EXTRA_SAMPLES = 338;
    private static final int SAMPLE_FORMAT = 339;
    private static final int DNG_VERSION = 50706;

    /** Tags without which pixels would be others. */
    private static final Set<Integer> OF_PIXELS = Set.of(
            WIDTH,
            HEIGHT,
            BITS,
            COMPRESSION,
            PHOTOMETRIC,
            266,
            STRIPS,
            SAMPLES,
            278,
            STRIP_BYTES,
            284,
            292,
            293,
            317,
            320,
            TILE_WIDTH,
            TILE_HEIGHT,
            TILES,
            TILE_BYTES,
            332,
            EXTRA_SAMPLES,
            SAMPLE_FORMAT,
            347,
            512,
            513,
            514,
            515,
            517,
            518,
            519,
            520,
            521,
            529,
            530,
            531,
            532);

    /** Not compressed, CCITT, LZW, JPEG, Deflate, PackBits. */
    private static final Set<Long> COMPRESSIONS = Set.of(1L, 2L, 3L, 4L, 5L, 7L, 8L, 32773L, 32946L);

    private static final Set<Long> RAW_COMPRESSIONS = Set.of(32767L, 32769L, 34713L, 34892L, 65000L, 65535L);
    private static final Map<Long, String> COLOURS = Map.of(
            8L,
            "CIE LAB",
            9L,
            "ICC LAB",
            10L,
            "ITU LAB",
            32844L,
            "LogL",
            32845L,
            "LogLuv",
            4L,
            "a mask of transparency");

    private final BytePointer memory;
    private final ByteBuffer file;
    private final List<Long> pages = new ArrayList<>();
    private boolean more;

    /** @param memory holds the file's bytes and {@link #SPARE_BYTES} more, and stays as long as this is used */
    TiffFile(BytePointer memory, ByteBuffer bytes) throws UnreadableException {
        this.memory = memory;
        ByteBuffer tiff = TiffDirectory.view(bytes);
        if (tiff == null) {
            throw new UnreadableException("damaged: it ends in its header");
        }
        this.file = tiff;
        Set<Long> seen = new HashSet<>();
        long offset = TiffDirectory.first(tiff);
        while (offset != 0 && seen.add(offset) && pages.size() < MAX_PAGES) {
            offset = page(offset);
        }
        more = pages.size() == MAX_PAGES && offset != 0;
        if (pages.isEmpty()) {
            throw new UnreadableException("damaged: it has no picture");
        }
    }

    /** Keeps a page, unless it is another one in small or its mask; gives the offset of the next. */
    private long page(long offset) {
        try {
            TiffDirectory directory = TiffDirectory.read(file, offset);
            boolean extra = (directory.number(SUBFILE, 0) & 5) != 0;
            if (pages.isEmpty() || !extra) {
                pages.add(offset);
            }
            return directory.next();
        } catch (IndexOutOfBoundsException e) {
            pages.add(offset); // a skip that says so, when it is asked for
            return 0;
        }
    }

    @Override
    public int count() {
        return pages.size() + (more ? 1 : 0);
    }

    @Override
    public Still still(int number) throws UnreadableException {
        if (number == pages.size()) {
            throw new UnreadableException("not looked at: the pages after the first " + MAX_PAGES);
        }
        TiffDirectory page;
        try {
            page = TiffDirectory.read(file, pages.get(number));
        } catch (IndexOutOfBoundsException e) {
            throw new UnreadableException("damaged: it ends in its list of tags");
        }
        for (TiffDirectory.Entry entry : page.entries().values()) {
            if (OF_PIXELS.contains(entry.tag()) && (entry.at() < 0 || entry.end() < 0 || entry.end() > file.limit())) {
                throw new UnreadableException("damaged: it ends in the values of its tag " + entry.tag());
            }
        }
        requireKnown(page);
        requireWhole(page, STRIPS, STRIP_BYTES);
        requireWhole(page, TILES, TILE_BYTES);
        long width = page.number(WIDTH, 0);
        long height = page.number(HEIGHT, 0);
        if (width <= 0 || height <= 0) {
            throw new UnreadableException("damaged: its header gives no size");
        }
        if (Math.max(page.number(TILE_WIDTH, 0), page.number(TILE_HEIGHT, 0))
                > Math.max(1024, 2 * Math.max(width, height))) {
            throw new UnreadableException("damaged: its tiles are larger than itself");
        }
        long sampleBytes = (page.number(SAMPLES, 1) * page.number(BITS, 1) + 7) / 8;
        return new Still(width, height, Exif.of(file, page), Still.BGR_BYTES + 4 + sampleBytes, () -> decode(page));
    }

    private static void requireKnown(TiffDirectory page) throws UnreadableException {
        long compression = page.number(COMPRESSION, 1);
        long colours = page.number(PHOTOMETRIC, 1);
        boolean preview = (page.number(SUBFILE, 0) & 1) != 0 && page.has(SUB_DIRECTORIES);
        if (page.has(DNG_VERSION)
                || preview
                || colours == 32803
                || colours == 34892
                || RAW_COMPRESSIONS.contains(compression)) {
            throw new UnreadableException("not supported: a raw picture of a camera, as DNG, NEF and ARW are");
        }
        if (COLOURS.containsKey(colours)) {
            throw new UnreadableException("not supported: a TIFF whose colours are " + COLOURS.get(colours));
        }
        if (!COMPRESSIONS.contains(compression)) {
            throw new UnreadableException("not supported: a TIFF with compression " + compression);
        }
        long bits = page.number(BITS, 1);
        long format = page.number(SAMPLE_FORMAT, 1);
        boolean odd = bits != 1 && bits != 8 && bits != 16 && (colours != 3 || bits > 8);
        if (odd || bits > 16 || bits < 1 || (format != 1 && format != 4)) {
            throw new UnreadableException("not supported: a TIFF with samples of " + bits + " bits"
                    + (format == 3 ? " and a point" : format == 2 ? " and a sign" : ""));
        }
        if (page.number(SAMPLES, 1) > MAX_SAMPLES) {
            throw new UnreadableException("not supported: a TIFF of " + page.number(SAMPLES, 1) + " samples a pixel");
        }
    }

    private void requireWhole(TiffDirectory page, int offsets, int lengths) throws UnreadableException {
        for (int i = 0; i < page.count(offsets); i++) {
            long end = page.number(offsets, i, 0) + page.number(lengths, i, 0);
            if (end > file.limit()) {
                throw new UnreadableException(
                        "damaged: it ends early: its tags promise " + end + " bytes, the file has " + file.limit());
            }
        }
    }

    private Mat decode(TiffDirectory page) throws UnreadableException {
        long end = (file.limit() + 15L) / 16 * 16;
        ByteBuffer all =
                memory.getPointer(0).limit(end + SPARE_BYTES).asByteBuffer().order(file.order());
        all.position((int) end);
        boolean big = TiffDirectory.big(file);
        List<TiffDirectory.Entry> kept = page.entries().values().stream()
                .filter(entry -> OF_PIXELS.contains(entry.tag()))
                .toList();
        if (big) {
            all.putLong(8, end).putLong(kept.size());
        } else {
            all.putInt(4, (int) end).putShort((short) kept.size());
        }
        for (TiffDirectory.Entry entry : kept) {
            int at = all.position();
            all.put(file.slice(entry.raw(), big ? 20 : 12));
            if (entry.tag() == EXTRA_SAMPLES && page.number(EXTRA_SAMPLES, 0) == 2 && entry.count() == 1) {
                all.putShort(at + (big ? 12 : 8), (short) 1); // or the library would darken what is transparent
            }
        }
        if (big) {
            all.putLong(0);
        } else {
            all.putInt(0);
        }
        return OpenCvDecoder.bgr(memory, all.position(), line -> false);
    }
}
