package io.sightlog.serve.live;

import java.util.concurrent.atomic.LongAdder;

/** What {@link LiveCounts} tells. Any thread. */
final class Counters {
    final LongAdder refused = new LongAdder();
    final LongAdder cut = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder jumps = new LongAdder();
    final LongAdder leftOut = new LongAdder();
    final LongAdder damaged = new LongAdder();
}
