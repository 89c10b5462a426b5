package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * The blocks of a page of docs, run as they stand, in one folder. A block in a language other than the shell is a file: its first
 * line is a comment that begins with the name. What a block must print is the block of text right below it.
 */
final class PageBlocks {
    private static final int MINUTES = 5;

    private final Path page;
    private final Path temp;
    private final Path work;
    private final List<Block> blocks = new ArrayList<>();

    /** A block, and what it must print. */
    private record Block(int line, String language, String content, String output) {}

    /**
     * @param temp a folder for programs and what they print; the blocks run in {@code work} in it
     * @param edit what is changed of each block, such as the address of a server
     */
    PageBlocks(Path page, Path temp, UnaryOperator<String> edit) throws IOException {
        this.page = page;
        this.temp = temp;
        work = Files.createDirectories(temp.resolve("work"));
        List<String> lines = Files.readAllLines(page);
        for (int at = 0; at < lines.size(); at++) {
            if (lines.get(at).startsWith("```") && lines.get(at).length() > 3) {
                int line = at + 1;
                String language = lines.get(at).substring(3);
                String content = fenced(lines, at);
                at += 1 + (int) content.lines().count();
                String output = "";
                if (at + 1 < lines.size() && lines.get(at + 1).equals("```text")) {
                    output = fenced(lines, at + 1);
                    at += 2 + (int) output.lines().count();
                }
                blocks.add(new Block(line, language, edit.apply(content), output));
            }
        }
    }

    private static String fenced(List<String> lines, int from) {
        StringBuilder block = new StringBuilder();
        for (int at = from + 1; !lines.get(at).equals("```"); at++) {
            block.append(lines.get(at)).append('\n');
        }
        return block.toString();
    }

    int count() {
        return blocks.size();
    }

    /** Where the blocks run. */
    Path work() {
        return work;
    }

    /** A program that the blocks find in front of all others. */
    void program(String name, String content) throws IOException {
        Path file = Files.createDirectories(temp.resolve("bin")).resolve(name);
        Files.writeString(file, content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** Runs all, in their order. */
    void run() throws IOException, InterruptedException {
        for (Block block : blocks) {
            if (block.language.equals("sh")) {
                run(block);
            } else {
                String name = block.content.replaceFirst("(?s)^(/\\*|#|//) *([^ :]+):.*", "$2");
                assertThat(name)
                        .as("%s, line %d: the first line does not name the file", page, block.line)
                        .matches("[a-z_]+\\.[a-z]+");
                Files.writeString(work.resolve(name), block.content);
            }
        }
    }

    private void run(Block block) throws IOException, InterruptedException {
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", block.content)
                .directory(work.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("PATH", temp.resolve("bin") + ":" + System.getenv("PATH"));
        Process process = builder.start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        String when = page + ", line " + block.line + ": " + Files.readString(err);
        assertThat(ended).as("%s: ended", when).isTrue();
        assertThat(process.exitValue()).as(when).isIn(0, 141); // 141: head has ended what it read from
        assertThat(Files.readString(out)).as(when).isEqualTo(block.output);
    }
}
