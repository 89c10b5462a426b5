package io.sightlog.bridge;

import java.util.ArrayList;
import java.util.List;

/** Keeps what a bridge says, a line each. Any thread. */
public final class Said implements BridgeNotices {
    private final List<String> lines = new ArrayList<>();

    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    private synchronized void add(String line) {
        lines.add(line);
    }

    @Override
    public void connected(String broker) {
        add("connected to " + broker);
    }

    @Override
    public void away(String why, String waiting) {
        add("away: " + why + " (" + waiting + ")");
    }

    @Override
    public void passedOver(String what, String why) {
        add("passed over " + what + ": " + why);
    }

    @Override
    public void note(String text) {
        add(text);
    }
}
