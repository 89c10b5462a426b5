package io.sightlog.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.terminal.Console;
import io.sightlog.detect.Detector;
import io.sightlog.detect.DetectorOptions;
import io.sightlog.detect.Input;
import io.sightlog.detect.Model;
import io.sightlog.detect.ModelCard;
import io.sightlog.detect.Recognition;
import io.sightlog.detect.Recognition.Conclusion;
import io.sightlog.detect.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What one model is, how that is known, and what it runs on. */
final class ModelReport {
    /** A longer value pushes its reason to the right. */
    private static final int VALUE_WIDTH = 44;

    private final Model model;
    private final ModelCard card;
    private final List<Conclusion> conclusions;
    private final List<String> assumptions;
    private final Threads threads;
    private final String device;

    /** @param labels file that was named for them, or null */
    ModelReport(Model model, Detector detector, DetectorOptions options, @Nullable Path labels) {
        this.model = model;
        this.card = detector.card();
        Recognition recognition = detector.recognition();
        this.assumptions = recognition.assumptions();
        this.conclusions = recognition.equals(Recognition.BY_CARD) ? byCard(card, labels) : recognition.conclusions();
        this.threads = options.effectiveThreads();
        this.device = options.device().toString();
    }

    /** What a card says, in the order of what is concluded without one. */
    private static List<Conclusion> byCard(ModelCard card, @Nullable Path labels) {
        Input input = card.input();
        String picture = input.name() + " " + input.width() + "x" + input.height() + " " + input.layout() + " "
                + input.type().name().toLowerCase(Locale.ROOT);
        String why = "its card";
        return List.of(
                new Conclusion("input", picture, why),
                new Conclusion("fit", input.fit().toString(), why),
                new Conclusion("colour", input.colour().toString(), why),
                new Conclusion("scale", input.scale().toString(), why),
                new Conclusion("outputs", String.join(" ", card.outputs()), why),
                new Conclusion("family", card.decoder(), why),
                new Conclusion("labels", card.labelSummary(), labels == null ? why : labels.toString()),
                new Conclusion("nms", card.nms().toString(), why));
    }

    /** For people. */
    void print(boolean withLabels) {
        Console.OUT.println(card.name() + "  " + model.location());
        List<Conclusion> all = new ArrayList<>(conclusions);
        Path used = cardInUse();
        if (used != null) {
            all.add(0, new Conclusion("card", used.toString(), ""));
        }
        all.add(new Conclusion("threshold", String.valueOf(card.threshold()), "--conf says otherwise"));
        all.add(new Conclusion("iou", String.valueOf(card.iou()), "--iou says otherwise"));
        all.add(new Conclusion("sha256", card.sha256(), ""));
        all.add(new Conclusion("threads", String.valueOf(threads.count()), threads.why()));
        all.add(new Conclusion("device", device, ""));
        int what = all.stream().mapToInt(one -> one.what().length()).max().orElse(0);
        int value = Math.min(
                VALUE_WIDTH,
                all.stream()
                        .filter(one -> !one.why().isEmpty())
                        .mapToInt(one -> one.value().length())
                        .max()
                        .orElse(0));
        for (Conclusion one : all) {
            String why = one.why().isEmpty() ? "" : "  (" + one.why() + ")";
            Console.OUT.println("  " + padded(one.what(), what) + "  "
                    + (why.isEmpty() ? one.value() : padded(one.value(), value) + why));
        }
        assumptions.forEach(line -> Console.OUT.println("assumed: " + line));
        if (withLabels) {
            Console.OUT.println(Amounts.count(card.labels().size(), "label") + ": " + String.join(", ", card.labels()));
        }
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** One object. */
    void printJson() throws IOException {
        Json.print(line -> {
            line.writeStringField("name", card.name());
            line.writeStringField("location", model.location());
            Json.textOrNull(line, "card", cardInUse());
            writeCard(line, card);
            line.writeArrayFieldStart("conclusions");
            for (Conclusion one : conclusions) {
                line.writeStartObject();
                line.writeStringField("what", one.what());
                line.writeStringField("value", one.value());
                line.writeStringField("why", one.why());
                line.writeEndObject();
            }
            line.writeEndArray();
            line.writeArrayFieldStart("assumptions");
            for (String assumption : assumptions) {
                line.writeString(assumption);
            }
            line.writeEndArray();
            line.writeNumberField("threads", threads.count());
            line.writeStringField("threadsWhy", threads.why());
            line.writeStringField("device", device);
        });
    }

    private @Nullable Path cardInUse() {
        Path file = model.cardFile();
        return file != null && model.card() != null && Files.exists(file) ? file : null;
    }

    /** What a list of models and one of them have in common. */
    static void writeCard(JsonGenerator line, ModelCard card) throws IOException {
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
    }
}
