package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.KeptFrame;
import io.sightlog.event.UnreadableEventException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A language in which kept pictures are read. Of each event of each journal: its number among the journals, its position, and {@code
 * picture} with the bytes in hex, or why there is none: {@code none}, {@code absent}, {@code damaged}, or {@code newer}, which
 * is damage in Java.
 */
enum PictureLanguage {
    JAVA {
        @Override
        List<String> read(List<Path> journals) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < journals.size(); i++) {
                Journal journal = Journal.open(journals.get(i));
                try (JournalReader reader = journal.reader();
                        FrameReader frames = journal.frames()) {
                    while (reader.next()) {
                        Position at = new Position(
                                reader.event().index(), reader.event().place());
                        lines.add(i + " " + at + " " + look(reader, frames));
                    }
                }
            }
            return lines;
        }
    },
    /** The C library, ended by whatever C does not define. */
    C {
        @Override
        List<String> read(List<Path> journals) throws IOException, InterruptedException {
            return run(program(), journals);
        }

        @Override
        List<String> program() throws IOException, InterruptedException {
            ForeignPrograms.need("gcc");
            return List.of(ForeignPrograms.sanitized("read_pictures", ForeignPrograms.WITH_LIBRARY)
                    .toString());
        }
    },
    /** The package in {@code src/main/python}. */
    PYTHON {
        @Override
        List<String> read(List<Path> journals) throws IOException, InterruptedException {
            return run(program(), journals);
        }

        @Override
        List<String> program() throws IOException, InterruptedException {
            ForeignPrograms.need("python3");
            return List.of("python3", "src/test/python/read_pictures.py");
        }
    };

    private static final int LONGEST_SECONDS = 120;

    abstract List<String> read(List<Path> journals) throws IOException, InterruptedException;

    /** How it is begun, where it is a program of its own. */
    List<String> program() throws IOException, InterruptedException {
        throw new UnsupportedOperationException(name());
    }

    private static String look(JournalReader reader, FrameReader frames) {
        try {
            KeptFrame kept = KeptFrame.of(reader.event());
            byte[] picture = kept == null ? null : frames.read(kept);
            return picture != null ? "picture " + HexFormat.of().formatHex(picture) : kept == null ? "none" : "absent";
        } catch (FrameDamageException | UnreadableEventException e) {
            return "damaged";
        }
    }

    /** Its lines; what it says on standard error is a failure. */
    static List<String> run(List<String> program, List<Path> journals) throws IOException, InterruptedException {
        List<String> command = Stream.concat(program.stream(), journals.stream().map(Path::toString))
                .toList();
        Path out = Files.createTempFile("pictures", "");
        Path errors = Files.createTempFile("pictures", "");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(errors.toFile())
                    .start();
            boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            assertThat(ended)
                    .as("%s ended within %d s", program, LONGEST_SECONDS)
                    .isTrue();
            assertThat(Files.readString(errors)).as("%s", program).isEmpty();
            assertThat(process.exitValue()).as("%s", program).isZero();
            return Files.readAllLines(out);
        } finally {
            Files.delete(out);
            Files.delete(errors);
        }
    }
}
