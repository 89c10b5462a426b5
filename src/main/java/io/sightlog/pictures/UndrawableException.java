package io.sightlog.pictures;

/** A frame that cannot be drawn, for a reason that lies with its source. The message says which, in half a sentence. */
public final class UndrawableException extends Exception {
    private static final long serialVersionUID = 1;

    private final String why;

    /** @param why in half a sentence about the source: "it is gone" */
    public UndrawableException(String why) {
        super(why, null, false, false);
        this.why = why;
    }

    @Override
    public String getMessage() {
        return why;
    }
}
