package io.sightlog.consume;

import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Missed;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told, a line each. */
public final class Told implements Notices {
    public final List<String> lines = new ArrayList<>();

    @Override
    public void waitsForProducer() {
        lines.add("waits for a producer");
    }

    @Override
    public void goesOnWhereItStopped(String consumer) {
        lines.add(consumer + " goes on");
    }

    @Override
    public void waitsOtherwise(IdleStrategy.Mode asked, IdleStrategy.Mode instead) {
        lines.add(asked + " is " + instead);
    }

    @Override
    public void damage(String what) {
        lines.add("damage: " + what);
    }

    @Override
    public void missed(Missed missed) {
        lines.add("missed " + missed.excerpts());
    }

    @Override
    public void labelSetCannotMatch(long hash) {
        lines.add("no labels " + hash);
    }

    @Override
    public void unmet(List<String> classes) {
        lines.add("unmet " + classes);
    }

    @Override
    public void nothingInRange() {
        lines.add("nothing in range");
    }
}
