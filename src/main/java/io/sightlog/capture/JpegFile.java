package io.sightlog.capture;

import io.sightlog.capture.Still.Stills;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** A JPEG, or several in one file as MPO has them. Only its markers are looked at, up to the first scan. */
final class JpegFile implements Stills {
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MPF = "MPF\0".getBytes(StandardCharsets.US_ASCII);

    /** With more passes than this a small file keeps a processor busy for hours. */
    private static final int MAX_SCANS = 500;

    /** Coefficients of a progressive picture, two bytes each, stay in memory until the last pass. */
    private static final int PROGRESSIVE_BYTES = 6;

    private static final Pattern EXTRANEOUS =
            Pattern.compile("Corrupt JPEG data: (\\d+) extraneous bytes before marker 0xd9");

    private final BytePointer memory;
    private final ByteBuffer file;
    private final List<Integer> offsets = new ArrayList<>();

    /** What its markers say. */
    private static final class Header {
        int width;
        int height;
        int precision;
        int process = -1;
        int scan;
        Exif exif = Exif.NONE;
        /** Offset and length of each segment before the scan; more lies between them when the file has bytes of no segment. */
        final List<int[]> segments = new ArrayList<>();

        boolean scattered;
        int mpf = -1;
        int mpfBytes;
    }

    /** @param memory holds the file's bytes, and stays as long as this is used */
    JpegFile(BytePointer memory, ByteBuffer file) throws UnreadableException {
        this.memory = memory;
        this.file = file;
        offsets.add(0);
        Header first = header(0);
        if (first.mpf > 0 && !MultiPictureIndex.isGainMap(file, 0)) {
            ByteBuffer index = file.slice(first.mpf, first.mpfBytes);
            for (int offset : MultiPictureIndex.others(index)) {
                int at = first.mpf + offset;
                boolean there = at > 0 && at < file.limit() - 3;
                if (!there || !MultiPictureIndex.isGainMap(file, at)) {
                    offsets.add(at);
                }
            }
        }
    }

    @Override
    public int count() {
        return offsets.size();
    }

    @Override
    public Still still(int number) throws UnreadableException {
        int at = offsets.get(number);
        Header header = header(at);
        boolean progressive = (header.process & 3) == 2;
        if (progressive) {
            requireFewScans(header.scan);
        }
        int bytesPerPixel = Still.BGR_BYTES + (progressive ? PROGRESSIVE_BYTES : 0);
        return new Still(header.width, header.height, header.exif, bytesPerPixel, () -> {
            if (header.scattered) {
                return gathered(header);
            }
            BytePointer from = memory.getPointer(at);
            return OpenCvDecoder.bgr(from, file.limit() - (long) at, line -> harmless(line, header.scan));
        });
    }

    /** Decodes a copy without the bytes between the segments, so that no warning about those hides another. */
    private Mat gathered(Header header) throws UnreadableException {
        try (BytePointer copy = new BytePointer(file.limit())) {
            ByteBuffer out = copy.asByteBuffer();
            out.put((byte) 0xFF).put((byte) 0xD8);
            for (int[] segment : header.segments) {
                out.put(file.slice(segment[0], segment[1]));
            }
            out.put(file.slice(header.scan, file.limit() - header.scan));
            return OpenCvDecoder.bgr(copy, out.position(), line -> harmless(line, header.scan));
        }
    }

    private Header header(int at) throws UnreadableException {
        if (at < 0 || at > file.limit() - 4 || (file.getShort(at) & 0xffff) != 0xFFD8) {
            throw new UnreadableException("damaged: its index names a picture that is not there");
        }
        Header header = new Header();
        int marker = at + 2;
        while (header.scan == 0) {
            int from = marker;
            marker = afterFill(marker);
            header.scattered |= marker - from > 2 && file.get(from) != (byte) 0xFF;
            int code = Still.unsigned(file, marker - 1);
            if (code == 0xD9) {
                throw new UnreadableException("damaged: it ends before its first line");
            }
            if (code == 0x01 || (code >= 0xD0 && code <= 0xD8)) {
                continue; // has no length
            }
            int length = file.getShort(marker) & 0xffff;
            segment(header, code, marker + 2, length - 2);
            header.segments.add(new int[] {marker - 2, length + 2});
            marker += length;
        }
        requireFrame(header);
        return header;
    }

    /** After the code of the next marker. Bytes that belong to nothing are passed over, as libjpeg does. */
    private int afterFill(int from) {
        int at = from;
        while (Still.unsigned(file, at) != 0xFF || Still.unsigned(file, at + 1) == 0xFF || file.get(at + 1) == 0) {
            at++;
        }
        return at + 2;
    }

    private void segment(Header header, int code, int at, int length) throws UnreadableException {
        if (length < 0) {
            throw new UnreadableException("damaged: a marker has a length of " + (length + 2));
        }
        if (code == 0xDA) {
            header.scan = at + length;
        } else if (code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC) {
            header.process = code - 0xC0;
            header.precision = Still.unsigned(file, at);
            header.height = Math.max(header.height, file.getShort(at + 1) & 0xffff);
            header.width = Math.max(header.width, file.getShort(at + 3) & 0xffff);
        } else if (code == 0xE1 && header.exif.equals(Exif.NONE) && begins(at, length, EXIF)) {
            header.exif = Exif.of(file.slice(at + EXIF.length, length - EXIF.length));
        } else if (code == 0xE2 && begins(at, length, MPF)) {
            header.mpf = at + MPF.length;
            header.mpfBytes = length - MPF.length;
        }
    }

    private boolean begins(int at, int length, byte[] with) {
        return length > with.length && file.slice(at, with.length).equals(ByteBuffer.wrap(with));
    }

    private static void requireFrame(Header header) throws UnreadableException {
        if (header.process < 0) {
            throw new UnreadableException("damaged: its header gives no size");
        }
        if ((header.process & 3) == 3 || (header.process & 4) != 0) {
            throw new UnreadableException(
                    "not supported: a " + ((header.process & 3) == 3 ? "lossless" : "hierarchical") + " JPEG");
        }
        if (header.precision != 8) {
            throw new UnreadableException("not supported: a JPEG of " + header.precision + " bits a sample, not 8");
        }
        if (header.width == 0 || header.height == 0) {
            throw new UnreadableException("damaged: its header gives no size");
        }
    }

    private void requireFewScans(int from) throws UnreadableException {
        int scans = 1;
        for (int at = from; at < file.limit() - 1; at++) {
            if (file.get(at) == (byte) 0xFF) {
                int code = Still.unsigned(file, at + 1);
                scans += code == 0xDA ? 1 : 0;
                if (code == 0xD9) {
                    break;
                }
            }
        }
        if (scans > MAX_SCANS) {
            throw new UnreadableException("not supported: a JPEG of " + scans + " scans, the limit is " + MAX_SCANS);
        }
    }

    /** Zeros before the end mark are what some cameras fill up with. All other bytes that belong to nothing are damage. */
    private boolean harmless(String line, int scan) {
        if (line.startsWith("Unknown Adobe color transform") || line.startsWith("Warning: unknown JFIF revision")) {
            return true;
        }
        Matcher extraneous = EXTRANEOUS.matcher(line);
        if (!extraneous.matches()) {
            return false;
        }
        int end = scan;
        while (end < file.limit() - 1 && (file.getShort(end) & 0xffff) != 0xFFD9) {
            end++;
        }
        int from = Math.max(scan, end - Integer.parseInt(extraneous.group(1)));
        for (int at = from; at < end; at++) {
            if (file.get(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
