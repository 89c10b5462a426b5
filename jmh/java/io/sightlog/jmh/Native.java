package io.sightlog.jmh;

import io.sightlog.event.Memory;
import java.nio.ByteBuffer;

/** Room outside the heap, kept for as long as this is. */
record Native(ByteBuffer buffer, long address) {
    static Native of(int bytes) {
        return of(ByteBuffer.allocateDirect(bytes));
    }

    static Native of(ByteBuffer direct) {
        return new Native(direct, Memory.addressOf(direct));
    }
}
