package io.sightlog.timeline;

/** What a lane of an {@link Answer} stands for, and what is counted in it. */
public enum Lanes {
    /** A label, without case, or a class id that has none: its detections. */
    LABEL,
    /** A source, empty for events that name none: its frames and messages, or its detections where the filter asks for some. */
    SOURCE,
    /** A stream, likewise. */
    STREAM,
    /** A topic: its messages. */
    TOPIC
}
