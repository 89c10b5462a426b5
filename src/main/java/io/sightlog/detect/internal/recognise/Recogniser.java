package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input;
import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.Range;
import io.sightlog.detect.Input.Side;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Engine;
import io.sightlog.detect.internal.engine.OnnxFile;
import io.sightlog.detect.internal.engine.Tensor;
import io.sightlog.detect.internal.recognise.Subject.Neighbours;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells which family a model belongs to. A new family is registered here. */
public final class Recogniser {
    private static final List<Family> FAMILIES = List.of(
            new YoloV8Family(),
            new TurnedYoloV8Family(),
            new EndToEndFamily(),
            new YoloV5Family(),
            new YoloV6Family(),
            new YoloXFamily(),
            FlatRowsFamily.yoloV7(),
            FlatRowsFamily.yoloNas(),
            new NumDetsFamily(),
            new NanoDetFamily(),
            new DarknetExportFamily(),
            new DetrFamily(),
            new UltralyticsDetrFamily(),
            new RfDetrFamily(),
            new HuggingFaceFamily(),
            new PaddleFamily(),
            new YoloNasFamily(),
            new TensorFlowFamily(),
            new ChosenFamily());

    private Recogniser() {}

    /**
     * Refuses what no program of this kind can use, before it is loaded: by its operators and its task.
     *
     * @throws ModelException which names what it is, and what to do
     */
    public static void refuse(OnnxFile file, String where) {
        refuseOperators(file, where);
        Refusals.byTask(file, where);
    }

    /**
     * Refuses what ONNX Runtime has not the operators for, whatever a card says.
     *
     * @throws ModelException which names them, and what to do
     */
    public static void refuseOperators(OnnxFile file, String where) {
        Refusals.byOperators(file, where);
    }

    /**
     * Looks at a model, and runs it once on a grey picture.
     *
     * @param engine with the model loaded
     * @throws ModelException when it is of no family, of two, or of one that cannot be used without a card
     */
    public static Recognised recognise(OnnxFile file, Engine engine, Subject subject) {
        Facts facts = facts(file, engine, subject);
        return Conclusions.of(facts, match(FAMILIES, facts, subject.where()), subject);
    }

    /** Runs the model once on a grey picture. */
    static Facts facts(OnnxFile file, Engine engine, Subject subject) {
        String where = subject.where();
        PictureInput picture = PictureInput.of(
                engine.inputs(), file.metadata(), beside(file, subject.neighbours()), subject.imgsz(), where);
        Map<String, Side> sides = Sides.of(engine.inputs(), picture.name(), where);
        Input input = new Input(
                picture.name(),
                picture.width(),
                picture.height(),
                picture.layout(),
                picture.type(),
                Colour.RGB,
                Range.BYTES,
                Fit.STRETCH,
                sides);
        List<Tensor> outputs = DryRun.of(engine, input, picture.sizeFrom(), where);
        int labels = Labels.count(Names.of(file.metadata()), subject.labels());
        return new Facts(file, picture, sides, outputs, labels, subject.neighbours());
    }

    /** How pictures are prepared as far as a file beside the model says so. */
    private static Preparation beside(OnnxFile file, Neighbours neighbours) {
        return file.inputs().contains(PaddleFamily.SCALE_FACTOR)
                ? Paddle.preparation(neighbours)
                : file.inputs().contains(HuggingFaceFamily.PIXELS)
                        ? HuggingFace.preparation(neighbours)
                        : Preparation.NONE;
    }

    /** The one match, or an error that says what was seen. */
    static Match match(List<Family> families, Facts facts, String where) {
        List<Match> matches = new ArrayList<>();
        for (Family family : families) {
            Match match = family.match(facts, where);
            if (match != null) {
                matches.add(match);
            }
        }
        if (matches.isEmpty()) {
            Refusals.byOutputs(facts, where);
            throw new ModelException("the model " + where + " is of no family that is known here: its input is "
                    + facts.picture().name() + " " + facts.width() + "x" + facts.height() + ", its outputs are "
                    + facts.outputs() + "; " + writeCard(where));
        }
        matches = mostLikely(matches, facts);
        if (matches.size() > 1) {
            throw new ModelException("the model " + where + " may be "
                    + matches.stream().map(Match::family).collect(Collectors.joining(" or "))
                    + ", its outputs are " + facts.outputs() + "; a card beside it decides, with the line "
                    + matches.stream()
                            .map(match -> "decoder: " + match.decoder())
                            .distinct()
                            .collect(Collectors.joining(" or ")));
        }
        return matches.get(0);
    }

    /** Those with as many classes as there are labels, if there are such. */
    private static List<Match> mostLikely(List<Match> matches, Facts facts) {
        List<Match> likely = matches.stream()
                .filter(match -> match.classes() == facts.likelyLabels())
                .toList();
        return likely.isEmpty() ? matches : likely;
    }

    /** What to do about a model that is not recognised, as the end of a sentence. */
    static String writeCard(String where) {
        return "write a card for it, " + where.replaceFirst("\\.[^./\\\\]*$", "") + ".yaml, as docs/models.md says";
    }
}
