package io.sightlog.timeline;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A day or a month of cycles that are all closed and indexed. */
final class RollUp {
    /** With fewer cycles than these, going over each of them is as good. */
    private static final int FEWEST = 4;

    final IndexHead.Of of;
    final long startSecond;
    final long endSecond;
    private final SortedMap<Integer, MadeFrom> members = new TreeMap<>();
    private long damaged;
    private boolean isComplete = true;

    private RollUp(IndexHead.Of of, long startSecond, long endSecond) {
        this.of = of;
        this.startSecond = startSecond;
        this.endSecond = endSecond;
    }

    /** All that can be made now, of one kind, by their beginnings. */
    static SortedMap<Long, RollUp> all(IndexHead.Of of, Parts parts) {
        SortedMap<Long, RollUp> all = new TreeMap<>();
        long length = parts.cycleSeconds();
        if (of == IndexHead.Of.DAY && !Levels.hasDays(length)) {
            return all;
        }
        RollUp last = null;
        for (var cycle : parts.cycles.entrySet()) {
            long second = cycle.getKey() * length;
            if (last == null || second >= last.endSecond) {
                long start = of == IndexHead.Of.DAY ? Parts.dayStart(second) : Parts.monthStart(second);
                long end = of == IndexHead.Of.DAY ? start + Levels.DAY : Parts.nextMonth(start);
                last = new RollUp(of, start, end);
                all.put(start, last);
            }
            if (cycle.getValue() instanceof Part.Filed filed) {
                last.members.put(cycle.getKey(), filed.origin());
                last.damaged += filed.damaged();
            } else {
                last.isComplete = false;
            }
        }
        all.values().removeIf(one -> !one.isComplete || one.members.size() < FEWEST);
        return all;
    }

    String fileName() {
        return of == IndexHead.Of.DAY ? IndexNames.ofDay(startSecond) : IndexNames.ofMonth(startSecond);
    }

    MadeFrom origin() {
        return MadeFrom.of(members);
    }

    /** Whether a file is one of this. */
    boolean suits(IndexHead head, long cycleSeconds) {
        return head.of() == of
                && head.startSecond() == startSecond
                && head.seconds() == endSecond - startSecond
                && Arrays.equals(head.levels(), levels(cycleSeconds))
                && head.origin().equals(origin());
    }

    private int[] levels(long cycleSeconds) {
        return of == IndexHead.Of.DAY ? Levels.ofDay(cycleSeconds) : Levels.ofMonth();
    }

    /**
     * Makes its file of those of the cycles, or days.
     *
     * @throws Timeline.BrokenException when one of them is not what it should be
     */
    Part.Filed make(Parts parts, IndexFiles files) throws IOException {
        int[] levels = levels(parts.cycleSeconds());
        long seconds = endSecond - startSecond;
        try (IndexTable table = new IndexTable(startSecond, seconds, levels, new BlockStore(files.folder))) {
            Adding adding = new Adding(table);
            IndexFiles.Scratch scratch = new IndexFiles.Scratch();
            IndexHead.Of longest = of == IndexHead.Of.DAY ? IndexHead.Of.CYCLE : IndexHead.Of.DAY;
            parts.walk(startSecond, endSecond, levels[0], longest, part -> {
                if (!(part instanceof Part.Filed filed)) {
                    throw new IOException("a cycle of it is not indexed any more");
                }
                try {
                    files.read(filed, levels[0], startSecond, endSecond, scratch, adding);
                } catch (IOException e) {
                    throw new Timeline.BrokenException(filed, e);
                }
            });
            table.finish();
            IndexHead head = IndexHead.of(of, table, origin(), damaged, List.of());
            return files.put(fileName(), head, table.store, null);
        }
    }

    /** Adds counts of cycles to those of a longer span. */
    private static final class Adding implements Cells {
        private static final long[] NO_STEPS = {};

        private final IndexTable table;
        private Series[] series = {};

        Adding(IndexTable table) {
            this.table = table;
        }

        @Override
        public void begin(List<Key> keys) {
            series = new Series[keys.size()];
            for (int i = 0; i < series.length; i++) {
                series[i] = table.series(keys.get(i));
            }
        }

        @Override
        public boolean wants(int number) {
            return true;
        }

        @Override
        public boolean wantsSteps() {
            return true;
        }

        @Override
        public void block(long second) {
            table.at(second);
        }

        @Override
        public void cell(int number, long second, long count, int highest, long @Nullable [] steps) {
            table.add(series[number], second, count, highest, steps == null ? NO_STEPS : steps);
        }
    }
}
