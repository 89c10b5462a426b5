package io.sightlog.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds up counts of series to an {@link Answer}: which lane a series belongs to, and what its count says there. When there are too many lanes
 * to have columns for each, it first adds up totals alone, and then goes over all again for those with the highest. One thread.
 */
final class Tally implements Cells {
    private static final int MOST_CELLS = 1 << 21;
    private static final int MOST_LANES_KNOWN = 1 << 16;

    private static final int LOOKED = 1;
    private static final int SKIPPED = 2;
    private static final int MESSAGE = 4;

    /** What a count is for its lane. */
    private enum Role {
        UNWANTED,
        COUNTED,
        HIGHEST_ONLY,
        FLAG_ONLY
    }

    private final Columns columns;
    private final Lanes by;
    private final Filter filter;
    private final int mostLanes;
    private final int step;
    private final Set<String> labels = new HashSet<>();
    private final boolean countsDetections;
    private final long widthSeconds;

    private final Map<String, Sum> lanes = new HashMap<>();
    private final Sum others = new Sum("", false);
    private final Sum context = new Sum("", false);
    private final Map<String, Boolean> accepted = new HashMap<>();
    private final Map<String, Boolean> acceptedMessages = new HashMap<>();
    private boolean totalsOnly;
    private boolean isChosen;
    private int lanesLeftOut;
    private long unattributed;

    /** Of the part at hand, by series. */
    private Role[] roles = {};

    private @Nullable Sum[] sums = {};
    private int[] flags = {};
    private boolean[] isUnknown = {};

    /** What is added up of one lane. */
    private static final class Sum {
        final String name;
        final boolean isAskedFor;
        boolean isLeftOut;
        boolean isSeen;
        long total;
        long[] counts = {};
        byte[] highest = {};
        byte[] flags = {};

        Sum(String name, boolean isAskedFor) {
            this.name = name;
            this.isAskedFor = isAskedFor;
        }

        void makeColumns(int columns) {
            if (counts.length == 0) {
                counts = new long[columns];
                highest = new byte[columns];
                flags = new byte[columns];
            }
        }

        void add(Sum other) {
            total = plus(total, other.total);
            for (int i = 0; i < other.counts.length; i++) {
                counts[i] = plus(counts[i], other.counts[i]);
                highest[i] = (byte) Math.max(highest[i] & 0xff, other.highest[i] & 0xff);
                flags[i] |= other.flags[i];
            }
        }
    }

    Tally(Columns columns, Lanes by, Filter filter, int mostLanes) {
        this.columns = columns;
        this.by = by;
        this.filter = filter;
        this.mostLanes = mostLanes;
        this.step = Steps.nearest(filter.confidence());
        this.countsDetections = by == Lanes.LABEL || !filter.takesAllDetections();
        this.widthSeconds = columns.widthNanos() / Columns.SECOND;
        for (String label : filter.labels()) {
            labels.add(Key.fold(label));
            if (by == Lanes.LABEL) {
                lanes.putIfAbsent(Key.fold(label), new Sum(label, true));
            }
        }
        makeColumns();
    }

    private void makeColumns() {
        context.makeColumns(columns.count());
        others.makeColumns(columns.count());
        lanes.values().forEach(sum -> sum.makeColumns(columns.count()));
    }

    /** Whether there are too many lanes for columns of each: then {@link #choose} those that get some, and go over all again. */
    boolean needsChoice() {
        return totalsOnly;
    }

    /** Chooses the lanes with the highest totals: the rest is added up as one. */
    void choose() {
        List<Sum> shown = shown();
        for (int i = 0; i < shown.size(); i++) {
            Sum sum = shown.get(i);
            sum.isLeftOut = i >= mostLanes;
            lanesLeftOut += sum.isLeftOut && sum.isSeen ? 1 : 0;
            sum.total = 0;
            sum.counts = new long[0];
        }
        lanes.values().removeIf(sum -> !sum.isSeen && !sum.isAskedFor);
        totalsOnly = false;
        isChosen = true;
        unattributed = 0;
        others.total = 0;
        others.isSeen = false;
        others.counts = new long[0];
        context.counts = new long[0];
        context.makeColumns(columns.count());
        others.makeColumns(columns.count());
        lanes.values().stream().filter(sum -> !sum.isLeftOut).forEach(sum -> sum.makeColumns(columns.count()));
    }

    private List<Sum> shown() {
        List<Sum> shown = new ArrayList<>(lanes.values());
        shown.removeIf(sum -> !sum.isSeen && !sum.isAskedFor);
        shown.sort(Comparator.comparingLong((Sum sum) -> sum.total).reversed().thenComparing(sum -> sum.name));
        return shown;
    }

    @Override
    public void begin(List<Key> keys) {
        roles = new Role[keys.size()];
        sums = new Sum[keys.size()];
        flags = new int[keys.size()];
        isUnknown = new boolean[keys.size()];
        for (int i = 0; i < roles.length; i++) {
            begin(i, keys.get(i));
        }
    }

    private void begin(int series, Key key) {
        boolean isDetection = key.kind == Kind.DETECTIONS;
        isUnknown[series] = key.isOthers
                && (!filter.takesAllEvents() || (isDetection && !labels.isEmpty()) || !filter.takesAllLanes());
        flags[series] = switch (key.kind) {
            case FRAMES -> LOOKED;
            case SKIPS -> SKIPPED;
            case MESSAGES -> MESSAGE;
            case DETECTIONS -> 0;
        };
        boolean isWanted = (key.isOthers || accepts(key))
                && (key.isOthers || !isDetection || labels.isEmpty() || labels.contains(key.folded()));
        Role role = isWanted ? role(key.kind) : Role.UNWANTED;
        boolean isShared = role == Role.FLAG_ONLY && (by == Lanes.LABEL || by == Lanes.TOPIC);
        if (role != Role.UNWANTED && !isShared && !key.isOthers && !filter.acceptsLane(name(key))) {
            role = Role.UNWANTED;
        }
        roles[series] = role;
        if (role != Role.UNWANTED) {
            sums[series] = isShared ? context : key.isOthers ? others : lane(key);
        }
    }

    /** Patterns take their time, and sources come again in every part. */
    private boolean accepts(Key key) {
        if (filter.takesAllEvents()) {
            return true;
        }
        Map<String, Boolean> known = key.kind == Kind.MESSAGES ? acceptedMessages : accepted;
        boolean isMessage = key.kind == Kind.MESSAGES;
        if (known.size() >= MOST_LANES_KNOWN) {
            known.clear();
        }
        return filter.acceptsStream(key.stream)
                && known.computeIfAbsent(key.source, source -> filter.acceptsSource(source, isMessage));
    }

    private Role role(Kind kind) {
        if (kind == Kind.DETECTIONS) {
            return by == Lanes.TOPIC ? Role.UNWANTED : countsDetections ? Role.COUNTED : Role.HIGHEST_ONLY;
        }
        boolean isCounted = switch (by) {
            case LABEL -> false;
            case SOURCE, STREAM -> kind != Kind.SKIPS && !countsDetections;
            case TOPIC -> kind == Kind.MESSAGES;
        };
        return isCounted ? Role.COUNTED : Role.FLAG_ONLY;
    }

    /** Of its lane. */
    private String name(Key key) {
        return switch (by) {
            case LABEL -> key.folded();
            case SOURCE -> key.source;
            case STREAM -> key.stream;
            case TOPIC -> key.name;
        };
    }

    private Sum lane(Key key) {
        String name = name(key);
        Sum sum = lanes.get(name);
        if (sum == null) {
            if (lanes.size() >= MOST_LANES_KNOWN || isChosen) {
                return others;
            }
            sum = new Sum(by == Lanes.LABEL ? key.name : name, false);
            lanes.put(name, sum);
            totalsOnly |= (long) lanes.size() * columns.count() > MOST_CELLS && lanes.size() > mostLanes;
        }
        if (!totalsOnly && !sum.isLeftOut) {
            sum.makeColumns(columns.count());
        }
        return sum.isLeftOut ? others : sum;
    }

    @Override
    public boolean wants(int series) {
        return roles[series] != Role.UNWANTED;
    }

    @Override
    public boolean wantsSteps() {
        return step > 0;
    }

    @Override
    public void cell(int series, long second, long count, int highest, long @Nullable [] steps) {
        long column = second / widthSeconds - columns.first();
        if (column >= 0 && column < columns.count()) {
            add(series, (int) column, count, highest, steps);
        }
    }

    /** Adds a count to a column. */
    void add(int series, int column, long count, int highest, long @Nullable [] steps) {
        Sum sum = sums[series];
        if (sum == null) {
            return;
        }
        long passing = step == 0 || steps == null ? count : passing(steps);
        if (passing == 0) {
            return;
        }
        if (isUnknown[series]) {
            if (flags[series] == 0 || roles[series] == Role.COUNTED) {
                unattributed = plus(unattributed, passing);
            }
            return;
        }
        boolean isCounted = roles[series] == Role.COUNTED;
        sum.isSeen |= isCounted || flags[series] != 0;
        sum.total = isCounted ? plus(sum.total, passing) : sum.total;
        if (sum.counts.length > 0) {
            sum.counts[column] = isCounted ? plus(sum.counts[column], passing) : sum.counts[column];
            sum.flags[column] |= (byte) flags[series];
            if (highest > (sum.highest[column] & 0xff)) {
                sum.highest[column] = (byte) highest;
            }
        }
        if (isCounted && flags[series] != 0 && by == Lanes.TOPIC) {
            context.flags[column] |= (byte) flags[series];
        }
    }

    private long passing(long[] steps) {
        long passing = 0;
        for (int i = step; i < steps.length; i++) {
            passing = plus(passing, steps[i]);
        }
        return passing;
    }

    /** Numbers in a file may be made up. */
    private static long plus(long some, long more) {
        long sum = some + more;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** All of it. */
    Answer answer(List<Answer.Span> unknown, boolean isCut, long damaged) {
        boolean[] isUnknownColumn = new boolean[columns.count()];
        for (Answer.Span span : unknown) {
            int last = columns.column(Math.min(span.toNanos(), columns.endNanos()) - 1);
            for (int i = Math.max(0, columns.column(span.fromNanos())); i <= last && i < columns.count(); i++) {
                isUnknownColumn[i] = true;
            }
        }
        List<Answer.Lane> best = new ArrayList<>();
        List<Sum> shown = shown();
        int rest = lanesLeftOut;
        for (Sum sum : shown) {
            if (sum.isLeftOut) {
                continue; // it was added to the others
            }
            if (best.size() < mostLanes) {
                best.add(lane(sum, isUnknownColumn));
            } else if (sum.isSeen) {
                others.add(sum);
                others.isSeen = true;
                rest++;
            }
        }
        return new Answer(
                columns.startNanos(),
                columns.widthNanos(),
                columns.count(),
                Steps.threshold(step),
                List.copyOf(best),
                others.isSeen ? lane(others, isUnknownColumn) : null,
                rest,
                List.copyOf(unknown),
                isCut,
                damaged,
                unattributed);
    }

    private Answer.Lane lane(Sum sum, boolean[] isUnknownColumn) {
        sum.makeColumns(columns.count());
        boolean isShared = by == Lanes.LABEL || by == Lanes.TOPIC;
        int looked = by == Lanes.TOPIC ? LOOKED | MESSAGE : LOOKED;
        Answer.State[] states = new Answer.State[columns.count()];
        for (int i = 0; i < states.length; i++) {
            int seen = isShared ? context.flags[i] : sum.flags[i];
            states[i] = sum.counts[i] > 0
                    ? Answer.State.SEEN
                    : isUnknownColumn[i]
                            ? Answer.State.UNKNOWN
                            : (seen & looked) != 0
                                    ? Answer.State.NOTHING_FOUND
                                    : (seen & SKIPPED) != 0 ? Answer.State.SKIPPED : Answer.State.NO_DATA;
        }
        return new Answer.Lane(sum.name, sum.total, sum.counts, sum.highest, states);
    }
}
