package io.sightlog.jmh.peers;

/** How the machine was while a peer was measured, by the control before and after it. */
enum State {
    /** Both times on the quick side of the gap between what the control took in this run. */
    FAST("fast"),
    /** Both times on the other side. */
    SLOW("slow"),
    /** It changed meanwhile: what was measured belongs to neither. */
    CHANGED("changed"),
    /** The control took far longer than it ever does by itself: others were at work. */
    DISTURBED("disturbed"),
    /** There is no gap in this run. */
    ONE("one state"),
    /** There was no control. */
    UNKNOWN("unknown");

    private final String text;

    State(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
