package io.sightlog.jmh.peers;

import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import io.sightlog.jmh.Sample;
import java.nio.ByteBuffer;

/** The sample event already encoded, for the peers that carry bytes: only its number and its time are written anew. */
final class Frames {
    private final ByteBuffer bytes = Sample.encoded(1);
    private final long address = Memory.addressOf(bytes);

    /** The event with these two; the address is good for as long as this object is. */
    long with(long number, long nanos) {
        Memory.putLong(address + EventLayout.FRAME, number);
        Memory.putLong(address + EventLayout.CAPTURED_NANOS, nanos);
        return address;
    }

    /** The event at an address, copied; as long as the sample. */
    long of(long from) {
        Memory.copy(from, address, size());
        return address;
    }

    int size() {
        return bytes.capacity();
    }

    ByteBuffer buffer() {
        return bytes;
    }

    static long number(long address) {
        return Memory.getLong(address + EventLayout.FRAME);
    }

    static long nanos(long address) {
        return Memory.getLong(address + EventLayout.CAPTURED_NANOS);
    }
}
