package io.sightlog.serve.api;

/**
 * What a server says of itself.
 *
 * @param instance a random id of this run, in hex: another one is another run
 * @param version of the program
 */
public record ServerFacts(String instance, String version) {}
