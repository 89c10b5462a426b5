package io.sightlog.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code sightlog} command. */
@Command(
        name = "sightlog",
        description = "Detections from one program to others at memory speed, and still there next year.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "VERB",
        scope = ScopeType.INHERIT,
        subcommands = {
            Tail.class,
            Consumers.class,
            Info.class,
            Replay.class,
            Append.class,
            Draw.class,
            Produce.class,
            Models.class,
            Demo.class,
        })
public final class Main implements Runnable {
    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show what the libraries say, and stack traces of errors.")
    @SuppressWarnings("UnusedVariable") // looked for before the line is parsed
    private boolean verbose;

    private Main() {}

    public static void main(String[] args) {
        int code = run(args);
        System.out.flush();
        System.err.flush();
        // Libraries leave threads behind; their work is done when the verb's is.
        Runtime.getRuntime().halt(code);
    }

    /** Runs one verb in this process. */
    static int run(String... args) {
        quiet(args);
        Main main = new Main();
        CommandLine line = new CommandLine(main)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(Main::usage)
                .setExecutionExceptionHandler(Failure::handle);
        return line.execute(args);
    }

    /** Before any library's class is loaded. */
    private static void quiet(String... args) {
        boolean verbose = java.util.Arrays.asList(args).contains("--verbose");
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", verbose ? "info" : "off");
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("java.awt.headless", "true");
        // Mapped pages of journals and native pictures are not a reason to collect garbage.
        System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    }

    private static int usage(CommandLine.ParameterException e, String... args) {
        String verb = e.getCommandLine().getCommandSpec().qualifiedName();
        List<String> near =
                e instanceof CommandLine.UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        System.err.println(verb + ": " + Failure.message(e)
                + (near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?") + " (see " + verb
                + " --help)");
        return Exit.USAGE;
    }

    /** Whether libraries may speak, and details be told. */
    static boolean isVerbose() {
        return "info".equals(System.getProperty("org.slf4j.simpleLogger.defaultLogLevel"));
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
