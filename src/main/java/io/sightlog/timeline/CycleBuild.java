package io.sightlog.timeline;

import io.sightlog.event.Event;
import io.sightlog.journal.CycleStatus;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the index of one closed cycle, in steps. One thread; closed by its owner. */
final class CycleBuild implements AutoCloseable {
    private static final int CYCLE_SHIFT = 32;

    final CycleStatus cycle;
    private final Journal journal;
    private final CycleStatus.@Nullable Content content;
    private final JournalReader reader;
    private final EventIndexer indexer;

    CycleBuild(Journal journal, CycleStatus cycle, IndexFiles files) {
        this.journal = journal;
        this.cycle = cycle;
        content = journal.content(cycle);
        indexer = new EventIndexer(tableOf(cycle, files));
        reader = journal.reader(new Start.At(new Position((long) cycle.number() << CYCLE_SHIFT, 0)));
    }

    static IndexTable tableOf(CycleStatus cycle, IndexFiles files) {
        return new IndexTable(
                cycle.startSeconds(), cycle.seconds(), Levels.ofCycle(cycle.seconds()), new BlockStore(files.folder));
    }

    static String fileName(CycleStatus cycle) {
        String name = cycle.file().getFileName().toString();
        return name.substring(0, name.lastIndexOf('.')) + IndexNames.CYCLE;
    }

    static int number(long index) {
        return (int) (index >>> CYCLE_SHIFT);
    }

    long events() {
        return indexer.events();
    }

    /**
     * Reads on.
     *
     * @return false when all of the cycle was read
     */
    boolean read(int events) {
        for (int i = 0; i < events; i++) {
            try {
                if (!reader.next()) {
                    return false;
                }
                Event event = reader.event();
                if (number(event.index()) > cycle.number()) {
                    return false;
                }
                indexer.add(event);
            } catch (DamageException e) {
                if (number(e.position().index()) > cycle.number()) {
                    return false;
                }
                indexer.damage();
                if (!e.canGoOn()) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Writes it, once all was read.
     *
     * @return null when the cycle is another one by now
     */
    Part.@Nullable Filed write(IndexFiles files) {
        return Objects.equals(content, journal.content(cycle)) ? write(cycle, content, indexer, files) : null;
    }

    static Part.Filed write(
            CycleStatus cycle, CycleStatus.@Nullable Content content, EventIndexer indexer, IndexFiles files) {
        IndexTable table = indexer.table;
        table.finish();
        MadeFrom origin = MadeFrom.of(cycle.number(), content);
        IndexHead head = IndexHead.of(IndexHead.Of.CYCLE, table, origin, indexer.damaged(), indexer.missingSets());
        return files.put(fileName(cycle), head, table.store, cycle);
    }

    @Override
    public void close() {
        reader.close();
        indexer.table.close();
    }
}
