package io.sightlog.timeline;

import io.sightlog.event.LabelSource;
import io.sightlog.journal.CycleStatus;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReplacedException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings an index up to date, in steps of some milliseconds: the cycle that is written to first, again and again, then closed cycles, newest
 * first, then days and months. One thread at a time, but for what says otherwise.
 */
final class Updater {
    private static final int STEP_EVENTS = 4096;
    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long TRY_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Journal journal;
    private final IndexFiles files;
    private final Parts parts;
    private final Live live;
    private final CycleFiles cycleFiles;

    private @Nullable CycleBuild build;
    private Deque<RollUp> rollUps = new ArrayDeque<>();
    private boolean rollUpsAreDue;
    /** Files of the index that were there at the last look. */
    private Set<String> names = Set.of();
    /** Cycles that cannot be indexed now, and when to try again. */
    private final Map<Integer, Long> failed = new HashMap<>();

    /** Files whose heads are good, and something behind them is not: they are made again. */
    private final Set<String> broken = ConcurrentHashMap.newKeySet();

    /** Until then nothing is written: a disk that is full takes no more than one try in a while. */
    private long writeAgainNanos = System.nanoTime();

    private boolean hasLooked;
    private long lookedNanos;
    private volatile boolean looksAgain;
    private volatile boolean isUpToDate;
    private volatile @Nullable String problem;
    private volatile @Nullable String current;
    private volatile long currentEvents;

    Updater(Journal journal, IndexFiles files, Parts parts) {
        this.journal = journal;
        this.files = files;
        this.parts = parts;
        live = new Live(journal, files, parts);
        cycleFiles = new CycleFiles(journal);
    }

    void refresh(BooleanSupplier stop) {
        try {
            if (!hasLooked || looksAgain || System.nanoTime() - lookedNanos >= LOOK_EVERY_NANOS) {
                looksAgain = false;
                look();
            }
            boolean more = true;
            while (more && !stop.getAsBoolean()) {
                more = !catchUp() || work();
            }
            isUpToDate = !more && failed.isEmpty() && (mayWrite() || noneIsMissing());
        } catch (JournalReplacedException e) {
            reset(); // the next call begins with what is there now
        }
    }

    private boolean mayWrite() {
        return System.nanoTime() - writeAgainNanos >= 0;
    }

    private boolean noneIsMissing() {
        return parts.cycles.values().stream().noneMatch(Part.Missing.class::isInstance);
    }

    /** @return whether all events that are there were counted */
    private boolean catchUp() {
        boolean isDone = live.read(STEP_EVENTS);
        for (CycleStatus closed = live.closed(); closed != null; closed = live.closed()) {
            rollUpsAreDue = true; // it has an index now, or is missing
        }
        return isDone;
    }

    /** Looks which cycles and which files of the index there are. */
    private void look() {
        hasLooked = true;
        Set<String> there = new HashSet<>(
                files.folder.names()); // before the cycles: what is made meanwhile is not taken for a leftover
        List<CycleStatus> cycles = journal.cycles();
        if (cycles.isEmpty() || cycles.get(0).seconds() != parts.cycleSeconds()) {
            reset();
            parts.clear(cycles.isEmpty() ? 0 : cycles.get(0).seconds());
        }
        hasLooked = true;
        names = there;
        lookedNanos = System.nanoTime();
        failed.values().removeIf(until -> until - lookedNanos <= 0);
        if (failed.isEmpty() && mayWrite()) {
            problem = null;
        }
        live.start(cycles);
        known(cycles);
        gone(cycles);
        rollUpsAreDue = true;
        files.folder.deleteOldDrafts();
    }

    private void known(List<CycleStatus> cycles) {
        int open = live.cycle();
        for (CycleStatus cycle : cycles) {
            if (cycle.number() >= open) {
                break;
            }
            Part part = parts.cycles.get(cycle.number());
            boolean isThere = part instanceof Part.Filed filed
                    && names.contains(filed.name())
                    && cycleFiles.isSame(cycle, filed.origin());
            if (!isThere && !(part instanceof Part.Missing)) {
                parts.cycles.put(cycle.number(), new Part.Missing(cycle));
            }
        }
    }

    private void gone(List<CycleStatus> cycles) {
        Set<Integer> numbers = new HashSet<>();
        Set<String> wanted = new HashSet<>();
        for (CycleStatus cycle : cycles) {
            numbers.add(cycle.number());
            wanted.add(CycleBuild.fileName(cycle));
            wanted.add(IndexNames.ofDay(Parts.dayStart(cycle.startSeconds())));
            wanted.add(IndexNames.ofMonth(Parts.monthStart(cycle.startSeconds())));
        }
        parts.cycles.keySet().removeIf(number -> !numbers.contains(number));
        parts.days.values().removeIf(day -> !wanted.contains(day.name()) || !names.contains(day.name()));
        parts.months.values().removeIf(month -> !wanted.contains(month.name()) || !names.contains(month.name()));
        cycleFiles.keepOnly(numbers);
        try {
            for (String name : names) {
                if (IndexNames.isOne(name) && !wanted.contains(name)) {
                    files.delete(name);
                }
            }
        } catch (FileAccessException e) {
            problem = e.getMessage();
        }
    }

    /**
     * A step on closed cycles, or days and months.
     *
     * @return false when there is nothing to do
     */
    private boolean work() {
        CycleBuild now = build;
        if (now != null) {
            attempt(now.cycle, () -> {
                if (!now.read(STEP_EVENTS)) {
                    finish(now);
                }
            });
            currentEvents = now.events();
            return true;
        }
        if (!mayWrite()) {
            return false;
        }
        for (Part part : parts.cycles.descendingMap().values()) {
            if (part instanceof Part.Missing missing
                    && !failed.containsKey(missing.cycle().number())) {
                attempt(missing.cycle(), () -> begin(missing.cycle()));
                return true;
            }
        }
        return rollUp();
    }

    private void attempt(CycleStatus cycle, Runnable step) {
        try {
            step.run();
        } catch (JournalReplacedException e) {
            throw e;
        } catch (JournalException e) {
            failed(cycle, e);
        } catch (InternalError e) {
            failed(cycle, FileAccessException.fault("cannot read " + cycle.file(), e));
        }
    }

    private void failed(CycleStatus cycle, JournalException why) {
        problem = why.getMessage();
        failed.put(cycle.number(), System.nanoTime() + TRY_AGAIN_NANOS);
        closeBuild();
    }

    private void begin(CycleStatus cycle) {
        Part.Filed taken = isUsable(CycleBuild.fileName(cycle)) ? taken(cycle) : null;
        if (taken != null) {
            replace(cycle, taken);
            return;
        }
        build = new CycleBuild(journal, cycle, files);
        current = cycle.file().getFileName().toString();
        currentEvents = 0;
    }

    private boolean isUsable(String name) {
        return !broken.remove(name) && names.contains(name);
    }

    /** What an earlier run, or another process, has made of a cycle. */
    private Part.@Nullable Filed taken(CycleStatus cycle) {
        try {
            IndexHead head = files.head(CycleBuild.fileName(cycle));
            LabelSource labels = journal.labels();
            boolean isSame = head.of() == IndexHead.Of.CYCLE
                    && head.startSecond() == cycle.startSeconds()
                    && head.seconds() == cycle.seconds()
                    && Arrays.equals(head.levels(), Levels.ofCycle(cycle.seconds()))
                    && head.origin().equals(MadeFrom.of(cycle.number(), journal.content(cycle)))
                    && head.missingSets().stream().allMatch(hash -> labels.find(hash) == null);
            return isSame ? Part.Filed.of(CycleBuild.fileName(cycle), head, cycle) : null;
        } catch (IOException e) {
            return null; // made again
        }
    }

    private void finish(CycleBuild done) {
        Part.Filed made;
        try {
            made = done.write(files);
        } catch (FileAccessException e) {
            writeAgainNanos = System.nanoTime() + TRY_AGAIN_NANOS;
            throw e;
        }
        if (made != null) {
            replace(done.cycle, made);
        }
        closeBuild();
    }

    private void replace(CycleStatus cycle, Part.Filed made) {
        Part before = parts.cycles.get(cycle.number());
        if (before instanceof Part.Missing) { // and not pruned meanwhile
            parts.cycles.put(cycle.number(), made);
            cycleFiles.remember(cycle);
            rollUpsAreDue = true;
        }
    }

    private void closeBuild() {
        CycleBuild now = build;
        build = null;
        current = null;
        if (now != null) {
            now.close();
        }
    }

    private boolean rollUp() {
        if (rollUpsAreDue) {
            rollUpsAreDue = false;
            rollUps = new ArrayDeque<>();
            due(IndexHead.Of.DAY, parts.days);
            due(IndexHead.Of.MONTH, parts.months);
        }
        RollUp next = rollUps.poll();
        if (next == null) {
            return false;
        }
        Map<Long, Part.Filed> into = next.of == IndexHead.Of.DAY ? parts.days : parts.months;
        try {
            Part.Filed made = isUsable(next.fileName()) ? taken(next) : null;
            into.put(next.startSecond, made == null ? next.make(parts, files) : made);
        } catch (Timeline.BrokenException e) {
            broken(e.part);
        } catch (IOException e) {
            rollUpsAreDue = false; // the next look says what is there
        } catch (FileAccessException e) {
            problem = e.getMessage();
            writeAgainNanos = System.nanoTime() + TRY_AGAIN_NANOS;
        }
        return true;
    }

    private void due(IndexHead.Of of, Map<Long, Part.Filed> there) {
        SortedMap<Long, RollUp> all = RollUp.all(of, parts);
        there.keySet().removeIf(start -> !all.containsKey(start));
        Deque<RollUp> newestFirst = new ArrayDeque<>();
        for (RollUp one : all.values()) {
            Part.Filed found = there.get(one.startSecond);
            if (found == null || !found.origin().equals(one.origin())) {
                there.remove(one.startSecond);
                newestFirst.addFirst(one);
            }
        }
        rollUps.addAll(newestFirst);
    }

    private Part.@Nullable Filed taken(RollUp of) {
        try {
            IndexHead head = files.head(of.fileName());
            return of.suits(head, parts.cycleSeconds()) ? Part.Filed.of(of.fileName(), head, null) : null;
        } catch (IOException e) {
            return null; // made again
        }
    }

    /** A file is not what it should be. Any thread. */
    void broken(Part.Filed part) {
        broken.add(part.name());
        parts.broken(part);
        looksAgain = true;
    }

    Progress progress() {
        int indexed = 0;
        int cycles = 0;
        for (Part part : parts.cycles.values()) {
            cycles++;
            indexed += part instanceof Part.Filed || (part instanceof Part.Open open && open.isCaughtUp) ? 1 : 0;
        }
        return new Progress(cycles, indexed, current, currentEvents, isUpToDate, parts.bytes(), problem);
    }

    int failedCycles() {
        return failed.size();
    }

    void lookAgain() {
        looksAgain = true;
    }

    private void reset() {
        close();
        parts.clear(0);
        cycleFiles.keepOnly(Set.of());
        failed.clear();
        writeAgainNanos = System.nanoTime();
        rollUps.clear();
        hasLooked = false;
        isUpToDate = false;
    }

    void close() {
        closeBuild();
        live.close();
    }
}
