package io.sightlog.timeline;

/** What a series counts. */
enum Kind {
    FRAMES(1),
    SKIPS(2),
    MESSAGES(3),
    DETECTIONS(4);

    static final Kind[] ALL = values();

    /** What stands for it in a file. */
    final int code;

    Kind(int code) {
        this.code = code;
    }

    /** @throws BadIndexException when it is none */
    static Kind of(int code) throws BadIndexException {
        for (Kind kind : ALL) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new BadIndexException("a series of no kind: " + code);
    }

    /** Whether its counts are kept by confidence. */
    boolean hasSteps() {
        return this == DETECTIONS;
    }
}
