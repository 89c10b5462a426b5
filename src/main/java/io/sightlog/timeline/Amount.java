package io.sightlog.timeline;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many events and detections there are in a span: what reading them would cost. One thread. */
final class Amount implements Cells {
    private final Columns columns;
    private long sum;

    /** @param columns of whole seconds */
    Amount(Columns columns) {
        this.columns = columns;
    }

    long sum() {
        return sum;
    }

    @Override
    public void begin(List<Key> keys) {}

    @Override
    public boolean wants(int series) {
        return true;
    }

    @Override
    public boolean wantsSteps() {
        return false;
    }

    @Override
    public void cell(int series, long second, long count, int highest, long @Nullable [] steps) {
        long column = second - columns.first();
        if (column >= 0 && column < columns.count()) {
            sum = Math.max(sum, sum + count);
        }
    }
}
