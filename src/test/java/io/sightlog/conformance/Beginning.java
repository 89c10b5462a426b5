package io.sightlog.conformance;

import io.sightlog.journal.Start;
import io.sightlog.journal.Starts;

/**
 * Where a reader begins, as programs take it.
 *
 * @param from start, end, -N, a position, or nanoseconds since the epoch
 * @param name of a consumer, empty without one
 */
record Beginning(String from, String name) {
    /** @param words {@code from start|end|-N|POSITION}, {@code from time NANOS|POSITION|POSITION+N}, {@code as NAME} */
    static Beginning of(Recorded journal, String... words) {
        if (words[0].equals("as")) {
            return new Beginning("start", words[1]);
        }
        if (!words[1].equals("time")) {
            boolean position = !words[1].matches("start|end|-\\d+");
            return new Beginning(position ? journal.at(words[1]).toString() : words[1], "");
        }
        String[] parts = words[2].split("(?=[+-])");
        long nanos = parts[0].matches("\\d+") ? Long.parseLong(parts[0]) : journal.stamp(journal.at(parts[0]));
        return new Beginning(Long.toString(nanos + (parts.length > 1 ? Long.parseLong(parts[1]) : 0)), "");
    }

    Start start() {
        return Starts.of(from);
    }
}
