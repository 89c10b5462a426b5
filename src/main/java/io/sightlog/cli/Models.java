package io.sightlog.cli;

import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.detect.Model;
import io.sightlog.detect.ModelCard;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sightlog models}: the models that come along. */
@Command(name = "models", description = "List the models that come with the program; the first is the default.")
final class Models implements Callable<Integer> {
    @Option(names = "--labels", description = "Show the labels, too.")
    boolean labels;

    @Override
    public Integer call() {
        List<Model> models = Model.bundled();
        for (Model model : models) {
            ModelCard card = model.card();
            Console.OUT.printf(
                    "%s%s%n  %s, %s, %d labels, threshold %s, iou %s%n  licence %s; from %s%n  sha256 %s%n",
                    card.name(),
                    model.equals(models.get(0)) ? " (default)" : "",
                    card.decoder(),
                    card.input(),
                    card.labels().size(),
                    card.threshold(),
                    card.iou(),
                    card.licence(),
                    card.source(),
                    card.sha256());
            if (labels) {
                Console.OUT.println("  " + String.join(", ", card.labels()));
            }
        }
        return Exit.DONE;
    }
}
