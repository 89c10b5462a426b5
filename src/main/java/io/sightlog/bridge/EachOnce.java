package io.sightlog.bridge;

import io.sightlog.consume.Notices;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Missed;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells of each thing once, though the same events are gone over again after each failure, and counts what was told. One thread.
 */
final class EachOnce implements Notices {
    /** So much is remembered; what comes later is told each time. */
    private static final int MOST = 10_000;

    private final Notices next;
    private final Set<Object> told = new HashSet<>();
    private long damaged;
    private @Nullable Missed missed;

    EachOnce(Notices next) {
        this.next = next;
    }

    /** Different events and label sets that could not be read. */
    long damaged() {
        return damaged;
    }

    /** The newest of what was deleted before it was read. */
    @Nullable
    Missed missed() {
        return missed;
    }

    private boolean isNew(Object what) {
        return told.size() < MOST ? told.add(what) : !told.contains(what);
    }

    @Override
    public void waitsForProducer() {
        if (isNew("waits for a producer")) {
            next.waitsForProducer();
        }
    }

    @Override
    public void goesOnWhereItStopped(String consumer) {
        next.goesOnWhereItStopped(consumer); // once, when the reader is opened
    }

    @Override
    public void waitsOtherwise(IdleStrategy.Mode asked, IdleStrategy.Mode instead) {
        if (isNew(instead)) {
            next.waitsOtherwise(asked, instead);
        }
    }

    @Override
    public void damage(String what) {
        if (isNew(what)) {
            damaged++;
            next.damage(what);
        }
    }

    @Override
    public void missed(Missed newest) {
        if (isNew(newest)) {
            missed = newest;
            next.missed(newest);
        }
    }

    @Override
    public void labelSetCannotMatch(long hash) {
        if (isNew(hash)) {
            damaged++;
            next.labelSetCannotMatch(hash);
        }
    }

    @Override
    public void unmet(List<String> classes) {
        if (isNew(classes)) {
            next.unmet(classes);
        }
    }

    @Override
    public void nothingInRange() {
        next.nothingInRange();
    }
}
