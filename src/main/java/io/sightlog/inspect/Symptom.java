package io.sightlog.inspect;

/**
 * Something that is not as it should be with a journal.
 *
 * @param area what it is about
 * @param text what was found, one line
 * @param remedy the command that mends it, or what to do, one line
 */
public record Symptom(Area area, String text, String remedy) {
    /** What a symptom is about. */
    public enum Area {
        LOCK,
        CLOCK,
        FILES,
        PERMISSIONS,
        SPACE,
        CONSUMERS,
        STREAMS,
        LEFTOVERS
    }
}
