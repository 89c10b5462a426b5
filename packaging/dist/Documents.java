import io.sightlog.cli.Documented;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** What the build asks picocli for, for a distribution: the sources of man pages, and completion for shells. */
final class Documents {
    private Documents() {}

    /**
     * Makes both.
     *
     * @param args a folder for the man pages, in AsciiDoc, and a file for the completion
     */
    public static void main(String[] args) throws IOException {
        CommandLine line = Documented.commandLine();
        Path pages = Files.createDirectories(Path.of(args[0]));
        if (ManPageGenerator.generateManPage(pages.toFile(), null, new boolean[0], true, line.getCommandSpec()) != 0) {
            throw new IOException("picocli made no man pages in " + pages);
        }
        Path completion = Path.of(args[1]);
        Files.createDirectories(completion.getParent());
        Files.writeString(completion, AutoComplete.bash("sightlog", line));
    }
}
