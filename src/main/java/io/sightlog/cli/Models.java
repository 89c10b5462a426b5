package io.sightlog.cli;

import io.sightlog.cli.options.JsonOption;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.detect.Model;
import io.sightlog.detect.ModelCard;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog models}: the models that come along. */
@Command(name = "models", description = "List the models that come with the program; the first is the default.")
final class Models implements Callable<Integer> {
    @Option(names = "--labels", description = "Show the labels, too; --json always has them.")
    boolean labels;

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException {
        List<Model> models = Model.bundled();
        if (json.json) {
            print(models);
            return Exit.DONE;
        }
        for (Model model : models) {
            ModelCard card = Objects.requireNonNull(model.card());
            Console.OUT.printf(
                    "%s%s%n  %s, %s, %d labels, threshold %s, iou %s%n  licence %s; from %s%n  sha256 %s%n",
                    card.name(),
                    models.indexOf(model) == 0 ? " (default)" : "",
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

    private static void print(List<Model> models) throws IOException {
        try (Json json = new Json()) {
            for (Model model : models) {
                ModelCard card = Objects.requireNonNull(model.card());
                json.line(line -> {
                    line.writeStringField("name", card.name());
                    line.writeBooleanField("default", models.indexOf(model) == 0);
                    line.writeStringField("decoder", card.decoder());
                    line.writeNumberField("inputWidth", card.input().width());
                    line.writeNumberField("inputHeight", card.input().height());
                    line.writeNumberField("threshold", card.threshold());
                    line.writeNumberField("iou", card.iou());
                    line.writeStringField("licence", card.licence());
                    line.writeStringField("source", card.source());
                    line.writeStringField("sha256", card.sha256());
                    line.writeArrayFieldStart("labels");
                    for (String label : card.labels()) {
                        line.writeString(label);
                    }
                    line.writeEndArray();
                });
            }
        }
    }
}
