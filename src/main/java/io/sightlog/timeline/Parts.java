package io.sightlog.timeline;

import io.sightlog.journal.CycleStatus;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** All parts of an index. One thread changes it, any may go over it: each cycle is seen once, as one part. */
final class Parts {
    /** By number. */
    final ConcurrentSkipListMap<Integer, Part> cycles = new ConcurrentSkipListMap<>();
    /** By the second at which they begin. */
    final ConcurrentSkipListMap<Long, Part.Filed> days = new ConcurrentSkipListMap<>();

    final ConcurrentSkipListMap<Long, Part.Filed> months = new ConcurrentSkipListMap<>();

    /** Length of a cycle, 0 while there is none. */
    private volatile long cycleSeconds;

    /** What is done with a part. */
    @FunctionalInterface
    interface Visitor {
        void visit(Part part) throws IOException;
    }

    void clear(long seconds) {
        cycles.clear();
        days.clear();
        months.clear();
        cycleSeconds = seconds;
    }

    long cycleSeconds() {
        return cycleSeconds;
    }

    static long monthStart(long second) {
        return LocalDate.ofEpochDay(Math.floorDiv(second, Levels.DAY))
                        .withDayOfMonth(1)
                        .toEpochDay()
                * Levels.DAY;
    }

    static long nextMonth(long monthStart) {
        return LocalDate.ofEpochDay(monthStart / Levels.DAY).plusMonths(1).toEpochDay() * Levels.DAY;
    }

    static long dayStart(long second) {
        return Math.floorDiv(second, Levels.DAY) * Levels.DAY;
    }

    /**
     * Goes over what covers a span, ascending: months and days in place of cycles, where columns of a width can be made of them.
     *
     * @param width of a column, in seconds
     * @param longest what may stand for cycles: cycles alone, days, or months, too
     */
    void walk(long fromSecond, long toSecond, long width, IndexHead.Of longest, Visitor visitor) throws IOException {
        long length = cycleSeconds;
        if (length == 0) {
            return;
        }
        boolean withMonths = longest == IndexHead.Of.MONTH;
        boolean withDays = longest != IndexHead.Of.CYCLE;
        long covered = Long.MIN_VALUE; // a day that is made just now must not count again what its cycles have
        Map.Entry<Integer, Part> at = cycles.ceilingEntry(number(fromSecond, length));
        while (at != null && at.getKey() * length < toSecond) {
            long second = at.getKey() * length;
            Part.Filed found = withMonths ? usable(months, monthStart(second), width, covered) : null;
            if (found == null && withDays) {
                found = usable(days, dayStart(second), width, covered);
            }
            if (found != null) {
                visitor.visit(found);
                covered = found.endSecond();
                at = cycles.ceilingEntry(number(found.endSecond(), length));
            } else {
                visitor.visit(at.getValue());
                covered = second + length;
                at = cycles.higherEntry(at.getKey());
            }
        }
    }

    private static int number(long second, long length) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, Math.floorDiv(second, length)));
    }

    private static Part.@Nullable Filed usable(Map<Long, Part.Filed> from, long start, long width, long covered) {
        Part.Filed found = start < covered ? null : from.get(start);
        return found != null && Levels.dividing(found.levels(), width) >= 0 ? found : null;
    }

    /** Its file is not what it should be: it does not count until it is made again. */
    void broken(Part.Filed part) {
        CycleStatus cycle = part.cycle();
        switch (part.of()) {
            case CYCLE -> {
                if (cycle != null) {
                    cycles.replace(cycle.number(), part, new Part.Missing(cycle));
                }
            }
            case DAY -> days.remove(part.startSecond(), part);
            default -> months.remove(part.startSecond(), part);
        }
    }

    /** What files and tables take, about. */
    long bytes() {
        long bytes = 0;
        for (Part part : cycles.values()) {
            bytes += part instanceof Part.Filed filed ? filed.bytes() : 0;
        }
        for (Part.Filed filed : days.values()) {
            bytes += filed.bytes();
        }
        for (Part.Filed filed : months.values()) {
            bytes += filed.bytes();
        }
        return bytes;
    }
}
