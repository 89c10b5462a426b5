package io.sightlog.event;

import static io.sightlog.event.EventLayout.*;

import io.sightlog.event.UnreadableEventException.Cause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sections that most events do not have: of a draft, those of wings beside the detections (9 to 13), and those of types that
 * nobody here knows. A draft without any of them asks once whether there is one.
 */
final class RareSections {
    private final DraftSection keptFrame = new DraftSection(SECTION_KEPT_FRAME, "kept frame", MAX_TEXT_BYTES);
    private final DraftSection live = new DraftSection(SECTION_LIVE, "live source", MAX_TEXT_BYTES);
    private final DraftSection origin = new DraftSection(SECTION_ORIGIN, "origin", 2 * MAX_TEXT_BYTES);
    private final DraftSection answers = new DraftSection(SECTION_ANSWERS, "answered event", MAX_TEXT_BYTES);
    private final DraftSection checkpoint = new DraftSection(SECTION_CHECKPOINT, "checkpoint", Checkpoint.MAX_BYTES);
    private final DraftSection[] typed = {keptFrame, live, origin, answers, checkpoint};
    private final List<Section> unknown = new ArrayList<>();
    /** What the section says, of which a later version may have more. */
    private @Nullable KeptFrame kept;

    private int count;

    private record Section(int type, byte[] content) {}

    /** Makes a value of the bytes of a section, of which there are as many as it needs at least. */
    interface Reading<T> {
        /** @throws IllegalArgumentException when it cannot be one */
        T read(long at, int bytes);
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** How many there are. */
    int count() {
        return count;
    }

    void clear() {
        if (count > 0) {
            unknown.clear();
            for (DraftSection section : typed) {
                section.clear();
            }
            kept = null;
            count = 0;
        }
    }

    /** What no message has. */
    void forgetFrame() {
        if (count > 0) {
            keptFrame.clear();
            kept = null;
            live.clear();
            recount();
        }
    }

    @Nullable
    KeptFrame keptFrame() {
        return kept;
    }

    void keptFrame(@Nullable KeptFrame value) {
        if (value == null) {
            keptFrame.clear();
        } else {
            value.write(keptFrame);
        }
        kept = value;
        recount();
    }

    void live(@Nullable LiveSource value) {
        if (value == null) {
            live.clear();
        } else {
            value.write(live);
        }
        recount();
    }

    void origin(@Nullable Origin value) {
        if (value == null) {
            origin.clear();
        } else {
            value.write(origin);
        }
        recount();
    }

    void answers(@Nullable AnsweredEvent value) {
        if (value == null) {
            answers.clear();
        } else {
            value.write(answers);
        }
        recount();
    }

    void checkpoint(@Nullable Checkpoint value) {
        if (value == null) {
            checkpoint.clear();
        } else {
            byte[] content = value.bytes();
            checkpoint.setBytes(content, 0, content.length);
        }
        recount();
    }

    private void recount() {
        count = unknown.size();
        for (DraftSection section : typed) {
            count += section.isPresent() ? 1 : 0;
        }
    }

    /** A section of a type that nobody here knows. */
    void add(int type, byte[] content) {
        unknown.add(new Section(type, content));
        count++;
    }

    int unknownCount() {
        return unknown.size();
    }

    /**
     * All of an event's, byte for byte: a later version may have more in them than this one reads.
     *
     * @throws UnreadableEventException when one of those that are known is not what it should be
     */
    void copy(Event event) {
        check(event);
        kept = KeptFrame.of(event);
        for (DraftSection section : typed) {
            int i = event.section(section.type);
            if (i >= 0) {
                byte[] content = event.sectionContent(i);
                section.setBytes(content, 0, content.length);
            }
        }
        for (int i = 0; i < event.sectionCount(); i++) {
            int type = event.sectionType(i);
            if (!isKnown(type)) {
                unknown.add(new Section(type, event.sectionContent(i)));
            }
        }
        recount();
    }

    /** Whether a section of this type has a setter of its own. */
    static boolean isKnown(int type) {
        return type >= SECTION_SOURCE && type <= SECTION_CHECKPOINT;
    }

    long encodedBytes() {
        long bytes = 0;
        for (DraftSection section : typed) {
            if (section.isPresent()) {
                bytes += SECTION_ENTRY_BYTES + align4(section.length());
            }
        }
        for (int i = 0; i < unknown.size(); i++) {
            bytes += SECTION_ENTRY_BYTES + (long) align4(unknown.get(i).content.length);
        }
        return bytes;
    }

    /** Writes them, from this entry of the table of sections and this content on. */
    void encode(long at, int firstEntry, int firstContent) {
        int entry = firstEntry;
        int content = firstContent;
        for (DraftSection section : typed) {
            if (section.isPresent()) {
                content = section.encode(at, entry, content);
                entry += SECTION_ENTRY_BYTES;
            }
        }
        for (int i = 0; i < unknown.size(); i++) {
            Section section = unknown.get(i);
            content = DraftSection.encode(at, entry, content, section.type, section.content, section.content.length);
            entry += SECTION_ENTRY_BYTES;
        }
    }

    /** @throws UnreadableEventException when one of an event's sections 9 to 13 is not what it should be */
    static void check(Event event) {
        KeptFrame.of(event);
        LiveSource.of(event);
        Origin.of(event);
        AnsweredEvent.of(event);
        Checkpoint.of(event);
    }

    /** The value of a section; null when the event has none. */
    static <T> @Nullable T read(Event event, int type, String name, int leastBytes, Reading<T> reading) {
        int i = event.section(type);
        if (i < 0) {
            return null;
        }
        int bytes = event.sectionBytes(i);
        try {
            check(bytes >= leastBytes, "its size", bytes, leastBytes + " or more");
            return reading.read(event.sectionAddress(i), bytes);
        } catch (IllegalArgumentException e) {
            throw new UnreadableEventException(Cause.DAMAGED, "its section \"" + name + "\": " + e.getMessage());
        }
    }

    /** Good UTF-8 out of memory. */
    static String text(long at, int bytes, String name) {
        byte[] utf8 = new byte[bytes];
        Memory.copy(at, utf8, 0, bytes);
        int bad = Utf8.firstBad(utf8, 0, bytes);
        if (bad >= 0) {
            throw new IllegalArgumentException("a text of " + name + " is not good UTF-8 at byte " + bad);
        }
        return new String(utf8, StandardCharsets.UTF_8);
    }

    static void check(boolean good, String name, long value, String needed) {
        if (!good) {
            throw new IllegalArgumentException(name + "=" + value + ": " + needed + " is needed");
        }
    }

    static void notNull(String name, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is null");
        }
    }

    static void checkText(String name, @Nullable String value, int maxBytes) {
        notNull(name, value);
        String text = String.valueOf(value);
        int half = Utf8.firstHalf(text);
        if (half >= 0) {
            throw new IllegalArgumentException(name + " has half a surrogate pair at character " + half);
        }
        int bytes = Utf8.bytes(text);
        if (bytes > maxBytes) {
            throw new IllegalArgumentException(name + " has " + bytes + " bytes, at most " + maxBytes + " fit");
        }
    }
}
