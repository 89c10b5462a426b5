package io.sightlog.sink.print;

import io.sightlog.consume.Sink;
import io.sightlog.event.Event;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;

/** Prints events, up to so many. Owns its stream. One thread. */
public final class PrintSink implements Sink {
    private final OutputStream out;
    private final EventPrinter printer;
    private final boolean flushEach;
    private final long limit;
    private long printed;

    /**
     * @param out gets a buffer's worth at a time; closed with this
     * @param flushEach whether each event goes out before its position is saved, or is shown at its time; else when there are
     *     no more for now
     * @param limit so many events are enough
     * @throws IOException when what comes before all events cannot be written
     */
    public PrintSink(OutputStream out, PrintFormat format, boolean flushEach, long limit) throws IOException {
        this.out = out;
        this.printer = format.printer(out);
        this.flushEach = flushEach;
        this.limit = limit;
    }

    @Override
    public void accept(Event event) throws IOException {
        printer.print(event);
        if (flushEach) {
            out.flush();
        }
        printed++;
    }

    @Override
    public void caughtUp() throws IOException {
        out.flush();
    }

    @Override
    public boolean done() {
        return printed >= limit;
    }

    @Override
    public void finish() throws IOException {
        out.flush();
    }

    /** Label sets that events refer to and that could not be had, so that class ids were printed. */
    public Set<Long> missingLabelSets() {
        return printer.missingLabels().labelSets();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
