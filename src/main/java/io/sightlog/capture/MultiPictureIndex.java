package io.sightlog.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The index of the pictures after the first in one JPEG file (CIPA's Multi-Picture Format). Previews for the camera's screen and
 * maps for brighter displays are pictures of the same thing, and do not count.
 */
final class MultiPictureIndex {
    private static final int ENTRIES = 0xB002;
    private static final int ENTRY_BYTES = 16;
    private static final int MAX_PICTURES = 1024;

    /** The kind of a picture in its attributes: 01 in the upper byte is a preview. */
    private static final int PREVIEW = 0x01;

    private static final int GAIN_MAP_HEADER_BYTES = 16 << 10;
    private static final List<String> GAIN_MAPS =
            List.of("hdrgm:", "hdr-gain-map", "hdrgainmap", "HDRGainMap", "urn:iso:std:iso:ts:21496");

    private MultiPictureIndex() {}

    /** Where they begin, from the beginning of the index; empty when the index cannot be read. */
    static List<Integer> others(ByteBuffer bytes) {
        List<Integer> offsets = new ArrayList<>();
        ByteBuffer index = TiffDirectory.view(bytes);
        if (index == null) {
            return offsets;
        }
        try {
            TiffDirectory.Entry entries = TiffDirectory.read(index, TiffDirectory.first(index))
                    .entries()
                    .get(ENTRIES);
            if (entries == null) {
                return offsets;
            }
            long count = Math.min(MAX_PICTURES, entries.count() / ENTRY_BYTES);
            for (int i = 1; i < count; i++) { // the first is the picture that the file begins with
                int at = Math.toIntExact(entries.at()) + i * ENTRY_BYTES;
                int offset = index.getInt(at + 8);
                if ((index.getInt(at) >> 16 & 0xff) != PREVIEW && offset > 0) {
                    offsets.add(offset);
                }
            }
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            return offsets;
        }
        return offsets;
    }

    /** Whether the JPEG at some place says of itself that it is one, or comes with one. */
    static boolean isGainMap(ByteBuffer file, int at) {
        byte[] head = new byte[Math.min(GAIN_MAP_HEADER_BYTES, file.limit() - at)];
        file.get(at, head);
        String text = new String(head, StandardCharsets.ISO_8859_1);
        return GAIN_MAPS.stream().anyMatch(text::contains);
    }
}
