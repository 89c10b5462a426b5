package io.sightlog.cli;

import io.sightlog.cli.terminal.Console;
import io.sightlog.detect.CardWriter;
import io.sightlog.detect.Model;
import io.sightlog.detect.ModelCard;
import io.sightlog.detect.ModelException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A card that is written beside its model. */
final class WrittenCard {
    private final Path file;
    private final boolean force;

    private WrittenCard(Path file, boolean force) {
        this.file = file;
        this.force = force;
    }

    /**
     * Looks, before the model is loaded, whether its card may be written.
     *
     * @param force whether to write over one that is there
     * @throws IllegalArgumentException when the model has no card of its own
     * @throws ModelException when there is a card
     */
    static WrittenCard of(Model model, boolean force) {
        Path file = model.cardFile();
        if (file == null) {
            throw new IllegalArgumentException(
                    model.card() == null
                            ? "no card is written for " + model.name()
                                    + ": Darknet's cfg says all that a card would say"
                            : "no card is written for " + model.name()
                                    + ": it comes with the program, and its card, too");
        }
        if (!force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw exists(file);
        }
        return new WrittenCard(file, force);
    }

    private static ModelException exists(Path file) {
        return new ModelException("the card " + file + " is there already; --force writes over it");
    }

    void write(ModelCard card) throws IOException {
        write(CardWriter.write(card));
        Console.ERR.println("wrote " + file);
    }

    /** One that somebody has to complete. */
    void writeIncomplete(ModelException incomplete) throws IOException {
        write(String.valueOf(incomplete.card()));
        Console.ERR.println("wrote " + file + ", to be completed");
    }

    private void write(String yaml) throws IOException {
        OpenOption[] how = force
                ? new OpenOption[] {
                    StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING
                }
                : new OpenOption[] {StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW};
        try {
            Files.writeString(file, yaml, how);
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        }
    }
}
