package io.sightlog.timeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Numbers keys in the order in which they come. There is an end to them, since anybody may make up labels and topics. One thread at a time. */
final class KeyTable {
    /** More keys than these count as others, by kind. */
    static final int MOST = 8192;
    /** Their texts may take so much, the rest count as others. */
    static final int MOST_TEXT_BYTES = 1 << 20;

    private static final int MOST_UTF8_BYTES = 3;

    private final List<Key> keys = new ArrayList<>();
    private final List<Key> shown = Collections.unmodifiableList(keys);
    private final Map<Key, Integer> ids = new HashMap<>();
    private final Set<String> texts = new HashSet<>();
    private int textBytes;

    /** By number; grows. */
    List<Key> all() {
        return shown;
    }

    /** The number of a key; one that is new gets the next, or that of the others when there is no room for it. */
    int idOf(Key key) {
        Key own = ids.containsKey(key) || hasRoom(key) ? key : Key.others(key.kind);
        Integer found = ids.get(own);
        if (found == null) {
            found = keys.size();
            keys.add(own);
            ids.put(own, found);
            for (String text : new String[] {own.source, own.stream, own.name}) {
                textBytes += texts.add(text) ? MOST_UTF8_BYTES * text.length() : 0;
            }
        }
        return found;
    }

    private boolean hasRoom(Key key) {
        int bytes = textBytes;
        for (String text : new String[] {key.source, key.stream, key.name}) {
            bytes += texts.contains(text) ? 0 : MOST_UTF8_BYTES * text.length();
        }
        return key.isOthers || (keys.size() < MOST - Kind.ALL.length && bytes <= MOST_TEXT_BYTES);
    }
}
