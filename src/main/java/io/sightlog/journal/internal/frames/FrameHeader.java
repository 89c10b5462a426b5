package io.sightlog.journal.internal.frames;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a file of kept frames.
 *
 * <pre>
 *  0  4  magic "SLKF"
 *  4  4  version 1
 *  8 16  id of the journal
 * 24  8  producer
 * 32  8  file
 * 40  4  lastCycle: no event of a later cycle points into this file
 * 44  4  CRC-32C of bytes 0 .. 44
 * 48 16  0
 * </pre>
 *
 * @param name which file it is
 * @param lastCycle the last cycle of whose events one may point into it
 */
record FrameHeader(FrameName name, int lastCycle) {
    static final int BYTES = 64;
    static final int LAST_CYCLE = 40;
    static final int END_OF_WORDS = 48;

    private static final int MAGIC = 'S' | 'L' << 8 | 'K' << 16 | 'F' << 24;
    private static final int VERSION = 1;
    private static final int CRC = 44;

    byte[] bytes() {
        byte[] header = new byte[BYTES];
        ByteBuffer bytes = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC).putInt(VERSION);
        bytes.order(ByteOrder.BIG_ENDIAN)
                .putLong(name.journal().high())
                .putLong(name.journal().low());
        bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(name.producer()).putLong(name.file());
        bytes.putInt(lastCycle).putInt(crc(header));
        return header;
    }

    private static int crc(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, CRC);
        return (int) crc.getValue();
    }

    /**
     * What is wrong with bytes that should be this file's header.
     *
     * @param bytes fewer than {@link #BYTES} where the file ends
     * @return null when nothing is
     */
    static @Nullable String problem(byte[] bytes, FrameName name) {
        String other = otherFile(bytes, name);
        if (other == null
                && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(CRC) != crc(bytes)) {
            return "its header is damaged: its checksum is wrong";
        }
        return other;
    }

    /** Likewise, but how long the file is to stay does not matter: its pictures are what they are. */
    static @Nullable String otherFile(byte[] bytes, FrameName name) {
        if (bytes.length < BYTES) {
            return "it has no header: it was cut to " + bytes.length + " bytes";
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (header.getInt(0) != MAGIC) {
            return "it does not begin as a file of kept frames";
        }
        if (header.getInt(4) != VERSION) {
            return "it is of version " + header.getInt(4) + ": a newer Sightlog made it";
        }
        byte[] own = new FrameHeader(name, 0).bytes();
        return Arrays.equals(own, 0, LAST_CYCLE, bytes, 0, LAST_CYCLE)
                ? null
                : "its header is that of another file, or damaged";
    }

    /** Of bytes in which {@link #problem} finds none. */
    static int lastCycle(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(LAST_CYCLE);
    }
}
