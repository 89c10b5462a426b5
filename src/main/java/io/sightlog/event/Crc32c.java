package io.sightlog.event;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C of bytes at an address, without allocating. One instance a thread. */
public final class Crc32c {
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer pointer = Memory.pointer();

    /** The checksum of bytes that the caller knows to be mapped. */
    public int of(long address, int bytes) {
        Memory.point(pointer, address, bytes);
        crc.reset();
        crc.update(pointer);
        return (int) crc.getValue();
    }
}
