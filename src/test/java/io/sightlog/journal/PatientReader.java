package io.sightlog.journal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads a journal as a named consumer, and waits for a line on its standard input after the first event and after each error;
 * then it goes on with the same reader. Prints "event SEQUENCE", "error TYPE TEXT" and, where there are no more, "end". With a third
 * argument it then waits for a line and goes on.
 */
final class PatientReader {
    private PatientReader() {}

    public static void main(String... args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        boolean isAgain = args.length > 2;
        boolean first = !isAgain;
        try (JournalReader reader = Journal.open(Path.of(args[0])).reader(args[1])) {
            while (true) {
                boolean wait = first;
                try {
                    if (reader.poll(event -> System.out.println("event " + event.sequence()), 1) == 0) {
                        System.out.println("end");
                        if (!isAgain || in.readLine() == null) {
                            return;
                        }
                        continue;
                    }
                    first = false;
                } catch (JournalException e) {
                    System.out.println("error " + e.getClass().getSimpleName() + " " + e.getMessage());
                    wait = true;
                }
                if (wait && in.readLine() == null) {
                    throw new IOException("nobody is there any more");
                }
            }
        }
    }
}
