package io.sightlog.cli;

import io.sightlog.cli.options.JsonOption;
import io.sightlog.cli.options.ModelOptions;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.detect.Detector;
import io.sightlog.detect.DetectorOptions;
import io.sightlog.detect.Model;
import io.sightlog.detect.ModelCard;
import io.sightlog.detect.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sightlog models}: the models that come along, or what one model is. */
@Command(
        name = "models",
        description =
                "List the models that come with the program, or load one and say what it is, and how that is known.")
final class Models implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL",
            description = "A name from that list, or your own file, as produce --model takes it.")
    @Nullable
    String model;

    @Option(
            names = "--labels",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "FILE",
            description =
                    "Show the labels, too; --json always has them. With FILE, after MODEL: what class ids mean, as "
                            + "produce takes it.")
    @Nullable
    String labels;

    @Option(
            names = "--write-card",
            description = "Write what was found into the card beside the model, FILE.yaml, for you to change.")
    boolean writeCard;

    @Option(names = "--force", description = "Write over a card that is there.")
    boolean force;

    @Mixin
    ModelOptions options = new ModelOptions();

    @Mixin
    JsonOption json = new JsonOption();

    @Spec
    picocli.CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (force && !writeCard) {
            throw usage("--force is for --write-card");
        }
        if (model != null) {
            show(model);
            return Exit.DONE;
        }
        if (labels != null && !labels.isEmpty()) {
            throw usage("--labels has taken " + labels
                    + " for a file of labels; name the model before it: sightlog models " + labels + " --labels");
        }
        if (writeCard) {
            throw usage("--write-card needs a model, as in: sightlog models best.onnx --write-card");
        }
        List<Model> models = Model.bundled();
        if (json.json) {
            print(models);
        } else {
            models.forEach(one -> print(Objects.requireNonNull(one.card()), models.indexOf(one) == 0));
        }
        return Exit.DONE;
    }

    private ParameterException usage(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private void show(String name) throws IOException {
        Path labelFile = labels == null || labels.isEmpty() ? null : Path.of(labels);
        Model found = Model.find(name, options.files(labelFile));
        WrittenCard card = writeCard ? WrittenCard.of(found, force) : null;
        DetectorOptions detection = options.detection();
        try (Detector detector = Detector.open(found, detection)) {
            ModelReport report = new ModelReport(found, detector, detection, labelFile);
            if (json.json) {
                report.printJson();
            } else {
                report.print(labels != null);
            }
            if (card != null) {
                card.write(detector.card());
            }
        } catch (ModelException e) {
            if (card != null && e.card() != null) {
                card.writeIncomplete(e);
            }
            throw e;
        }
    }

    private void print(ModelCard card, boolean isDefault) {
        Console.OUT.printf(
                "%s%s%n  %s, %s, %d labels, threshold %s, iou %s%n  licence %s; from %s%n  sha256 %s%n",
                card.name(),
                isDefault ? " (default)" : "",
                card.decoder(),
                card.input(),
                card.labels().size(),
                card.threshold(),
                card.iou(),
                card.licence(),
                card.source(),
                card.sha256());
        if (labels != null) {
            Console.OUT.println("  " + String.join(", ", card.labels()));
        }
    }

    private static void print(List<Model> models) throws IOException {
        try (Json json = new Json()) {
            for (Model model : models) {
                ModelCard card = Objects.requireNonNull(model.card());
                json.line(line -> {
                    line.writeStringField("name", card.name());
                    line.writeBooleanField("default", models.indexOf(model) == 0);
                    ModelReport.writeCard(line, card);
                });
            }
        }
    }
}
