package io.sightlog.cli.terminal;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.Near;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** How a verb ends that has thrown, or was not understood: one line and an exit code. */
public final class Failure implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {
    /** How picocli lists the values of an option that has names for them; they are typed in lower case. */
    private static final Pattern CHOICES = Pattern.compile("expected one of \\[[^]]*]");

    @Override
    public int handleParseException(CommandLine.ParameterException e, String[] args) {
        String verb = e.getCommandLine().getCommandSpec().qualifiedName();
        String text = CHOICES.matcher(message(e))
                .replaceFirst(found -> Matcher.quoteReplacement(found.group().toLowerCase(Locale.ROOT)));
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            text = unmatched(unmatched.getUnmatched().get(0), e.getCommandLine());
        }
        Console.ERR.println(verb + ": " + text + " (see " + verb + " --help)");
        return Exit.USAGE;
    }

    /** The first word that nothing takes; those after it may be its value. */
    private static String unmatched(String word, CommandLine line) {
        Set<String> verbs = line.getSubcommands().keySet();
        if (word.startsWith("-")) {
            String option = word.replaceFirst("=.*", "");
            List<String> near = option.length() <= 2
                    ? List.of()
                    : Near.nearest(option, line.getCommandSpec().optionsMap().keySet());
            return "no option \"" + option + "\"" + (near.isEmpty() ? "" : "; did you mean " + or(near));
        }
        if (verbs.isEmpty()) {
            return "nothing takes the argument \"" + word + "\"";
        }
        List<String> near = Near.nearest(word, verbs);
        return "no verb \"" + word + "\"; "
                + (near.isEmpty() ? "there are: " + String.join(", ", verbs) : "did you mean " + or(near));
    }

    private static String or(List<String> names) {
        return String.join(", ", names) + "?";
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine line, CommandLine.ParseResult result) {
        int code = end(line.getCommandSpec().qualifiedName(), e);
        if (result.expandedArgs().contains("--verbose") && !isClosedPipe(e)) {
            Console.ERR.trace(e);
        }
        // an option's value that only the room it is meant for could judge
        return e instanceof IllegalArgumentException ? Exit.USAGE : code;
    }

    /** Says why it ends. */
    public static int end(String verb, Exception e) {
        if (isClosedPipe(e)) {
            return Exit.DONE; // whoever read our output has had enough
        }
        Console.ERR.println(verb + ": " + message(e));
        showCard(e);
        return Exit.failed();
    }

    /** For a model that needs one: it is the only failure that is told in more than a line. */
    private static void showCard(Exception e) {
        if (e instanceof ModelException model && model.card() != null) {
            model.card().lines().forEach(Console.ERR::println);
        }
    }

    /** Says in one line that something has failed. */
    public static void tell(String what, Throwable e) {
        Console.ERR.println(what + ": " + message(e));
    }

    /** One line for people. */
    public static String message(Throwable e) {
        if (e instanceof Error error) {
            return Errors.message(error);
        }
        if (e instanceof UncheckedIOException && e.getCause() != null) {
            return message(e.getCause());
        }
        if (e instanceof FileSystemException file) {
            return file.getFile() + ": " + reason(file);
        }
        String text = e.getMessage();
        return text == null || text.isBlank()
                ? e.toString()
                : text.lines().findFirst().orElse(text);
    }

    /** Likewise, of a file that whoever calls this has named already. */
    public static String reason(IOException e) {
        if (e instanceof java.nio.file.NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    static boolean isClosedPipe(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof IOException && e.getMessage() != null) {
                String text = e.getMessage().toLowerCase(Locale.ROOT);
                if (text.contains("broken pipe") || text.contains("pipe is being closed")) {
                    return true;
                }
            }
        }
        return false;
    }
}
