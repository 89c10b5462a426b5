package io.sightlog.journal;

import io.sightlog.event.Digest;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a reader says about a journal from some place on.
 *
 * @param lines NDJSON, a line an event
 * @param positions where each of those events is
 * @param stamps when each was appended
 * @param errors as {@link Goldens} has them: damage where it is met, then the label sets that were missing
 */
public record Printed(List<String> lines, List<Position> positions, List<Long> stamps, List<String> errors) {
    public static Printed of(Journal journal, Start start) throws IOException {
        try (JournalReader reader = journal.reader(start)) {
            return of(reader);
        }
    }

    public static Printed of(JournalReader reader) throws IOException {
        Printed all = new Printed(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventPrinter printer = PrintFormat.NDJSON.printer(out);
        while (true) {
            try {
                if (!reader.next()) {
                    break;
                }
                out.reset();
                printer.print(reader.event());
                all.lines.add(out.toString(StandardCharsets.UTF_8));
                all.positions.add(
                        new Position(reader.event().index(), reader.event().place()));
                all.stamps.add(reader.event().appendedNanos());
                reader.handled();
            } catch (DamageException e) {
                all.errors.add("damaged " + e.position());
                if (!e.canGoOn()) {
                    break;
                }
            }
        }
        printer.missingLabels().labelSets().forEach(hash -> all.errors.add("missing " + Digest.hex(hash)));
        return all;
    }

    String text() {
        return String.join("", lines);
    }
}
