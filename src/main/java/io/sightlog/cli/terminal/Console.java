package io.sightlog.cli.terminal;

import io.sightlog.text.Visible;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The one place through which text for people leaves this program. What it is given is shown, never obeyed: a control or format
 * character in a file's name, a label or a library's message becomes an escape, a line feed in it, too. Encoded as UTF-8
 * everywhere. Data for machines goes through {@link Output#stdout}.
 */
public final class Console {
    /** Standard output. What it cannot take is an {@link UncheckedIOException}, at the latest when the line ends. */
    public static final Console OUT = new Console(Output.stdout());

    /** Standard error. What it cannot take is lost, as there is nowhere left to say so. */
    public static final Console ERR = new Console(Output.stderr());

    private final OutputStream to;

    private Console(OutputStream to) {
        this.to = to;
    }

    /** From now on, what libraries print by themselves comes as text for people on standard error, wherever they print it. */
    public static void takeOver() {
        PrintStream libraries = new PrintStream(new VisibleLines(Output.stderr()), true, StandardCharsets.UTF_8);
        System.setErr(libraries);
        System.setOut(libraries);
    }

    public void println(@Nullable Object line) {
        write(Visible.of(String.valueOf(line)) + System.lineSeparator());
    }

    public void println() {
        write(System.lineSeparator());
    }

    /** Numbers as here, the same for everybody. What the format says is ours; the arguments are shown. */
    public void printf(String format, Object... args) {
        Object[] shown = new Object[args.length];
        for (int i = 0; i < args.length; i++) {
            shown[i] = args[i] instanceof Number ? args[i] : Visible.of(String.valueOf(args[i]));
        }
        write(String.format(Locale.ROOT, format, shown));
    }

    /** Text of several lines, which nobody else has had a hand in. */
    public void print(String own) {
        write(own);
    }

    /** The stack trace, a line each. */
    public void trace(Throwable failure) {
        java.io.StringWriter trace = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(trace));
        trace.toString().lines().forEach(line -> println(line.replace("\t", "    ")));
    }

    private synchronized void write(String text) {
        try {
            to.write(text.getBytes(StandardCharsets.UTF_8));
            to.flush();
        } catch (IOException e) {
            if (this != ERR) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
