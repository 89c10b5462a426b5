package io.sightlog.jmh.peers;

import java.time.LocalDate;
import java.time.ZoneOffset;

/** What has to be known to repeat a run. Taken before it. */
record Environment(
        Plan plan, String command, int rounds, int eventBytes, String fileSystem, String load, LocalDate date) {

    Environment(Plan plan, String command, int rounds, int eventBytes) {
        this(
                plan,
                command,
                rounds,
                eventBytes,
                Machine.fileSystem(plan.directory()),
                Machine.load(),
                LocalDate.now(ZoneOffset.UTC));
    }
}
