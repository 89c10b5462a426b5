package io.sightlog.jmh.peers;
import java.util.List;
record Report(List<Result> all, Environment environment) { String text() { return ""; } }
