package io.sightlog.journal;

/** Where to begin reading. */
public sealed interface Start {
    /** The oldest event there is. */
    Start OLDEST = new Oldest();

    /** After the newest event there is: only what is appended from now on. */
    Start END = new End();

    /** See {@link #OLDEST}. */
    record Oldest() implements Start {}

    /** See {@link #END}. */
    public record End() implements Start {}

    /**
     * The n newest events.
     *
     * @param events how many, 0 or more
     */
    record Last(long events) implements Start {
        public Last {
            if (events < 0) {
                throw new IllegalArgumentException("the " + events + " newest events cannot be: 0 or more are needed");
            }
        }
    }

    /**
     * So many excerpts in front of an index, or the oldest event when there are fewer: to go backwards in steps. An excerpt that
     * cannot be read counts.
     *
     * @param index of an excerpt, or more than any
     * @param excerpts how many, 0 or more; a batch is one
     */
    record Before(long index, long excerpts) implements Start {
        public Before {
            if (index < 0 || excerpts < 0) {
                throw new IllegalArgumentException(
                        excerpts + " excerpts in front of index " + index + " cannot be: 0 or more are needed");
            }
        }
    }

    /**
     * An event, or the first one after it when it is not there any more.
     *
     * @param position that event's
     */
    record At(Position position) implements Start {}

    /**
     * The first event appended at a time or later.
     *
     * @param nanos since the epoch
     */
    record Time(long nanos) implements Start {}
}
