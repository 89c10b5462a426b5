package io.sightlog.event;

import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import sun.misc.Unsafe;

/**
 * Plain loads, stores and copies at native addresses, little-endian, at any alignment.
 *
 * <p>The only class of this project that touches {@link Unsafe}. It checks nothing: whoever calls it has checked the
 * range before, and says so where it does. Encoding 272 bytes this way takes a quarter of the time a direct
 * {@link ByteBuffer} takes, which is why it exists. Stateless, so any thread may call it.
 */
public final class Memory {
    private static final Unsafe UNSAFE = unsafe();
    private static final long BYTES_BASE = Unsafe.ARRAY_BYTE_BASE_OFFSET;
    private static final long BUFFER_ADDRESS = fieldOffset("address");
    private static final long BUFFER_CAPACITY = fieldOffset("capacity");

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new UnsupportedOperationException("the journal is little-endian and read in place: this machine is "
                    + ByteOrder.nativeOrder() + "; use a little-endian one");
        }
    }

    private Memory() {}

    public static byte getByte(long address) {
        return UNSAFE.getByte(address);
    }

    public static short getShort(long address) {
        return UNSAFE.getShort(address);
    }

    public static int getInt(long address) {
        return UNSAFE.getInt(address);
    }

    public static long getLong(long address) {
        return UNSAFE.getLong(address);
    }

    public static float getFloat(long address) {
        return UNSAFE.getFloat(address);
    }

    /** Acquire load: what was written before the value stored here is visible after it. */
    public static int getIntAcquire(long address) {
        return UNSAFE.getIntVolatile(null, address);
    }

    /** Acquire load of an 8-aligned long. */
    public static long getLongAcquire(long address) {
        return UNSAFE.getLongVolatile(null, address);
    }

    public static void putByte(long address, byte value) {
        UNSAFE.putByte(address, value);
    }

    public static void putShort(long address, short value) {
        UNSAFE.putShort(address, value);
    }

    public static void putInt(long address, int value) {
        UNSAFE.putInt(address, value);
    }

    public static void putLong(long address, long value) {
        UNSAFE.putLong(address, value);
    }

    public static void putFloat(long address, float value) {
        UNSAFE.putFloat(address, value);
    }

    /** Release store of an 8-aligned long. */
    public static void putLongRelease(long address, long value) {
        UNSAFE.putOrderedLong(null, address, value);
    }

    /** Swaps a 4-aligned int, with a full fence, when it is what is expected. */
    public static boolean compareAndSetInt(long address, int expected, int value) {
        return UNSAFE.compareAndSwapInt(null, address, expected, value);
    }

    /** Swaps an 8-aligned long, with a full fence, when it is what is expected. */
    public static boolean compareAndSetLong(long address, long expected, long value) {
        return UNSAFE.compareAndSwapLong(null, address, expected, value);
    }

    /** Adds to a 4-aligned int, with a full fence. */
    public static void addInt(long address, int delta) {
        UNSAFE.getAndAddInt(null, address, delta);
    }

    /** Nothing passes it in either direction. */
    public static void fullFence() {
        UNSAFE.fullFence();
    }

    static int getInt(byte[] from, int offset) {
        return UNSAFE.getInt(from, BYTES_BASE + offset);
    }

    static void putInt(byte[] into, int offset, int value) {
        UNSAFE.putInt(into, BYTES_BASE + offset, value);
    }

    static void putLong(byte[] into, int offset, long value) {
        UNSAFE.putLong(into, BYTES_BASE + offset, value);
    }

    static void putFloat(byte[] into, int offset, float value) {
        UNSAFE.putFloat(into, BYTES_BASE + offset, value);
    }

    public static void copy(byte[] from, int offset, long toAddress, int bytes) {
        UNSAFE.copyMemory(from, BYTES_BASE + offset, null, toAddress, bytes);
    }

    public static void copy(long fromAddress, byte[] to, int offset, int bytes) {
        UNSAFE.copyMemory(null, fromAddress, to, BYTES_BASE + offset, bytes);
    }

    public static void copy(long fromAddress, long toAddress, long bytes) {
        UNSAFE.copyMemory(fromAddress, toAddress, bytes);
    }

    /** Whether {@code bytes} bytes at {@code address} equal the first ones of {@code array}. */
    static boolean same(long address, byte[] array, int bytes) {
        int i = 0;
        for (; i + 8 <= bytes; i += 8) {
            if (UNSAFE.getLong(address + i) != UNSAFE.getLong(array, BYTES_BASE + i)) {
                return false;
            }
        }
        for (; i < bytes; i++) {
            if (UNSAFE.getByte(address + i) != array[i]) {
                return false;
            }
        }
        return true;
    }

    /** The address of the first byte of a direct buffer, which must outlive every use of the address. */
    public static long addressOf(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("a direct buffer is needed, this one is on the heap");
        }
        return UNSAFE.getLong(direct, BUFFER_ADDRESS);
    }

    /** Unmaps or frees a direct buffer now. Nothing may use it, or a view of it, afterwards. */
    public static void free(ByteBuffer direct) {
        UNSAFE.invokeCleaner(direct);
    }

    /** A direct buffer of no bytes of its own, to be pointed elsewhere with {@link #point}. */
    static ByteBuffer pointer() {
        return ByteBuffer.allocateDirect(0).duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Points {@code pointer} at a range without allocating. */
    static void point(ByteBuffer pointer, long address, int bytes) {
        UNSAFE.putLong(pointer, BUFFER_ADDRESS, address);
        UNSAFE.putInt(pointer, BUFFER_CAPACITY, bytes);
        pointer.clear();
    }

    private static Unsafe unsafe() {
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (Unsafe) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("deprecation") // Buffer is neither hidden nor a record, for which alone this is deprecated
    private static long fieldOffset(String name) {
        try {
            return UNSAFE.objectFieldOffset(Buffer.class.getDeclaredField(name));
        } catch (NoSuchFieldException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
