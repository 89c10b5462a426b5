package io.sightlog.journal;

import io.sightlog.journal.internal.append.HoldingWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** In what the processes are written that {@link KillTest} kills; {@link KillChild} says what they do. */
enum KillLanguage {
    JAVA {
        @Override
        List<String> writer(List<String> arguments, Random random) {
            return java(KillChild.Writer.class, arguments);
        }

        @Override
        List<String> consumer(List<String> arguments) {
            return java(KillChild.Consumer.class, arguments);
        }

        private List<String> java(Class<?> main, List<String> arguments) {
            List<String> command = HoldingWriter.java(main, arguments.toArray(String[]::new));
            command.addAll(command.indexOf("-cp"), List.of("-Xmx128m"));
            return command;
        }
    },
    C {
        /** How many places there are in which it can be told to kill itself: {@code STAGE_...} of sightlog.c. */
        private static final int STAGES = 12;

        private static final int MOST_APPENDS_BEFORE = 300;

        @Override
        List<String> writer(List<String> arguments, Random random) throws IOException, InterruptedException {
            List<String> command = command("writer", arguments);
            if (random.nextBoolean()) {
                command.add(Integer.toString(1 + random.nextInt(STAGES)));
                command.add(Integer.toString(random.nextInt(MOST_APPENDS_BEFORE)));
            }
            return command;
        }

        @Override
        List<String> consumer(List<String> arguments) throws IOException, InterruptedException {
            return command("consumer", arguments);
        }

        private List<String> command(String what, List<String> arguments) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>(List.of(
                    ForeignPrograms.c("kill_child", "-Wno-unused-function").toString(), what));
            command.addAll(arguments);
            return command;
        }
    },
    PYTHON {
        @Override
        List<String> writer(List<String> arguments, Random random) throws IOException, InterruptedException {
            return command("writer", arguments);
        }

        @Override
        List<String> consumer(List<String> arguments) throws IOException, InterruptedException {
            return command("consumer", arguments);
        }

        private List<String> command(String what, List<String> arguments) throws IOException, InterruptedException {
            ForeignPrograms.need("python3");
            Path library = ForeignPrograms.library();
            List<String> command = new ArrayList<>(List.of(
                    "env",
                    "PYTHONPATH=src/main/python",
                    "SIGHTLOG_LIBRARY=" + library,
                    "python3",
                    "-B",
                    "src/test/python/kill_child.py",
                    what));
            command.addAll(arguments);
            return command;
        }
    };

    /** Arguments: journal, log, roll, run, pace, durability, seed. */
    abstract List<String> writer(List<String> arguments, Random random) throws IOException, InterruptedException;

    /** Arguments: journal, log, name. */
    abstract List<String> consumer(List<String> arguments) throws IOException, InterruptedException;
}
