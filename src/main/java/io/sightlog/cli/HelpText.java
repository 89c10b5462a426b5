package io.sightlog.cli;

import io.sightlog.cli.terminal.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * What {@code --help} prints: made by picocli when the program is built, and only read when it runs, as making it takes longer
 * than a virtual machine takes to start.
 */
final class HelpText {
    private HelpText() {}

    /**
     * The text that a command line asks for, when that line is a verb's name or none, and {@code --help}.
     *
     * @return null when it asks for something else, or the texts were not made
     */
    static @Nullable String of(String... args) {
        int words = args.length - 1;
        if (words < 0 || !(args[words].equals("--help") || args[words].equals("-h"))) {
            return null;
        }
        String name = Program.NAME;
        for (int i = 0; i < words; i++) {
            if (args[i].indexOf('/') >= 0) {
                return null;
            }
            name += " " + args[i];
        }
        try (InputStream in = HelpText.class.getResourceAsStream("help/" + name + ".txt")) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The build: writes all texts into a folder. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        for (Map.Entry<String, String> text : all().entrySet()) {
            Files.writeString(folder.resolve(text.getKey() + ".txt"), text.getValue());
        }
    }

    /** Each command and verb, as they are typed, with the text that picocli makes of it. */
    static Map<String, String> all() {
        Map<String, String> texts = new TreeMap<>();
        add(texts, Documented.commandLine());
        return texts;
    }

    private static void add(Map<String, String> texts, CommandLine line) {
        texts.put(line.getCommandSpec().qualifiedName(), line.getUsageMessage(Ansi.OFF));
        for (CommandLine verb : line.getSubcommands().values()) {
            add(texts, verb);
        }
    }
}
