package io.sightlog.pictures;

import io.sightlog.event.Event;
import io.sightlog.pictures.EventPictures.Jpeg;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pictures that were made lately, up to a number of bytes. Any thread. */
final class JpegCache {
    private final long maxBytes;
    private final Map<Key, Jpeg> pictures = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** Whose picture it is, wherever a journal is that has been replaced; and how it was made. */
    record Key(long index, int place, long producer, long sequence, int maxSide, boolean boxes) {
        static Key of(Event event, int maxSide, boolean boxes) {
            return new Key(event.index(), event.place(), event.producer(), event.sequence(), maxSide, boxes);
        }
    }

    JpegCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized @Nullable Jpeg get(Key key) {
        return pictures.get(key);
    }

    synchronized void put(Key key, Jpeg picture) {
        if (picture.bytes().length > maxBytes) {
            return;
        }
        Jpeg before = pictures.put(key, picture);
        bytes += picture.bytes().length - (before == null ? 0 : before.bytes().length);
        Iterator<Jpeg> oldest = pictures.values().iterator();
        while (bytes > maxBytes) {
            bytes -= oldest.next().bytes().length;
            oldest.remove();
        }
    }

    /** Of all pictures in it. */
    synchronized long bytes() {
        return bytes;
    }
}
