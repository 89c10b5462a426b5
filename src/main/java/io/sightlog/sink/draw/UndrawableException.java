package io.sightlog.sink.draw;

/** A frame that cannot be drawn, for a reason that lies with its source. The message says which, in half a sentence. */
final class UndrawableException extends Exception {
    private static final long serialVersionUID = 1;

    UndrawableException(String why) {
        super(why, null, false, false);
    }
}
