package io.sightlog.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The line, or the few lines, at the foot of a terminal that are drawn again and again, as a progress bar. Whatever is printed while
 * they stand there comes above them: {@link Output} takes them away first, and puts them back after a whole line. Any thread.
 */
final class StatusLine {
    private static final String TO_THE_LEFT = "\r";
    private static final String ERASE_TO_THE_RIGHT = "\033[K";
    private static final String ERASE_BELOW = "\033[J";

    /** The one on standard error. */
    static final StatusLine ON_STDERR = new StatusLine(Output.rawStderr());

    private final OutputStream terminal;
    /** Empty when there is none. Others look at it without the lock, which somebody may hold who waits for the terminal. */
    private volatile String text = "";

    private boolean visible;
    /** How many lines stand above the last one. */
    private int linesAbove;

    StatusLine(OutputStream terminal) {
        this.terminal = terminal;
    }

    /** Whether a line stands there, and what is printed has to care. */
    boolean isThere() {
        return !text.isEmpty();
    }

    /** @param line narrower than the terminal, or it would take two lines; several with line feeds between them */
    synchronized void draw(String line) {
        text = line;
        show();
    }

    /** Leaves what stands there, and goes to the next line. */
    synchronized void end() {
        if (!text.isEmpty()) {
            show();
            write(System.lineSeparator());
            text = "";
            visible = false;
        }
    }

    /** Something that is written to the terminal. */
    @FunctionalInterface
    interface Writing {
        void write() throws IOException;
    }

    /** @param endsLine whether what is written ends with the end of a line */
    synchronized void above(Writing writing, boolean endsLine) throws IOException {
        if (visible) {
            write(toTheBeginning() + (linesAbove > 0 ? ERASE_BELOW : ERASE_TO_THE_RIGHT));
            visible = false;
        }
        writing.write();
        if (endsLine && !text.isEmpty()) {
            show();
        }
    }

    private String toTheBeginning() {
        return TO_THE_LEFT + (linesAbove > 0 ? "\033[" + linesAbove + "A" : "");
    }

    private void show() {
        int above = (int) text.chars().filter(c -> c == '\n').count();
        String lines = text.replace("\n", ERASE_TO_THE_RIGHT + System.lineSeparator());
        String rest = visible && linesAbove > above ? ERASE_BELOW : ERASE_TO_THE_RIGHT;
        write((visible ? toTheBeginning() : TO_THE_LEFT) + lines + rest);
        visible = true;
        linesAbove = above;
    }

    private void write(String drawn) {
        try {
            terminal.write(drawn.getBytes(StandardCharsets.UTF_8));
            terminal.flush();
        } catch (IOException e) {
            // nobody looks any more
        }
    }
}
