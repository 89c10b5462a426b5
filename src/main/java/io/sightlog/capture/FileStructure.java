package io.sightlog.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a container says of its own length, which FFmpeg does not hand on. Nothing in it is believed: a structure that does
 * not hold is as good as none.
 *
 * @param missingBytes by how much the file is shorter than it says; 0 when it is not, or says nothing
 * @param complete whether it says its length and has it
 * @param lengthNanos how long it is to be played; 0 when unknown
 * @param cut what shows that it was cut, when no number of bytes does; null for nothing
 */
record FileStructure(
        long missingBytes,
        boolean complete,
        long lengthNanos,
        @Nullable String cut) {
    private static final FileStructure SILENT = new FileStructure(0, false, 0, null);
    private static final long MFRA = 0x6D667261L;
    private static final int MAX_PARTS = 1_000_000;

    private static final int OGG_PAGE_MAX_BYTES = 65_307;
    private static final int PES_MAX_BYTES = 65_541;
    private static final int OGG_LAST_PAGE = 4;
    private static final int FLV_TAG_HEADER_BYTES = 11;
    private static final long ASF_FILE_PROPERTIES = 0x11CFA947_8CABDCA1L;

    /** @param format FFmpeg's name of it */
    static FileStructure of(Path file, String format) {
        try (FileChannel channel = FileChannel.open(file)) {
            Bytes bytes = new Bytes(channel);
            return switch (format) {
                case "avi" -> riff(bytes);
                case "mov,mp4,m4a,3gp,3g2,mj2" -> atoms(bytes);
                case "matroska,webm" -> segment(bytes);
                case "asf" -> asf(bytes);
                case "ogg" -> ogg(bytes);
                case "flv" -> flv(bytes);
                case "mpegts" -> transport(bytes);
                case "mpeg" -> program(bytes);
                default -> SILENT;
            };
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return SILENT;
        }
    }

    private static FileStructure ending(Bytes bytes, long end) throws IOException {
        long missing = Math.max(0, end - bytes.size());
        return new FileStructure(missing, missing == 0, 0, null);
    }

    /** An AVI is a row of RIFF chunks; a recorder that was interrupted leaves their sizes open. */
    private static FileStructure riff(Bytes bytes) throws IOException {
        long at = 0;
        while (bytes.has(at, 8) && bytes.at(at, 4, ByteOrder.BIG_ENDIAN) == 0x52494646) {
            long size = bytes.at(at + 4, 4, ByteOrder.LITTLE_ENDIAN);
            if (size == 0 || size >= 0x7FFF_FFFFL) {
                return SILENT;
            }
            at += 8 + size + (size & 1);
        }
        return at == 0 ? SILENT : ending(bytes, at - 1); // the last padding byte may be left out
    }

    private static FileStructure atoms(Bytes bytes) throws IOException {
        long at = 0;
        for (int i = 0; i < MAX_PARTS && bytes.has(at, 8); i++) {
            long size = bytes.at(at, 4, ByteOrder.BIG_ENDIAN);
            if (size == 0 || bytes.at(at + 4, 4, ByteOrder.BIG_ENDIAN) == MFRA) {
                return SILENT; // up to the end of the file, or an index after all frames
            }
            if (size == 1 && bytes.has(at, 16)) {
                size = bytes.at(at + 8, 8, ByteOrder.BIG_ENDIAN);
            }
            if (size < 8 || at + size < 0) {
                return SILENT;
            }
            at += size;
        }
        return bytes.size() > at ? SILENT : ending(bytes, at);
    }

    /** Matroska: an EBML header, then a segment with a size, which a live recording leaves open. */
    private static FileStructure segment(Bytes bytes) throws IOException {
        if (bytes.at(0, 4, ByteOrder.BIG_ENDIAN) != 0x1A45DFA3L) {
            return SILENT;
        }
        int headerSizeBytes = bytes.vintBytes(4);
        long segment = 4 + headerSizeBytes + bytes.vint(4);
        if (bytes.at(segment, 4, ByteOrder.BIG_ENDIAN) != 0x18538067L) {
            return SILENT;
        }
        int sizeBytes = bytes.vintBytes(segment + 4);
        long size = bytes.vint(segment + 4);
        boolean open = size == (1L << (7 * sizeBytes)) - 1;
        return open ? SILENT : ending(bytes, segment + 4 + sizeBytes + size);
    }

    private static FileStructure asf(Bytes bytes) throws IOException {
        long headerEnd = bytes.at(16, 8, ByteOrder.LITTLE_ENDIAN);
        long at = 30;
        for (int i = 0; i < MAX_PARTS && at < headerEnd && bytes.has(at, 92); i++) {
            if (bytes.at(at, 8, ByteOrder.LITTLE_ENDIAN) == ASF_FILE_PROPERTIES) {
                boolean live = (bytes.at(at + 88, 4, ByteOrder.LITTLE_ENDIAN) & 1) != 0;
                long size = bytes.at(at + 40, 8, ByteOrder.LITTLE_ENDIAN);
                long prerollNanos = bytes.at(at + 80, 8, ByteOrder.LITTLE_ENDIAN) * 1_000_000;
                long lengthNanos = bytes.at(at + 64, 8, ByteOrder.LITTLE_ENDIAN) * 100 - prerollNanos;
                FileStructure ending = ending(bytes, size);
                return live || size == 0
                        ? SILENT
                        : new FileStructure(ending.missingBytes, ending.complete, Math.max(0, lengthNanos), null);
            }
            long size = bytes.at(at + 16, 8, ByteOrder.LITTLE_ENDIAN);
            if (size < 24) {
                return SILENT;
            }
            at += size;
        }
        return SILENT;
    }

    /** The last page of an Ogg stream is marked. */
    private static FileStructure ogg(Bytes bytes) throws IOException {
        long lowest = Math.max(0, bytes.size() - OGG_PAGE_MAX_BYTES);
        for (long at = bytes.size() - 27; at >= lowest; at--) {
            if (bytes.at(at, 4, ByteOrder.BIG_ENDIAN) == 0x4F676753L) {
                long end = at + 27 + bytes.at(at + 26, 1, ByteOrder.BIG_ENDIAN);
                for (long segment = at + 27, last = end; segment < last; segment++) {
                    end += bytes.at(segment, 1, ByteOrder.BIG_ENDIAN);
                }
                boolean last = (bytes.at(at + 5, 1, ByteOrder.BIG_ENDIAN) & OGG_LAST_PAGE) != 0;
                return last
                        ? ending(bytes, end)
                        : new FileStructure(Math.max(0, end - bytes.size()), false, 0, "its last page is missing");
            }
        }
        return SILENT;
    }

    /** After each tag an FLV repeats the tag's length. */
    private static FileStructure flv(Bytes bytes) throws IOException {
        long length = bytes.at(bytes.size() - 4, 4, ByteOrder.BIG_ENDIAN);
        long tag = bytes.size() - 4 - length;
        boolean whole = length >= FLV_TAG_HEADER_BYTES
                && tag > 0
                && bytes.at(tag + 1, 3, ByteOrder.BIG_ENDIAN) == length - FLV_TAG_HEADER_BYTES;
        return whole ? SILENT : new FileStructure(0, false, 0, "the file ends inside a tag");
    }

    /** A transport stream is a row of packets of one size, the first of which says which. */
    private static FileStructure transport(Bytes bytes) throws IOException {
        for (int[] layout : new int[][] {{188, 0}, {192, 4}, {204, 0}}) {
            boolean fits = true;
            for (int i = 0; i < 3 && fits; i++) {
                fits = bytes.at((long) i * layout[0] + layout[1], 1, ByteOrder.BIG_ENDIAN) == 0x47;
            }
            if (fits) {
                return bytes.size() % layout[0] == 0 ? SILENT : insidePacket();
            }
        }
        return SILENT;
    }

    /** Of a program stream the last packet says how long it is. */
    private static FileStructure program(Bytes bytes) throws IOException {
        long lowest = Math.max(0, bytes.size() - PES_MAX_BYTES);
        for (long at = bytes.size() - 6; at >= lowest; at--) {
            long start = bytes.at(at, 4, ByteOrder.BIG_ENDIAN);
            if (start >= 0x1BD && start <= 0x1EF) {
                return at + 6 + bytes.at(at + 4, 2, ByteOrder.BIG_ENDIAN) <= bytes.size() ? SILENT : insidePacket();
            }
        }
        return SILENT;
    }

    private static FileStructure insidePacket() {
        return new FileStructure(0, false, 0, "the file ends inside a packet");
    }

    /** Numbers out of a file. */
    private record Bytes(FileChannel channel) {
        long size() throws IOException {
            return channel.size();
        }

        boolean has(long at, int bytes) throws IOException {
            return at >= 0 && at <= size() - bytes;
        }

        /** Unsigned, but for 8 bytes. */
        long at(long at, int count, ByteOrder order) throws IOException {
            if (!has(at, count)) {
                throw new IndexOutOfBoundsException("nothing at " + at);
            }
            ByteBuffer read = ByteBuffer.allocate(count);
            while (read.hasRemaining() && channel.read(read, at + read.position()) > 0) {
                // goes on
            }
            long value = 0;
            for (int i = 0; i < count; i++) {
                int next = order == ByteOrder.BIG_ENDIAN ? i : count - 1 - i;
                value = value << 8 | (read.get(next) & 0xff);
            }
            return value;
        }

        /** How many bytes a number of EBML takes, 1 to 8. */
        int vintBytes(long at) throws IOException {
            long first = at(at, 1, ByteOrder.BIG_ENDIAN);
            if (first == 0) {
                throw new IllegalArgumentException("no number of EBML");
            }
            return Long.numberOfLeadingZeros(first) - 55;
        }

        long vint(long at) throws IOException {
            int count = vintBytes(at);
            return at(at, count, ByteOrder.BIG_ENDIAN) & ((1L << (7 * count)) - 1);
        }
    }
}
