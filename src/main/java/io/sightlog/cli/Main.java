package io.sightlog.cli;

import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.End;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.FailedThread;
import io.sightlog.cli.terminal.Failure;
import io.sightlog.cli.terminal.Program;
import io.sightlog.cli.terminal.StandardStreams;
import io.sightlog.natives.Natives;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code sightlog} command. */
@Command(
        name = Program.NAME,
        description = "Detections from one program to others at memory speed, and still there next year.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "VERB",
        scope = ScopeType.INHERIT)
public final class Main implements Runnable {
    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show what the libraries say, and stack traces of errors.")
    @SuppressWarnings("UnusedVariable") // looked for before the line is parsed
    private boolean verbose;

    private Main() {}

    @Option(
            names = "--cache-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where native libraries are unpacked, once (default: $SIGHTLOG_CACHE, or ~/.cache/sightlog).")
    void cacheFolder(Path folder) {
        Natives.cacheFolder(folder);
    }

    public static void main(String[] decoded) {
        StandardStreams.look();
        Console.takeOver();
        int code;
        try {
            code = run(asOption(Arguments.typed(decoded)));
        } catch (IllegalArgumentException e) {
            Console.ERR.println(Program.NAME + ": " + e.getMessage());
            code = Exit.FAILED;
        } catch (RuntimeException | Error e) {
            code = lastResort(e, decoded);
        }
        End.now(code);
    }

    /** What no verb has taken for a failure of its own, such as an error of the virtual machine. */
    private static int lastResort(Throwable e, String... args) {
        try {
            boolean named = args.length > 0 && !args[0].startsWith("-");
            Failure.tell(named ? Program.NAME + " " + args[0] : Program.NAME, e);
            if (Arrays.asList(args).contains("--verbose")) {
                Console.ERR.trace(e);
            }
        } catch (Error worse) {
            Console.ERR.print("sightlog: out of memory, or of open files\n"); // not even the words for it could be had
        }
        return Exit.FAILED;
    }

    /** {@code help VERB} is {@code VERB --help}. */
    private static String[] asOption(String... typed) {
        if (typed.length == 0 || !typed[0].equals("help")) {
            return typed;
        }
        String[] args = Arrays.copyOfRange(typed, 1, typed.length + 1);
        args[typed.length - 1] = "--help";
        return args;
    }

    /** Runs one verb in this process. */
    static int run(String... args) {
        try {
            String help = HelpText.of(args);
            if (help != null) {
                Console.OUT.print(help);
                return Exit.DONE;
            }
            Program.quiet(args);
            Thread.setDefaultUncaughtExceptionHandler(new FailedThread());
            StringWriter said = new StringWriter();
            CommandLine line = commandLine(args).setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
            if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
                HelpLayout.apply(line);
            }
            int code = line.execute(args);
            if (said.getBuffer().length() > 0) { // the version, or the help of a part of a verb
                Console.OUT.print(said.toString());
            }
            return code;
        } catch (UncheckedIOException e) { // standard output has failed
            return Failure.end(Program.NAME, e);
        }
    }

    /** What reads these arguments, with the verbs that they need; all verbs when there are none. */
    static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new Main());
        Verb.addTo(line, args);
        line.registerConverter(Path.class, new Arguments.PathConverter());
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setExecutionStrategy(new Execution())
                .setParameterExceptionHandler(new Failure())
                .setExecutionExceptionHandler(new Failure());
    }

    /** Runs the verb when all of its arguments can be taken. */
    private static final class Execution implements CommandLine.IExecutionStrategy {
        @Override
        public int execute(CommandLine.ParseResult parsed) {
            Arguments.check(parsed);
            return new CommandLine.RunLast().execute(parsed);
        }
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(new CommandLine(this), "a verb is needed");
    }

    /** From the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"sightlog " + (version == null ? "(not packaged)" : version)};
        }
    }
}
