package io.sightlog.serve.api;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of itself.
 *
 * @param instance a random id of this run, in hex: another one is another run
 * @param version of the program
 * @param liveProblem what keeps live events from coming now, in one line, null when nothing does; any thread
 */
public record ServerFacts(String instance, String version, Supplier<@Nullable String> liveProblem) {}
