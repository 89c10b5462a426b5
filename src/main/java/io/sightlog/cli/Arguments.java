package io.sightlog.cli;

import io.sightlog.capture.FileNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * The arguments as they were typed: UTF-8 whatever the locale says, from the bytes that the kernel keeps. One that is not
 * UTF-8 is the {@code file:} URI of that name, which sources can be, and which is refused everywhere else with its bytes shown.
 */
final class Arguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    /** Of arguments that are not UTF-8: what stands for them, and their bytes, for people. */
    private static final Map<String, String> NO_TEXT = new HashMap<>();

    private Arguments() {}

    /**
     * @param decoded as the virtual machine read them, by the locale
     * @throws IllegalArgumentException when the locale hides what was typed, or where we are; the message says what to set
     */
    static String[] typed(String... decoded) {
        boolean utf8 = FileNames.decodesUtf8();
        if (!utf8 && !isAscii(System.getProperty("user.dir", ""))) {
            throw new IllegalArgumentException(
                    "the current folder has a name that Java cannot read in this locale: set "
                            + "LC_ALL=C.UTF-8, as the launcher does");
        }
        boolean known = true;
        for (String argument : decoded) {
            known &= utf8 ? argument.indexOf('\uFFFD') < 0 : isAscii(argument);
        }
        return known ? decoded : exact(decoded);
    }

    private static String[] exact(String... decoded) {
        List<byte[]> bytes = commandLine();
        int first = bytes.size() - decoded.length;
        if (first < 0) {
            throw new IllegalArgumentException("an argument is not in the locale's encoding: set LC_ALL=C.UTF-8");
        }
        String[] exact = new String[decoded.length];
        for (int i = 0; i < decoded.length; i++) {
            exact[i] = text(bytes.get(first + i));
        }
        return exact;
    }

    private static List<byte[]> commandLine() {
        List<byte[]> arguments = new ArrayList<>();
        try {
            byte[] all = Files.readAllBytes(COMMAND_LINE);
            int from = 0;
            for (int i = 0; i < all.length; i++) {
                if (all[i] == 0) {
                    arguments.add(java.util.Arrays.copyOfRange(all, from, i));
                    from = i + 1;
                }
            }
        } catch (IOException e) {
            return List.of(); // there is no such file elsewhere than on Linux
        }
        return arguments;
    }

    private static String text(byte[] bytes) {
        String text = FileNames.utf8(ByteBuffer.wrap(bytes));
        if (text != null) {
            return text;
        }
        int value = bytes.length > 0 && bytes[0] == '-' ? indexOf(bytes, (byte) '=') + 1 : 0;
        String option = new String(bytes, 0, value, java.nio.charset.StandardCharsets.ISO_8859_1);
        byte[] name = java.util.Arrays.copyOfRange(bytes, value, bytes.length);
        String uri = FileNames.uri(name);
        NO_TEXT.put(uri, shown(name));
        return option + uri;
    }

    private static int indexOf(byte[] bytes, byte wanted) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** With {@code \xNN} for each byte that is not of plain ASCII. */
    private static String shown(byte[] name) {
        StringBuilder shown = new StringBuilder();
        for (byte b : name) {
            shown.append(
                    b >= 0x20 && b < 0x7f ? String.valueOf((char) b) : String.format(Locale.ROOT, "\\x%02x", b & 0xff));
        }
        return shown.toString();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    /**
     * Refuses what is not UTF-8, but for sources.
     *
     * @throws ParameterException that names the option and shows the bytes
     */
    static void check(ParseResult parsed) {
        for (ParseResult verb = parsed; verb != null; verb = verb.hasSubcommand() ? verb.subcommand() : null) {
            for (ArgSpec argument : verb.matchedArgs()) {
                String name = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
                if (!name.equals("--source") && !argument.paramLabel().equals("SOURCE")) {
                    for (String value : argument.originalStringValues()) {
                        refuse(verb, name, NO_TEXT.get(value));
                    }
                }
            }
        }
    }

    private static void refuse(ParseResult verb, String name, @Nullable String bytes) {
        if (bytes != null) {
            throw new ParameterException(
                    verb.commandSpec().commandLine(),
                    name + " is \"" + bytes + "\", which is not UTF-8: only a source can have such a name");
        }
    }

    /** Files and folders that are not sources, as far as Java can open them in this locale. */
    static final class PathConverter implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            if (text.isEmpty()) { // would be the working directory
                throw new TypeConversionException("a path is empty: is a variable of the shell not set?");
            }
            if (!FileNames.decodesUtf8() && !isAscii(text)) {
                throw new TypeConversionException("Java cannot open the name \"" + text
                        + "\" in this locale: set LC_ALL=C.UTF-8, as the launcher does");
            }
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new TypeConversionException("\"" + text + "\" is no path: " + e.getReason());
            }
        }
    }
}
