package io.sightlog.metrics;

import org.jspecify.annotations.Nullable;

/** Whether what a process is for can be done now: connected, loaded, delivered. Asked from any thread, and answers at once. */
@FunctionalInterface
public interface Readiness {
    /** One line for people when it is not, null when it is. */
    @Nullable
    String whyNot();
}
