package io.sightlog.journal;

/** Where a reader begins, as the programs of the tests take it. */
public final class Starts {
    private Starts() {}

    /** @param from start, end, -N, a position, or nanoseconds since the epoch */
    public static Start of(String from) {
        if (from.equals("start")) {
            return Start.OLDEST;
        }
        if (from.equals("end")) {
            return Start.END;
        }
        return from.startsWith("-")
                ? new Start.Last(Long.parseLong(from.substring(1)))
                : from.startsWith("0x") ? new Start.At(Position.parse(from)) : new Start.Time(Long.parseLong(from));
    }
}
